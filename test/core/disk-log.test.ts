import { strict as assert } from 'node:assert';
import { appendFile, mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
import { type DiskLog, type LoggedItem, openDiskLog } from '../../nodes/core/disk-log';
import type { PlatformError } from '../../nodes/core/errors';

describe('disk log', () => {
  let parent: string;
  let folder: string;
  let damaged: PlatformError[];
  let opened: DiskLog[];

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'farfield-log-'));
    folder = join(parent, 'outbox', 'node-1');
    damaged = [];
    opened = [];
  });
  afterEach(async () => {
    sinon.restore();
    await Promise.all(opened.map((log) => log.close()));
    await rm(parent, { recursive: true, force: true });
  });

  const openLog = (): DiskLog => {
    const log = openDiskLog(folder, (error) => damaged.push(error));
    opened.push(log);
    return log;
  };

  const item = (seq: number, ...records: string[]): LoggedItem => ({
    seq,
    at: 1_750_000_000_000 + seq,
    records: records.length > 0 ? records : [`{"n":${seq}}`],
  });

  /** What a process that starts now would find. */
  const reload = async (): Promise<number[]> => (await openLog().load()).map(({ seq }) => seq);

  const files = async (): Promise<string[]> => (await readdir(folder)).sort();

  const segments = async (): Promise<string[]> =>
    (await files()).filter((name) => name.endsWith('.jsonl')).map((name) => join(folder, name));

  /** The object all file handles of Node.js share, to make one of its methods fail. */
  const handlePrototype = async (): Promise<Awaited<ReturnType<typeof open>>> => {
    const handle = await open(join(parent, 'probe'), 'w');
    await handle.close();
    return Object.getPrototypeOf(handle);
  };

  const write = async (log: DiskLog, ...seqs: number[]): Promise<void> => {
    for (const seq of seqs) await log.append(item(seq));
  };

  it('is empty, and makes nothing, before the first message', async () => {
    assert.deepEqual(await openLog().load(), []);
    assert.deepEqual(await readdir(parent), []);
  });

  it('gives back what was put in, whole and in order, texts of all scripts included', async () => {
    const log = openLog();
    await log.load();
    const items = [item(1, '{"t":"°C €"}'), item(2, '{"a":"line\\nfeed"}', '{"b":2}'), item(3, '"\u2028 湿度 😀"')];
    for (const each of items) await log.append(each);
    assert.deepEqual(await openLog().load(), items);
  });

  it('has a message on disk when its append has resolved, though nobody closed anything (kill -9)', async () => {
    const log = openLog();
    await log.load();
    await write(log, 1, 2);
    assert.deepEqual(await reload(), [1, 2]);
  });

  it('keeps the order of messages that come faster than the disk', async () => {
    const log = openLog();
    await log.load();
    await Promise.all(Array.from({ length: 500 }, (_, n) => log.append(item(n + 1))));
    assert.deepEqual(
      await reload(),
      Array.from({ length: 500 }, (_, n) => n + 1),
    );
  });

  it('lets messages that come while one sync runs share the next', async () => {
    const handle = await handlePrototype();
    const sync = sinon.spy(handle, 'datasync');
    const log = openLog();
    await log.load();
    await Promise.all(Array.from({ length: 200 }, (_, n) => log.append(item(n + 1))));
    assert.ok(sync.callCount >= 1 && sync.callCount <= 3, `${sync.callCount} syncs`);
  });

  it('does not resolve an append before the sync', async () => {
    const handle = await handlePrototype();
    const order: string[] = [];
    const { datasync } = handle;
    sinon.stub(handle, 'datasync').callsFake(async function (this: typeof handle) {
      await datasync.call(this);
      order.push('synced');
    });
    const log = openLog();
    await log.load();
    await log.append(item(1)).then(() => order.push('resolved'));
    assert.deepEqual(order, ['synced', 'resolved']);
  });

  describe('a kill in the middle of a line', () => {
    it('loses nothing that was acknowledged, wherever the line was cut', async () => {
      const log = openLog();
      await log.load();
      await write(log, 1, 2);
      await log.close();
      const [segment = ''] = await segments();
      const whole = await readFile(segment);
      const line = Buffer.from(`${JSON.stringify(item(3, '"°C 😀"'))}`);
      for (let length = 0; length <= line.length; length++) {
        await writeFile(segment, Buffer.concat([whole, line.subarray(0, length)]));
        assert.deepEqual(await reload(), [1, 2], `cut after ${length} bytes`);
      }
      assert.deepEqual(damaged, [], 'a torn line is no damage');
    });

    it('does not spoil what is written afterwards', async () => {
      await write(openLog(), 1);
      const [segment = ''] = await segments();
      await appendFile(segment, '{"seq":2,"at":1,"rec');
      const log = openLog();
      await log.load();
      await write(log, 3);
      assert.deepEqual(await reload(), [1, 3]);
    });

    it('in the first line leaves an empty log', async () => {
      await write(openLog(), 1);
      const [segment = ''] = await segments();
      await truncate(segment, 5);
      assert.deepEqual(await reload(), []);
    });
  });

  describe('a full disk', () => {
    it('is an error for the messages at hand, and those that come later are safe', async () => {
      const handle = await handlePrototype();
      const log = openLog();
      await log.load();
      await write(log, 1);
      const { appendFile: original } = handle;
      const stub = sinon.stub(handle, 'appendFile').callsFake(async function (this: typeof handle, data) {
        // Half of the line still fits.
        await original.call(this, String(data).slice(0, 20));
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      });
      await assert.rejects(log.append(item(2)), {
        code: 'STORAGE',
        message: /cannot keep messages in .*node-1: ENOSPC/,
      });
      stub.restore();
      await write(log, 3, 4);
      assert.deepEqual(await reload(), [1, 3, 4]);
    });

    it('while a segment begins is an error, and the next message tries again', async () => {
      await writeFile(join(parent, 'outbox'), 'a file where the folder should be');
      const log = openLog();
      await assert.rejects(log.append(item(1)), { code: 'STORAGE' });
      await rm(join(parent, 'outbox'));
      await write(log, 2);
      assert.deepEqual(await reload(), [2]);
    });
  });

  describe('damage', () => {
    it('to lines is reported with the file and the number of lines; the others are kept', async () => {
      const log = openLog();
      await log.load();
      await write(log, 1, 2, 3, 4);
      const [segment = ''] = await segments();
      const lines = (await readFile(segment, 'utf8')).split('\n');
      lines[1] = 'x'.repeat(10);
      lines[2] = '{"seq":"3","records":[]}';
      await writeFile(segment, lines.join('\n'));
      assert.deepEqual(await reload(), [1, 4]);
      assert.equal(damaged.length, 1);
      assert.equal(damaged[0]?.code, 'STORAGE');
      assert.ok(damaged[0]?.message.includes(`2 lines of ${segment}`));
    });

    it('to the head only means that messages are sent again', async () => {
      const log = openLog();
      await log.load();
      await write(log, 1, 2);
      await log.advance(1);
      for (const text of ['', '{"seq":', '{"seq":"1"}', 'null']) {
        await writeFile(join(folder, 'head.json'), text);
        assert.deepEqual(await reload(), [1, 2]);
      }
    });

    it('that makes a file unreadable is an error, and nothing in it is forgotten', async () => {
      const log = openLog();
      await log.load();
      await write(log, 1, 2);
      await log.close();
      // A folder in place of a segment cannot be read by anybody, root included.
      await writeFile(join(folder, 'head.json'), '{"seq":0}');
      await mkdir(join(folder, '000000000000.jsonl'));
      const next = openLog();
      await assert.rejects(next.load(), { code: 'STORAGE' });
      await write(next, 5);
      await next.advance(5);
      await next.close();
      await rm(join(folder, '000000000000.jsonl'), { recursive: true });
      assert.deepEqual(await reload(), [1, 2, 5]);
    });
  });

  describe('advance', () => {
    it('forgets everything up to its number', async () => {
      const log = openLog();
      await log.load();
      await write(log, 1, 2, 3);
      await log.advance(2);
      assert.deepEqual(await reload(), [3]);
      await log.advance(3);
      assert.deepEqual(await reload(), []);
    });

    it('waits for appends before it', async () => {
      const log = openLog();
      await log.load();
      const appended = log.append(item(1));
      await Promise.all([log.advance(1), appended]);
      assert.deepEqual(await reload(), []);
    });

    it('leaves no temporary file, and a torn one of a killed process does no harm', async () => {
      const log = openLog();
      await log.load();
      await write(log, 1, 2);
      await log.advance(1);
      assert.equal((await files()).includes('head.json.tmp'), false);
      await writeFile(join(folder, 'head.json.tmp'), '{"se');
      assert.deepEqual(await reload(), [2]);
    });

    it('remembers the highest number of an earlier run, though nothing of it is left', async () => {
      const log = openLog();
      await log.load();
      await write(log, 7, 8);
      await log.advance(8);
      await log.close();
      const next = openLog();
      await next.load();
      assert.equal(next.lastSeq, 8);
    });

    it('that fails is a STORAGE error', async () => {
      const log = openLog();
      await log.load();
      await write(log, 1);
      await rm(folder, { recursive: true });
      await assert.rejects(log.advance(1), { code: 'STORAGE' });
    });
  });

  describe('segments', () => {
    const big = (seq: number): LoggedItem => item(seq, JSON.stringify('x'.repeat(300_000)));

    it('begin anew after a megabyte and are deleted whole when dealt with, but for the newest', async () => {
      const log = openLog();
      await log.load();
      for (let seq = 1; seq <= 10; seq++) await log.append(big(seq));
      assert.equal((await segments()).length, 3);
      assert.deepEqual(
        await reload(),
        Array.from({ length: 10 }, (_, n) => n + 1),
      );
      await log.advance(3);
      assert.equal((await segments()).length, 3, 'the first still holds 4');
      await log.advance(4);
      assert.equal((await segments()).length, 2);
      assert.deepEqual(await reload(), [5, 6, 7, 8, 9, 10]);
      await log.advance(10);
      assert.equal((await segments()).length, 1);
      assert.deepEqual(await reload(), []);
    });

    it('of earlier runs are deleted too, so that restarts do not fill the card', async () => {
      for (let run = 1; run <= 5; run++) {
        const log = openLog();
        await log.load();
        await write(log, run);
        await log.advance(run);
        await log.close();
      }
      assert.ok((await segments()).length <= 2, String(await segments()));
    });

    it('are read in the order of their numbers, however many digits those have', async () => {
      for (const seq of [9, 999_999_999_999, 1_750_000_000_000]) {
        const log = openLog();
        await log.load();
        await write(log, seq);
        await log.close();
      }
      assert.deepEqual(await reload(), [9, 999_999_999_999, 1_750_000_000_000]);
    });
  });

  it('close resolves when everything asked for is on disk', async () => {
    const log = openLog();
    await log.load();
    const appends = Array.from({ length: 20 }, (_, n) => log.append(item(n + 1)));
    await log.close();
    await Promise.all(appends);
    assert.equal((await reload()).length, 20);
    await log.close();
  });
});
