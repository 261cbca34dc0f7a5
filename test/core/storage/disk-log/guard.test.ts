import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { mkdir, readdir } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import sinon from 'sinon';
import { openDiskLog } from '../../../../nodes/core/storage/disk-log';
import { setUpDiskLog } from './set-up';

/** Another process that takes the folder, or says why not, and keeps it. */
const OWNER = `
  const { openDiskLog } = require(process.argv[1]);
  const [, , folder, platform] = process.argv;
  if (platform) Object.defineProperty(process, 'platform', { value: platform });
  const log = openDiskLog({ folder, onDamaged: console.error, onTrouble: console.error });
  log.load().then(() => console.log('has it'), (error) => console.log(error.code + ' ' + error.message));
  setInterval(() => undefined, 1000);
`;

describe('The guard of a disk log', () => {
  let others: ChildProcess[];

  beforeEach(() => {
    others = [];
  });
  afterEach(async () => {
    for (const other of others) {
      const gone = once(other, 'exit');
      other.kill('SIGKILL');
      await gone;
    }
  });

  // After the hooks above: their folder goes only when nobody writes there any more.
  const set = setUpDiskLog();
  const { opened } = set;

  /** @returns what it says first */
  const start = async (folder: string, ...more: string[]): Promise<string> => {
    const modulePath = join(__dirname, '../../../../nodes/core/storage/disk-log/index.ts');
    const other = spawn(process.execPath, ['--import', 'tsx', '-e', OWNER, modulePath, folder, ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: join(__dirname, '../../../..'),
    });
    others.push(other);
    const [said] = await once(other.stdout as NonNullable<typeof other.stdout>, 'data');
    return String(said);
  };

  const failing = (code: string): Error => Object.assign(new Error(`${code}: it says`), { code });

  const fails = (method: 'listen' | 'connect', code: string): void => {
    const prototype = (method === 'listen' ? net.Server : net.Socket).prototype as unknown as Record<
      string,
      () => void
    >;
    sinon.stub(prototype, method).callsFake(function (this: NodeJS.EventEmitter) {
      process.nextTick(() => this.emit('error', failing(code)));
      return this;
    });
  };

  const tryIt = async (): Promise<string> => {
    const log = openDiskLog({ folder: set.folder, onDamaged: assert.fail, onTrouble: assert.fail });
    return log.load().then(
      () => log.close().then(() => 'has it'),
      ({ code, message }) => log.close().then(() => `${code} ${message}`),
    );
  };

  const sockets = async (): Promise<string[]> => (await readdir(set.folder)).filter((name) => /sock/.test(name));

  it('gives way to no other process because of an error that may be over in a moment', async () => {
    assert.match(await start(set.folder), /^has it/);
    for (const code of ['EMFILE', 'ENOSPC', 'EACCES', 'EIO']) {
      fails('listen', code);
      assert.match(await tryIt(), new RegExp(`^STORAGE .*${code}`));
      sinon.restore();
      sinon.stub(fs, 'link').rejects(failing(code));
      assert.match(await tryIt(), new RegExp(`^STORAGE .*${code}`));
      sinon.restore();
    }
    assert.equal((await sockets()).length, 2, 'nothing of ours is left');
  });

  it('takes no process for dead that it cannot ask', async () => {
    assert.match(await start(set.folder), /^has it/);
    for (const code of ['EMFILE', 'EACCES', 'ENOBUFS', 'EAGAIN']) {
      fails('connect', code);
      assert.match(await tryIt(), code === 'EAGAIN' ? /another Node-RED/ : new RegExp(`^STORAGE .*${code}`));
      sinon.restore();
    }
    assert.match(await tryIt(), /another Node-RED keeps messages/, 'and its socket is still there');
  });

  for (const code of ['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL', 'ENOSYS'])
    it(`does without on a file system that knows no sockets or links (${code}), but beside nobody that lives`, async () => {
      const warning = sinon.stub(process, 'emitWarning');
      for (const what of ['listen', 'link'] as const) {
        if (what === 'listen') fails('listen', code);
        else sinon.stub(fs, 'link').rejects(failing(code));
        assert.equal(await tryIt(), 'has it');
        assert.deepEqual(await sockets(), []);
        assert.equal(warning.callCount, 1);
        assert.match(
          String(warning.firstCall.args[0]),
          /does not support sockets, so nothing prevents a second Node-RED/,
        );
        sinon.restore();
      }
      const log = await opened();
      await log.close();
      assert.match(await start(set.folder), /^has it/);
      fails('listen', code);
      assert.match(await tryIt(), /another Node-RED keeps messages/);
    });

  describe('on a Unix that is not Linux, with a path too long for the address of a socket,', () => {
    const { platform } = process;
    const temporary = process.env.TMPDIR;

    beforeEach(() => {
      Object.defineProperty(process, 'platform', { value: 'darwin' });
    });
    afterEach(() => {
      Object.defineProperty(process, 'platform', { value: platform });
      if (temporary === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = temporary;
    });

    const long = (): string => join(set.parent, 'x'.repeat(60), 'y'.repeat(60));

    it('lets one process have it at a time all the same', async () => {
      const log = await opened(long());
      assert.match(await start(long(), 'darwin'), /^STORAGE another Node-RED/);
      await log.close();
      assert.match(await start(long(), 'darwin'), /^has it/);
      const late = openDiskLog({ folder: long(), onDamaged: assert.fail, onTrouble: assert.fail });
      await assert.rejects(late.load(), { code: 'STORAGE' });
      await late.close();
    });

    it('does without where there is no short name for it either, and leaves no socket behind', async () => {
      process.env.TMPDIR = join(set.parent, 'z'.repeat(100));
      await mkdir(process.env.TMPDIR);
      const listening = sinon.spy(net.Server.prototype, 'listen');
      for (let start = 0; start < 3; start++) await (await opened(long())).close();
      assert.equal(listening.callCount, 0);
      assert.deepEqual(await readdir(process.env.TMPDIR), []);
    });
  });
});
