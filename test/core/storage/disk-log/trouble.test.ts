import { strict as assert } from 'node:assert';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sinon from 'sinon';
import { openDiskLog } from '../../../../nodes/core/storage/disk-log';
import { until } from '../../../support/until';
import { full, numbered, setUpDiskLog } from './set-up';

describe('A disk log, when the disk makes trouble,', () => {
  const set = setUpDiskLog();
  const { opened, write, afterKill, recordsOf, segments, handles, troubles, damaged } = set;

  it('refuses the messages at hand, and those that come later are safe', async () => {
    const prototype = await handles();
    const log = await opened();
    await write(log, '"a"');
    const { appendFile } = prototype;
    const stub = sinon.stub(prototype, 'appendFile').callsFake(async function (this: typeof prototype, data) {
      // Half of the line still fits.
      await appendFile.call(this, (data as Buffer).subarray(0, 20));
      throw full();
    });
    for (let n = 0; n < 5; n++)
      await assert.rejects(write(log, '"b"'), { code: 'STORAGE', message: /cannot keep messages in .*node-1: ENOSPC/ });
    stub.restore();
    await write(log, '"c"', '"d"');
    assert.deepEqual(await afterKill(), ['"a"', '"c"', '"d"']);
    assert.deepEqual(damaged, []);
    assert.equal((await segments()).length, 1, 'no file was begun for what could not be written');
  });

  it('leaves no empty file for each message that a full disk refuses', async () => {
    const prototype = await handles();
    const log = await opened();
    const stub = sinon.stub(prototype, 'appendFile').rejects(full());
    for (let n = 0; n < 20; n++) await assert.rejects(write(log, '"a"'));
    assert.deepEqual(await segments(), []);
    stub.restore();
    await write(log, '"b"');
    assert.deepEqual(await afterKill(), ['"b"']);
  });

  it('goes on behind a line that could not even be cut back', async () => {
    const prototype = await handles();
    const log = await opened();
    await write(log, '"a"');
    const { appendFile } = prototype;
    sinon.stub(prototype, 'truncate').rejects(full());
    sinon
      .stub(prototype, 'appendFile')
      .onFirstCall()
      .callsFake(async function (this: typeof prototype, data) {
        await appendFile.call(this, (data as Buffer).subarray(0, 20));
        throw full();
      });
    await assert.rejects(write(log, '"b"'));
    sinon.restore();
    await write(log, '"c"');
    assert.deepEqual(await afterKill(), ['"a"', '"c"']);
  });

  it('gives its numbers one after the other however often nothing could be written', async () => {
    const prototype = await handles();
    const log = await opened();
    const [first] = await write(log, '"a"');
    const stubs = (['appendFile', 'datasync'] as const).map((name) => sinon.stub(prototype, name).rejects(full()));
    for (let n = 0; n < 5; n++) await assert.rejects(write(log, '"b"'));
    for (const stub of stubs) stub.restore();
    const [second] = await write(log, '"c"');
    assert.deepEqual([first?.seq, second?.seq], [1, 2]);
    assert.deepEqual(await afterKill(), ['"a"', '"c"']);
    assert.deepEqual(damaged, []);
  });

  it('never gives a number again that stands in a line which could not be cut back', async () => {
    const prototype = await handles();
    const log = await opened();
    await write(log, '"a"');
    const stubs = [
      sinon.stub(prototype, 'datasync').onFirstCall().rejects(full()).callThrough(),
      sinon.stub(prototype, 'truncate').rejects(full()),
    ];
    // Whole lines stand there, three of them.
    await Promise.all(['"b"', '"c"', '"d"'].map((record) => assert.rejects(write(log, record))));
    for (const stub of stubs) stub.restore();
    const [next] = await write(log, '"e"');
    assert.ok(Number(next?.seq) > 4);
    log.remove([next as NonNullable<typeof next>]);
    await log.close();
    assert.deepEqual(await recordsOf(await opened()), ['"a"']);
    assert.deepEqual(damaged, [], 'a number that was left out is not a message that is missing');
  });

  it('acknowledges nothing in a new file before the folder knows its name', async () => {
    const prototype = await handles();
    const log = await opened();
    let syncs = 0;
    const { sync } = prototype;
    sinon.stub(prototype, 'sync').callsFake(function (this: typeof prototype) {
      return ++syncs <= 2 ? Promise.reject(full()) : sync.call(this);
    });
    for (let n = 1; n <= 2; n++) {
      await assert.rejects(write(log, '"a"'), { code: 'STORAGE' });
      assert.equal(syncs, n);
    }
    assert.deepEqual(await segments(), []);
    await write(log, '"b"');
    assert.equal(syncs, 3);
    assert.deepEqual(await afterKill(), ['"b"']);
  });

  it('notes later what has been dealt with, tells the trouble once, and that it is over', async () => {
    const prototype = await handles();
    const log = await opened();
    const entries = await write(log, ...numbered(10));
    const stub = sinon.stub(prototype, 'write').rejects(full());
    for (const entry of entries.slice(0, 9)) log.remove([entry]);
    await until('the trouble is told', () => troubles.length > 0);
    stub.restore();
    await until('it is over', () => troubles.length > 1);
    assert.deepEqual(troubles, ['STORAGE', 'works']);
    assert.deepEqual(await afterKill(), ['"9"']);
  });

  it('notes at the close what could not be noted before', async () => {
    const prototype = await handles();
    const log = await opened();
    const entries = await write(log, ...numbered(3));
    const stub = sinon.stub(prototype, 'write').rejects(full());
    log.remove(entries.slice(0, 2));
    await until('the trouble is told', () => troubles.length > 0);
    stub.restore();
    await log.close();
    assert.deepEqual(await recordsOf(await opened()), ['"2"']);
  });

  it('has its room for that from the beginning: noting needs no more of the disk', async () => {
    const log = await opened();
    const before = (await segments()).length;
    const entries = await write(log, ...numbered(3));
    log.remove(entries);
    await log.close();
    assert.equal(before, 0);
    assert.ok((await readdir(set.folder)).includes('head'));
  });

  it('that makes it slow keeps its place: the next owner waits for as long as it takes', async () => {
    const prototype = await handles();
    const log = await opened();
    const { datasync } = prototype;
    let go = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      go = resolve;
    });
    sinon.stub(prototype, 'datasync').callsFake(async function (this: typeof prototype) {
      await slow;
      return datasync.call(this);
    });
    const appends = numbered(30).map((record) => log.append({ at: 1, records: [record] }));
    const closing = log.close();
    let loaded = false;
    const next = openDiskLog({ folder: set.folder, onDamaged: assert.fail, onTrouble: assert.fail });
    const loading = next.load().then((entries) => {
      loaded = true;
      return entries;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(loaded, false);
    go();
    await Promise.all([...appends, closing]);
    assert.equal((await loading).length, 30);
    assert.deepEqual(await recordsOf(next), numbered(30));
    await next.close();
  });

  it('because a file stands in its place, says so in words, and works once that is gone', async () => {
    await writeFile(join(set.parent, 'outbox'), 'a file where the folder should be');
    const log = openDiskLog({ folder: set.folder, onDamaged: assert.fail, onTrouble: assert.fail });
    await assert.rejects(log.load(), { code: 'STORAGE', message: /cannot keep messages in .*node-1: / });
    await assert.rejects(log.append({ at: 1, records: ['"a"'] }), { code: 'STORAGE' });
    await rm(join(set.parent, 'outbox'));
    await log.load();
    await write(log, '"b"');
    assert.deepEqual(await recordsOf(log), ['"b"']);
    await log.close();
  });

  it('because somebody removed its folder, tells how many are gone and goes on with what memory still holds', async () => {
    const log = await opened();
    const big = JSON.stringify('x'.repeat(600_000));
    const entries = await write(log, big, big, '"small"');
    await rm(set.folder, { recursive: true });
    await write(log, '"new"');
    assert.match(String(damaged[0]?.message), /1 are lost, because the folder was removed/);
    await assert.rejects(log.read(entries[1] as (typeof entries)[0]), { code: 'DAMAGED' });
    assert.deepEqual(await recordsOf(log), [big, '"small"', '"new"']);
    assert.deepEqual(await afterKill(), [big, '"small"', '"new"']);
    await log.close();
    assert.deepEqual(await recordsOf(await opened()), [big, '"small"', '"new"']);
    assert.equal(damaged.length, 1, 'told once');
  });

  it('because its folder is removed again and again, tells each time how many are gone', async () => {
    const log = await opened();
    const big = JSON.stringify('x'.repeat(600_000));
    for (let time = 1; time <= 2; time++) {
      const entries = await write(log, big, big);
      await rm(set.folder, { recursive: true });
      log.remove(await write(log, '"new"'));
      assert.equal(damaged.length, time);
      assert.match(String(damaged.at(-1)?.message), /1 are lost/);
      log.remove(entries);
    }
  });
});
