import { strict as assert } from 'node:assert';
import fs, { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sinon from 'sinon';
import { openDiskLog } from '../../../../nodes/core/storage/disk-log';
import { createHeadFile } from '../../../../nodes/core/storage/disk-log/head';
import { until } from '../../../support/until';
import { numbered, setUpDiskLog } from './set-up';

describe('What has been dealt with in a disk log', () => {
  const set = setUpDiskLog();
  const { opened, write, afterKill, recordsOf, segments, handles, troubles, damaged } = set;

  const refused = (): Error => Object.assign(new Error('EPERM: operation not permitted, rm'), { code: 'EPERM' });

  /** Every second one of so many is dealt with; what is left. */
  const withHoles = async (count: number): Promise<string[]> => {
    const log = await opened();
    const entries = await Promise.all(numbered(count).map((record) => log.append({ at: 1, records: [record] })));
    log.remove(entries.filter((_, index) => index % 2 === 1));
    await log.close();
    return numbered(count).filter((_, index) => index % 2 === 0);
  };

  /** Does something while the first note is on its way to the disk. @returns how many syncs there have been */
  const duringFirstSync = (prototype: Awaited<ReturnType<typeof handles>>, work: () => void): (() => number) => {
    const { datasync } = prototype;
    let syncs = 0;
    sinon.stub(prototype, 'datasync').callsFake(async function (this: typeof prototype) {
      if (++syncs === 1) work();
      return datasync.call(this);
    });
    return () => syncs;
  };

  it('while a note of it is being written is in the next one', async () => {
    const prototype = await handles();
    const log = await opened();
    const [first, second, third] = await write(log, '"a"', '"b"', '"c"');
    const syncs = duringFirstSync(prototype, () => log.remove([second as never]));
    log.remove([first as never]);
    await until('both are noted', () => syncs() > 1);
    sinon.restore();
    assert.deepEqual(await afterKill(), ['"c"']);
    log.remove([third as never]);
    await log.close();
    assert.deepEqual(await segments(), [], 'the file knows that all in it is done');
    assert.deepEqual(damaged, []);
  });

  it('while the last note is being written is noted too', async () => {
    const prototype = await handles();
    const log = await opened();
    const [first, second] = await write(log, '"a"', '"b"');
    duringFirstSync(prototype, () => log.remove([second as never]));
    log.remove([first as never]);
    await log.close();
    assert.deepEqual(await recordsOf(await opened()), []);
    assert.deepEqual(damaged, []);
  });

  for (const count of [240, 5000])
    it(`comes never again and is not missing, with ${count / 2} others that wait in between`, async () => {
      const left = await withHoles(count);
      for (let start = 0; start < 2; start++) {
        const log = await opened();
        assert.deepEqual(await recordsOf(log), left);
        await log.close();
      }
      const log = await opened();
      log.remove(await log.load());
      await log.close();
      assert.deepEqual(await recordsOf(await opened()), []);
      assert.deepEqual(damaged, []);
    });

  it('is not said to be missing where the disk had no room to note all of it', async () => {
    for (const record of numbered(3)) {
      const log = await opened();
      const entries = await write(log, record);
      // Its file goes with it.
      if (record === '"1"') log.remove(entries);
      await log.close();
    }
    const head = createHeadFile(join(set.folder, 'head'));
    await head.read();
    await head.write({ upTo: 0, done: [], last: 3, cut: true });
    await head.close();
    assert.deepEqual(await recordsOf(await opened()), ['"0"', '"2"']);
    assert.deepEqual(damaged, []);
  });

  it('is known by the last note though a longer one of before stands behind it', async () => {
    await withHoles(1000);
    const log = await opened();
    log.remove(await log.load());
    await log.close();
    const head = await readFile(join(set.folder, 'head'));
    assert.ok(head.length > 8192);
    assert.deepEqual(await recordsOf(await opened()), []);
    assert.deepEqual(damaged, []);
  });

  it('goes with its files, and one that cannot be removed now goes at the next start', async () => {
    const log = await opened();
    const big = JSON.stringify('x'.repeat(1_000_000));
    const entries = await write(log, big, big, big, big, big, big);
    const [first = '', ...others] = await segments();
    const { rm } = fs;
    const stub = sinon
      .stub(fs, 'rm')
      .callsFake((path, options) => (path === first ? Promise.reject(refused()) : rm(path, options)));
    log.remove(entries);
    await until('the others have gone', async () => (await segments()).length <= others.length);
    await log.close();
    assert.deepEqual(await segments(), [first]);
    assert.deepEqual(troubles, [], 'it costs room, nothing else');
    // Nor is it trouble at a start.
    const next = await opened();
    assert.deepEqual(await recordsOf(next), []);
    await next.close();
    stub.restore();
    await (await opened()).close();
    assert.deepEqual(await segments(), []);
  });

  it('by somebody who throws when told of damage at a load does not lock the folder for ever', async () => {
    const log = await opened();
    await write(log, '"a"', '"b"');
    await log.close();
    const [path = ''] = await segments();
    await fs.appendFile(path, 'not a line');
    const tried = openDiskLog({
      folder: set.folder,
      onDamaged: () => {
        throw new Error('a mistake');
      },
      onTrouble: assert.fail,
    });
    await assert.rejects(tried.load(), { code: 'STORAGE', message: /a mistake/ });
    assert.deepEqual(await recordsOf(tried), ['"a"', '"b"']);
    await tried.close();
    assert.deepEqual(await recordsOf(await opened()), ['"a"', '"b"']);
  });
});
