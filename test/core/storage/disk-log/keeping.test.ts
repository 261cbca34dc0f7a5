import { strict as assert } from 'node:assert';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sinon from 'sinon';
import { countKept } from '../../../../nodes/core/storage/disk-log';
import { numbered, setUpDiskLog } from './set-up';

describe('A disk log keeps', () => {
  const set = setUpDiskLog();
  const { opened, write, afterKill, recordsOf, segments, handles } = set;

  it('nothing at first, and leaves nothing behind then', async () => {
    const log = await opened();
    assert.deepEqual(await log.load(), []);
    await log.close();
    assert.deepEqual(
      (await readdir(set.folder).catch(() => [])).filter((name) => name !== 'head'),
      [],
    );
    assert.equal(await countKept(set.folder), 0);
    assert.equal(await countKept(join(set.parent, 'nowhere')), 0);
  });

  it('what was put in, whole and in order, texts of all scripts included', async () => {
    const log = await opened();
    const items = [
      { records: ['{"t":"°C €"}'] },
      { records: ['{"a":"line\\nfeed"}', '{"b":2}'], note: { _msgid: 'a1', topic: 'x' } },
      { records: ['"\u2028 湿度 😀"'] },
    ];
    for (const item of items) await log.append({ ...item, at: 5 });
    await log.close();
    const next = await opened();
    const entries = await next.load();
    assert.deepEqual(
      entries.map(({ seq, at, count, bytes }) => ({ seq, at, count, bytes })),
      [
        { seq: 1, at: 5, count: 1, bytes: 15 },
        { seq: 2, at: 5, count: 2, bytes: 25 },
        { seq: 3, at: 5, count: 1, bytes: 17 },
      ],
    );
    const read = [];
    for (const entry of entries) read.push(await next.read(entry));
    assert.deepEqual(
      read.map(({ records, note }) => ({ records, ...(note && { note }) })),
      items,
    );
    assert.equal(await countKept(set.folder), 3);
  });

  it('a message once its append has resolved, though nobody closed anything (kill -9)', async () => {
    const log = await opened();
    await write(log, '"a"', '"b"');
    assert.deepEqual(await afterKill(), ['"a"', '"b"']);
  });

  it('the order of messages that come faster than the disk, many a sync', async () => {
    const sync = sinon.spy(await handles(), 'datasync');
    const log = await opened();
    const before = sync.callCount;
    await Promise.all(numbered(500).map((record) => log.append({ at: 1, records: [record] })));
    assert.ok(sync.callCount - before <= 3, `${sync.callCount - before} syncs`);
    assert.deepEqual(await afterKill(), numbered(500));
  });

  it('an append unresolved until its sync', async () => {
    const prototype = await handles();
    const log = await opened();
    const order: string[] = [];
    const { datasync } = prototype;
    sinon.stub(prototype, 'datasync').callsFake(async function (this: typeof prototype) {
      await datasync.call(this);
      order.push('synced');
    });
    await log.append({ at: 1, records: ['"a"'] }).then(() => order.push('resolved'));
    assert.deepEqual(order, ['synced', 'resolved']);
  });

  it('positions in memory, not messages, beyond the first megabyte', async () => {
    const log = await opened();
    const record = JSON.stringify('x'.repeat(100_000));
    const entries = await write(log, ...Array.from({ length: 60 }, () => record));
    assert.deepEqual(
      Object.values(entries[50] as object).filter((value) => typeof value === 'string'),
      [],
    );
    for (const entry of entries) assert.deepEqual((await log.read(entry)).records, [record]);
  });

  it('what has not been dealt with, whatever the order in which the rest was', async () => {
    const log = await opened();
    const entries = await write(log, ...numbered(10));
    log.remove([3, 1, 9, 0].map((index) => entries[index] as (typeof entries)[0]));
    await log.close();
    const next = await opened();
    assert.deepEqual(
      await recordsOf(next),
      [2, 4, 5, 6, 7, 8].map((n) => `"${n}"`),
    );
    await write(next, '"new"');
    await next.close();
    assert.deepEqual(
      await recordsOf(await opened()),
      [2, 4, 5, 6, 7, 8, 'new'].map((n) => `"${n}"`),
    );
  });

  it('one stubborn message while a thousand behind it are dealt with, and their files go', async () => {
    const log = await opened();
    const big = (n: number): string => JSON.stringify(`${n} ${'x'.repeat(10_000)}`);
    const entries = await write(log, ...Array.from({ length: 500 }, (_, n) => big(n)));
    assert.equal((await segments()).length, 5);
    log.remove(entries.slice(1));
    await log.close();
    assert.deepEqual((await segments()).length, 1);
    assert.deepEqual(await recordsOf(await opened()), [big(0)]);
  });

  it('no file of an earlier run that holds nothing any more, so that restarts do not fill the card', async () => {
    for (let run = 1; run <= 5; run++) {
      const log = await opened();
      log.remove(await write(log, '"a"'));
      await log.close();
    }
    assert.deepEqual(await segments(), []);
  });

  it('no file of anybody else: it neither reads nor removes them', async () => {
    const log = await opened();
    log.remove(await write(log, '"a"'));
    await log.close();
    const foreign = ['flows_cred.json', '1.log', 'x.jsonl', '0000000000000001.log.bak'];
    for (const name of foreign) await writeFile(join(set.folder, name), 'not ours\n');
    const next = await opened();
    assert.deepEqual(await next.load(), []);
    next.remove(await write(next, '"b"'));
    await next.close();
    const left = await readdir(set.folder);
    for (const name of foreign) assert.ok(left.includes(name), name);
    assert.deepEqual(set.damaged, []);
  });

  it('everything asked for before its close', async () => {
    const log = await opened();
    const appends = numbered(20).map((record) => log.append({ at: 1, records: [record] }));
    await log.close();
    await Promise.all(appends);
    assert.deepEqual(await recordsOf(await opened()), numbered(20));
    await log.close();
  });

  it('its numbers going up, whatever the clock says and though nothing of an earlier run is left', async () => {
    const seqs: number[] = [];
    for (const now of [1_900_000_000_000, 1_600_000_000_000, 0]) {
      const clock = sinon.useFakeTimers({ now, toFake: ['Date'] });
      const log = await opened();
      const entries = await write(log, '"a"', '"b"');
      seqs.push(...entries.map(({ seq }) => seq));
      log.remove(entries);
      await log.close();
      clock.restore();
    }
    assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6]);
  });
});
