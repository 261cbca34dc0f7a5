import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nwkAddrOf } from '../../simulators/xdp/index';

const SCRIPT = fileURLToPath(new URL('../../simulators/run.ts', import.meta.url));

describe('npm run simulate', () => {
  let child: ChildProcess | undefined;
  let output = '';

  afterEach(() => child?.kill('SIGKILL'));

  function run(...args: string[]): ChildProcess {
    output = '';
    child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return child;
  }

  const exitCode = async (running: ChildProcess) => (await once(running, 'close'))[0] as number | null;
  const printed = async (pattern: RegExp) => {
    for (;;) {
      const match = pattern.exec(output);
      if (match) return match;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('says how to use the simulator, serves, and ends cleanly on Ctrl-C', async () => {
    const running = run('xdp', '--port', '0', '--namespaces', 'my-farm', '--stored', '8', '--live', 'false');
    const [, url] = await printed(/xdp simulator at (\S+)/);
    await printed(/Ctrl-C/);
    assert.match(output, /my-farm/);
    assert.match(output, /curl -N/);
    assert.match(output, /_control\/fault/);
    const login = await fetch(`${url}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"username":"demo","password":"demo"}',
    });
    const headers = { authorization: `Bearer ${await login.text()}`, 'xdp-namespace': 'my-farm' };
    const events = await (await fetch(`${url}/recordings/events?finite=true`, { headers })).text();
    assert.equal(events.split(`"nwkAddr":${nwkAddrOf(4)}`).length - 1, 2);
    running.kill('SIGINT');
    assert.equal(await exitCode(running), 0);
    await assert.rejects(fetch(`${url}/login`));
  });

  it('prints neither keys nor a password of the user', async () => {
    const running = run('xdp', '--password', 'a-password-of-my-own');
    await printed(/Ctrl-C/);
    running.kill('SIGTERM');
    assert.equal(await exitCode(running), 0);
    assert.equal(output.includes('a-password-of-my-own'), false);
    assert.doesNotMatch(output, /[0-9A-F]{32}/);
  });

  it('names the platforms there are when asked for another, with exit code 2', async () => {
    assert.equal(await exitCode(run('toaster')), 2);
    assert.match(output, /Unknown platform "toaster"\. There is: .*\bxdp\b/);
    assert.equal(await exitCode(run()), 2);
  });

  it('helps: with its platforms, and with the options of one and their defaults', async () => {
    assert.equal(await exitCode(run('--help')), 0);
    assert.match(output, /simulate -- xdp/);
    assert.match(output, /simulate -- itwin-iot --help/);
    assert.equal(await exitCode(run('xdp', '--help')), 0);
    assert.match(output, /--token-lifetime +seconds a token is good for \(3600\)/);
    assert.match(output, /--login-reply +how the token is written: bare, quoted or object \(bare\)/);
  });

  it('names a wrong option, with exit code 2', async () => {
    for (const args of [
      ['--sped', '2'],
      ['--speed', 'fast'],
      ['--speed', '0'],
      ['--first-offset', 'x'],
      ['--done-key', 'theme'],
      ['--live', 'perhaps'],
    ]) {
      assert.equal(await exitCode(run('xdp', ...args)), 2);
      assert.notEqual(output, '');
    }
  });
});
