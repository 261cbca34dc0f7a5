import { strict as assert } from 'node:assert';
import fs, { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import sinon from 'sinon';
import { countKept } from '../../../../nodes/core/storage/disk-log';
import { until } from '../../../support/until';
import { numbered, setUpDiskLog } from './set-up';

describe('A file of a disk log that the disk does not give', () => {
  const set = setUpDiskLog();
  const { opened, write, afterKill, recordsOf, segments, handles, damaged } = set;

  const failing = (code: string): Error => Object.assign(new Error(`${code}: it says`), { code });

  /** Reading these files whole fails, as it does with all of Node.js' open files in use. */
  const cannotRead = (path: string, code: string): sinon.SinonStub => {
    const { readFile: real } = fs;
    return sinon
      .stub(fs, 'readFile')
      .callsFake(((at: string, ...rest: []) =>
        at === path ? Promise.reject(failing(code)) : real(at, ...rest)) as typeof readFile);
  };

  /** Three messages a file; of each the first has been dealt with. */
  const threeFiles = async (): Promise<string[]> => {
    for (let run = 0; run < 3; run++) {
      const log = await opened();
      log.remove((await write(log, ...numbered(3, run * 3))).slice(0, 1));
      await log.close();
    }
    return segments();
  };
  const left = ['"1"', '"2"', '"4"', '"5"', '"7"', '"8"'];

  for (const [index, name] of ['first', 'middle', 'last'].entries())
    for (const code of ['EMFILE', 'EACCES'])
      it(`at one start (the ${name} one, ${code}) waits for the next, and nothing that was sent comes again`, async () => {
        const paths = await threeFiles();
        const stub = cannotRead(paths[index] as string, code);
        const log = await opened();
        assert.deepEqual(
          await recordsOf(log),
          left.filter((_, at) => Math.floor(at / 2) !== index),
        );
        assert.match(
          String(damaged[0]?.message),
          new RegExp(`some in .*log cannot be read for now and stay there: ${code}`),
        );
        // Its head is written in the meantime, twice.
        const [before] = await log.load();
        log.remove([before as NonNullable<typeof before>]);
        await write(log, '"new"');
        await log.close();
        stub.restore();
        const sent = index === 0 ? '"4"' : '"1"';
        for (let start = 0; start < 2; start++) {
          const next = await opened();
          assert.deepEqual(
            await recordsOf(next),
            [...left, '"new"'].filter((record) => record !== sent),
          );
          await next.close();
        }
        assert.equal(damaged.length, 1, damaged.map(({ message }) => message).join());
      });

  it('stays though everything else is dealt with, and counts as something kept', async () => {
    const log = await opened();
    await write(log, '"a"');
    await log.close();
    const [path = ''] = await segments();
    await rename(path, `${path}.away`);
    await mkdir(path);
    for (let start = 0; start < 3; start++) {
      const next = await opened();
      next.remove(await write(next, '"b"'));
      await next.close();
      assert.equal(await countKept(set.folder), 1);
    }
    await rmdir(path);
    await rename(`${path}.away`, path);
    assert.deepEqual(await recordsOf(await opened()), ['"a"']);
  });

  it('for one bad sector gives its other lines, and keeps that one for when it can be read', async () => {
    const letters = (records: string[]): (string | undefined)[] => records.map((record) => record[1]);
    const log = await opened();
    await write(log, ...['a', 'b', 'c', 'd'].map((letter) => JSON.stringify(letter.repeat(8000))));
    await log.close();
    const [path = ''] = await segments();
    const prototype = await handles();
    const { read } = prototype;
    const whole = cannotRead(path, 'EIO');
    const sector = sinon.stub(prototype, 'read').callsFake(function (this: typeof prototype, ...given: unknown[]) {
      // In the second line.
      if (given[3] === 8192) return Promise.reject(failing('EIO'));
      return Reflect.apply(read, this, given);
    } as never);
    const next = await opened();
    assert.deepEqual(letters(await recordsOf(next)), ['a', 'c', 'd']);
    assert.match(String(damaged[0]?.message), /stay there: EIO/);
    next.remove(await next.load());
    await next.close();
    const third = await opened();
    assert.deepEqual(await recordsOf(third), []);
    await third.close();
    whole.restore();
    sector.restore();
    assert.deepEqual(letters(await recordsOf(await opened())), ['b']);
  });

  it('when a sector goes bad later costs the message in it, which is told, and no other', async () => {
    const log = await opened();
    await write(log, ...numbered(3));
    await log.close();
    const prototype = await handles();
    const { read } = prototype;
    sinon.stub(prototype, 'read').callsFake(function (this: typeof prototype, ...given: unknown[]) {
      // Where the lines stand, the first of them among what is asked for.
      if (given[3] === 0 && Number(given[2]) < 4096) return Promise.reject(failing('EIO'));
      return Reflect.apply(read, this, given);
    } as never);
    const next = await opened();
    const [first, second, third] = await next.load();
    await assert.rejects(next.read(first as never), { code: 'DAMAGED', message: /can no longer be read/ });
    assert.deepEqual((await next.read(second as never)).records, ['"1"']);
    assert.deepEqual((await next.read(third as never)).records, ['"2"']);
  });

  it('because the disk has gone away costs nothing: it is asked again', async () => {
    const log = await opened();
    await write(log, ...numbered(2));
    await log.close();
    const prototype = await handles();
    const next = await opened();
    const [first] = await next.load();
    const stubs = (['read', 'write', 'datasync'] as const).map((name) =>
      sinon.stub(prototype, name).rejects(failing('EIO')),
    );
    await assert.rejects(next.read(first as never), { code: 'STORAGE', message: /EIO/ });
    for (const stub of stubs) stub.restore();
    assert.deepEqual((await next.read(first as never)).records, ['"0"']);
  });

  it('stays with the damaged lines in it where they cannot be set aside, until they can', async () => {
    const log = await opened();
    await write(log, ...numbered(3));
    await log.close();
    const [path = ''] = await segments();
    const lines = (await readFile(path, 'utf8')).split('\n');
    lines[1] = `${lines[1]}`.replace('1\\"', '7\\"');
    await writeFile(path, lines.join('\n'));
    const full = sinon.stub(await handles(), 'appendFile').rejects(failing('ENOSPC'));
    const next = await opened();
    assert.match(String(damaged[0]?.message), /^.* 1 cannot be read.*\.log, where they stay: ENOSPC/);
    next.remove(await next.load());
    await until('that is noted', async () => (await afterKill()).length === 0);
    await next.close();
    assert.equal(await readFile(path, 'utf8'), lines.join('\n'));
    full.restore();
    await (await opened()).close();
    assert.match(String(damaged.at(-1)?.message), /moved to damaged-/);
    await assert.rejects(readFile(path), { code: 'ENOENT' });
  });

  it('is told as missing, and not as set aside, once it has gone', async () => {
    await threeFiles();
    const [, second = ''] = await segments();
    await rm(second);
    await (await opened()).close();
    assert.match(String(damaged[0]?.message), / 2 are missing$/);
    await (await opened()).close();
    assert.equal(damaged.length, 1);
  });
});
