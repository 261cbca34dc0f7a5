import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createKnownTimes } from '../../../nodes/itwin-iot/client/follow/known-times';

describe('known times', () => {
  it('are new once, in whatever order they come', () => {
    const known = createKnownTimes();
    const times = [5, 7, 6, 1, 9, 8, 2];
    assert.deepEqual(
      times.map((at) => known.add(at)),
      times.map(() => true),
    );
    assert.deepEqual(
      times.map((at) => known.add(at)),
      times.map(() => false),
    );
  });

  it('agree with a set on any times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { size: 'large' }), (times) => {
        const known = createKnownTimes();
        const set = new Set<number>();
        for (const at of times) {
          assert.equal(known.add(at), !set.has(at), String(at));
          set.add(at);
        }
      }),
    );
  });

  it('forget the older half when there are too many', () => {
    const known = createKnownTimes();
    for (let at = 1; at <= 10; at++) known.add(at);
    known.trim(10);
    assert.equal(known.add(1), false, 'ten are not too many');
    known.add(11);
    known.trim(10);
    const found = Array.from({ length: 11 }, (_, index) => index + 1).filter((at) => !known.add(at));
    assert.deepEqual(found, [7, 8, 9, 10, 11]);
  });
});
