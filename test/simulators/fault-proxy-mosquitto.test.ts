import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { FaultProxy } from '../../simulators/core/fault-proxy';
import { requirePeer } from '../support/peers';
import { until } from '../support/until';

const TOPIC = 'farm/tank';

/** A server that is not ours, and clients that are not ours: the proxy knows nothing of their protocol. */
describe('the fault proxy in front of a Mosquitto', () => {
  let folder: string;
  let broker: ChildProcess;
  let proxy: FaultProxy;
  let subscriber: ChildProcess;
  let programs: { pub: string; sub: string };
  let received: string[];

  before(async function () {
    const program = requirePeer(this, 'mosquitto');
    programs = { pub: requirePeer(this, 'mosquittoPub'), sub: requirePeer(this, 'mosquittoSub') };
    folder = await mkdtemp(join(tmpdir(), 'farfield-mosquitto-'));
    const socket = join(folder, 'socket');
    const config = join(folder, 'mosquitto.conf');
    await writeFile(config, `listener 0 ${socket}\nallow_anonymous true\nuser ${userInfo().username}\n`);
    broker = spawn(program, ['-c', config], { stdio: 'ignore' });
    await until('the broker listens', () => existsSync(socket));
    proxy = await FaultProxy.start({ path: socket });
    received = [];
    const args = ['-t', TOPIC, '-q', '1', '-c', '-i', 'subscriber'];
    subscriber = spawn(programs.sub, ['-p', String(proxy.port), ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    subscriber.stdout?.setEncoding('utf8').on('data', (text: string) => received.push(...text.trim().split('\n')));
    await until('it is subscribed', async () => {
      await publish('hello');
      return received.includes('hello');
    });
  });
  afterEach(() => proxy?.clear());
  after(async () => {
    await proxy?.stop();
    for (const child of [subscriber, broker]) child?.kill('SIGKILL');
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const publisher = (message: string): ChildProcess =>
    spawn(programs.pub, ['-p', String(proxy.port), '-t', TOPIC, '-q', '1', '-m', message], { stdio: 'ignore' });
  const publish = async (message: string): Promise<unknown> => (await once(publisher(message), 'exit'))[0];
  const times = (message: string): number => received.filter((each) => each === message).length;

  it('carries what is published, slowly and byte by byte too', async () => {
    proxy.slow({ ms: 20 });
    proxy.fragment({ bytes: 1 });
    assert.equal(await publish('in pieces'), 0);
    await until('it arrives whole', () => times('in pieces') === 1);
  });

  it('refuses a publisher, and lets the next one through', async () => {
    await proxy.refuse();
    assert.notEqual(await publish('refused'), 0);
    await proxy.listenAgain();
    assert.equal(await publish('taken'), 0);
    await until('the subscriber is back and has it', () => times('taken') === 1);
    assert.equal(times('refused'), 0);
  });

  it('cuts a subscriber, which comes back and gets what was published meanwhile', async () => {
    const before = proxy.connections;
    proxy.cutConnections();
    assert.equal(await publish('meanwhile'), 0);
    await until('it has it', () => times('meanwhile') >= 1);
    assert.ok(proxy.connections >= before + 2, 'publisher and subscriber connected anew');
  });

  it('is dead to a publisher, which waits for an answer that does not come', async () => {
    proxy.halfOpen();
    const waiting = publisher('swallowed');
    const connections = proxy.connections;
    await until('it is connected', () => proxy.connections > connections);
    proxy.clear();
    proxy.cutConnections();
    assert.equal(await publish('after'), 0);
    await until('the subscriber is back', () => times('after') === 1);
    waiting.kill('SIGKILL');
  });

  it('cuts a publication in the middle: it does not count as published', async () => {
    const { connections } = proxy;
    // So many bytes introduce the client; the publication is what comes next.
    proxy.cutMidFrame({ towards: 'server', afterBytes: 60, times: 1 });
    const cut = publisher('x'.repeat(10_000));
    await until('it was connected', () => proxy.connections > connections);
    await until('it was cut', () => proxy.openConnections <= 1);
    cut.kill('SIGKILL');
    proxy.clear();
    assert.equal(await publish('whole'), 0);
    await until('the next one arrives', () => times('whole') === 1);
    assert.equal(received.filter((each) => each.startsWith('xx')).length, 0);
  });
});
