import { strict as assert } from 'node:assert';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import sinon from 'sinon';
import { allBut, createHeadFile, type Head, isDone } from '../../../../nodes/core/storage/disk-log/head';
import { encodeLine } from '../../../../nodes/core/storage/disk-log/line';
import { isWithin, type Range, rangesOf, union, without } from '../../../../nodes/core/storage/disk-log/ranges';
import { full, setUpDiskLog } from './set-up';

describe('The head of a disk log', () => {
  const set = setUpDiskLog();

  const withRanges = (count: number): Head => {
    const done = Array.from({ length: count }, (_, n): Range => [n * 3 + 2, n * 3 + 3]);
    return { upTo: 0, done, last: count * 3 + 1 };
  };

  const path = async (): Promise<string> => {
    await mkdir(set.folder, { recursive: true });
    return join(set.folder, 'head');
  };

  const readAgain = async (): Promise<unknown> => {
    const file = createHeadFile(await path());
    return file.read().finally(() => file.close());
  };

  it('is read as it was written, the newest one, however long it is and the one before it was', async () => {
    const file = createHeadFile(await path());
    await file.reserve();
    for (const count of [0, 5, 3000, 2999, 7, 4000, 0, 1, 100]) {
      await file.write(withRanges(count));
      assert.deepEqual(await readAgain(), withRanges(count));
    }
    await file.close();
  });

  it('is that of before when the last one is torn, a long one too', async () => {
    const file = createHeadFile(await path());
    await file.reserve();
    await file.write(withRanges(2000));
    await file.write(withRanges(3000));
    await file.close();
    const torn = await readFile(await path());
    // The third since the beginning: the second of the long ones.
    torn[8192 + 1024 * 1024 + 5000] = 0;
    await writeFile(await path(), torn);
    assert.deepEqual(await readAgain(), withRanges(2000));
  });

  it('is that of before when the last one stands on a bad sector', async () => {
    const prototype = await set.handles();
    const { read } = prototype;
    const file = createHeadFile(await path());
    await file.reserve();
    await file.write(withRanges(1));
    await file.write(withRanges(2));
    await file.close();
    sinon.stub(prototype, 'read').callsFake(function (this: typeof prototype, ...given: unknown[]) {
      const [, , length, offset] = given as number[];
      const hit = Number(offset) <= 4096 && Number(offset) + Number(length) > 4096;
      return hit ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })) : Reflect.apply(read, this, given);
    } as never);
    assert.deepEqual(await readAgain(), withRanges(1));
    sinon.restore();
    // A disk that has gone away has not lost it.
    sinon.stub(prototype, 'read').rejects(Object.assign(new Error('EIO'), { code: 'EIO' }));
    await assert.rejects(readAgain(), { code: 'EIO' });
  });

  it('is not a line of messages, though that has a checksum too', async () => {
    await writeFile(await path(), encodeLine({ seq: 1, at: 1, count: 1, bytes: 3 }, { records: ['"a"'] }));
    assert.equal(await readAgain(), 'damaged');
  });

  it('says so when the disk has no room for all of it, and holds what there is room for', async () => {
    const prototype = await set.handles();
    const { write } = prototype;
    const file = createHeadFile(await path());
    await file.reserve();
    sinon.stub(prototype, 'write').callsFake(function (this: typeof prototype, ...given: unknown[]) {
      return Number(given[1]) >= 8192 ? Promise.reject(full()) : Reflect.apply(write, this, given);
    } as never);
    await file.write(withRanges(2000));
    const { done, last } = withRanges(2000);
    assert.deepEqual(await readAgain(), { upTo: 0, done: done.slice(0, 100), last, cut: true });
    await file.close();
  });

  it('made anew after damage is not beaten by a long one of before', async () => {
    const file = createHeadFile(await path());
    await file.reserve();
    await file.write(withRanges(2000));
    await file.reserve();
    assert.deepEqual(await readAgain(), { upTo: 0, done: [], last: 0 });
    await file.close();
  });

  it('knows everything but what is open', () => {
    assert.deepEqual(allBut([], 0), { upTo: 0, done: [], last: 0 });
    assert.deepEqual(allBut([], 7), { upTo: 7, done: [], last: 7 });
    assert.deepEqual(allBut([[3, 3]], 7), { upTo: 2, done: [[4, 7]], last: 7 });
    assert.deepEqual(
      allBut(
        [
          [1, 2],
          [5, 9],
        ],
        7,
      ),
      { upTo: 0, done: [[3, 4]], last: 7 },
    );
    const head = allBut(rangesOf([9, 3, 4]), 12);
    assert.deepEqual(
      Array.from({ length: 13 }, (_, seq) => seq).filter((seq) => seq > 0 && !isDone(head, seq)),
      [3, 4, 9],
    );
  });
});

describe('Ranges of numbers', () => {
  it('are those of plain sets, whatever the numbers', () => {
    const some = fc.array(fc.nat(29), { maxLength: 12 });
    const inOrder = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((a, b) => a - b);
    const members = (ranges: readonly Range[]): number[] =>
      ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [ranges, others] = [rangesOf(a), rangesOf(b)];
        assert.deepEqual(members(ranges), inOrder(a));
        assert.deepEqual(members(union(ranges, others)), inOrder([...a, ...b]));
        assert.deepEqual(
          members(without(ranges, others)),
          inOrder(a).filter((each) => !b.includes(each)),
        );
        for (let each = 0; each < 30; each++) assert.equal(isWithin(ranges, each), a.includes(each));
      }),
      { numRuns: 1000 },
    );
  });

  it('may have no end', () => {
    assert.deepEqual(
      without(
        [[4, Number.POSITIVE_INFINITY]],
        [
          [2, 5],
          [8, 8],
        ],
      ),
      [
        [6, 7],
        [9, Number.POSITIVE_INFINITY],
      ],
    );
  });
});
