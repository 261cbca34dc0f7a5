import { strict as assert } from 'node:assert';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sinon from 'sinon';
import type { LogEntry } from '../../../../nodes/core/storage/disk-log';
import { until } from '../../../support/until';
import { full, setUpDiskLog } from './set-up';

describe('A disk log whose folder has to be taken anew', () => {
  const set = setUpDiskLog();
  const { opened, write, afterKill, recordsOf, handles, damaged, troubles } = set;

  /** Another log stands where ours was, its numbers beginning like ours. */
  const replaced = async (...records: string[]): Promise<void> => {
    const other = join(set.parent, 'another');
    const log = await opened(other);
    await write(log, ...records);
    await log.close();
    await rm(set.folder, { recursive: true });
    await rename(other, set.folder);
  };

  /** Somebody has tidied up: nothing is lost, but it is ours no more. */
  const loseSocket = (): Promise<void> => rm(join(set.folder, 'owner.sock'));

  const read = async (log: { read(entry: LogEntry): Promise<{ records: readonly string[] }> }, entries: LogEntry[]) => {
    const items = [];
    for (const entry of entries) items.push(await log.read(entry));
    return items.flatMap(({ records }) => records);
  };

  it('keeps its messages apart from those of another log that stands there now', async () => {
    const log = await opened();
    const ours = await write(log, '"ours 0"', '"ours 1"', '"ours 2"');
    await replaced('"them 0"', '"them 1"');
    await write(log, '"new"');
    assert.deepEqual(await read(log, ours), ['"ours 0"', '"ours 1"', '"ours 2"']);
    const all = ['"them 0"', '"them 1"', '"ours 0"', '"ours 1"', '"ours 2"', '"new"'];
    assert.deepEqual(await afterKill(), all);
    // By the numbers under which they are known, none of which stands for two.
    const entries = await log.load();
    assert.equal(new Set(entries.map(({ seq }) => seq)).size, 6);
    assert.deepEqual((await read(log, entries)).sort(), [...all].sort());
    log.remove(ours.slice(0, 2));
    await log.close();
    assert.deepEqual(await recordsOf(await opened()), ['"them 0"', '"them 1"', '"ours 2"', '"new"']);
    assert.deepEqual(damaged, []);
  });

  it('loses nothing when the disk is full in that moment', async () => {
    const log = await opened();
    const ours = await write(log, '"a"', '"b"');
    await rm(set.folder, { recursive: true });
    const stub = sinon.stub(await handles(), 'appendFile').rejects(full());
    for (let n = 0; n < 3; n++) await assert.rejects(write(log, '"c"'), { code: 'STORAGE' });
    stub.restore();
    await write(log, '"d"');
    assert.deepEqual(await read(log, ours), ['"a"', '"b"']);
    assert.deepEqual(await afterKill(), ['"a"', '"b"', '"d"']);
    assert.deepEqual(damaged, []);
  });

  for (const failing of [3, 4])
    it(`writes nothing twice though that takes more than one try (the note number ${failing} fails)`, async () => {
      const log = await opened();
      await write(log, '"a"', '"b"');
      await rm(set.folder, { recursive: true });
      const prototype = await handles();
      const { write: real } = prototype;
      let heads = 0;
      // The first two are those of an empty log.
      sinon.stub(prototype, 'write').callsFake(function (this: typeof prototype, ...given: unknown[]) {
        return ++heads === failing ? Promise.reject(full()) : Reflect.apply(real, this, given);
      } as never);
      await assert.rejects(write(log, '"c"'), { code: 'STORAGE' });
      await write(log, '"d"');
      assert.deepEqual(await afterKill(), ['"a"', '"b"', '"d"']);
      assert.deepEqual(damaged, []);
    });

  it('knows again what stands there, and what of it has been dealt with', async () => {
    const log = await opened();
    const entries = await write(log, '"a"', '"b"', '"c"');
    await loseSocket();
    log.remove(entries.slice(0, 1));
    await until('the folder is ours again', async () => (await readdir(set.folder)).includes('owner.sock'));
    await write(log, '"d"');
    assert.deepEqual(await recordsOf(log), ['"b"', '"c"', '"d"']);
    await log.close();
    assert.deepEqual(await recordsOf(await opened()), ['"b"', '"c"', '"d"']);
    assert.deepEqual(damaged, []);
    assert.deepEqual(troubles, []);
  });
});
