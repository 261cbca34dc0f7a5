import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { itemsOf } from '../../../nodes/core/values/payload-items';

const EXAMPLE = '{"humidity": 45}';

describe('the objects of a payload', () => {
  it('are the payload itself, or those of a list, each with its place in it', () => {
    assert.deepEqual(itemsOf({ a: 1 }, 'a reading', EXAMPLE), [{ item: { a: 1 }, where: '' }]);
    assert.deepEqual(itemsOf([{ a: 1 }], 'a reading', EXAMPLE), [{ item: { a: 1 }, where: '' }]);
    assert.deepEqual(itemsOf([{ a: 1 }, {}], 'a reading', EXAMPLE), [
      { item: { a: 1 }, where: ' (item 1 of 2)' },
      { item: {}, where: ' (item 2 of 2)' },
    ]);
  });

  const bad: [payload: unknown, words: RegExp][] = [
    [[], /the payload is an empty list/],
    ['text', /^the payload is a text of 4 characters; .*the payload must be a reading$/],
    [undefined, /^the payload is not there; .*the payload must be a reading$/],
    [5, /^the payload is a number \(5\); wanted e\.g\. \{"humidity": 45\}: the payload must be a reading$/],
    [[{}, 5], /^the payload \(item 2 of 2\) is a number \(5\);.*the payload must be a reading \(item 2 of 2\)$/],
    [[[{}]], /the payload must be a reading/],
    [Buffer.from('bytes'), /the payload must be a reading/],
    [[{}, new Uint8Array(2)], /the payload must be a reading \(item 2 of 2\)/],
  ];
  for (const [payload, words] of bad) {
    it(`are none in ${JSON.stringify(payload)}`, () => {
      assert.throws(
        () => itemsOf(payload, 'a reading', EXAMPLE),
        (error: PlatformError) =>
          error instanceof PlatformError && error.code === 'INVALID_PARAMETER' && words.test(error.message),
      );
    });
  }
});
