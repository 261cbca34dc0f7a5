import { strict as assert } from 'node:assert';
import { numberWithin } from '../../../nodes/core/values/number-text';

describe('a number in a text', () => {
  it('is what JavaScript takes for one, and finite', () => {
    const texts = ['5', ' 2.5 ', '1e3', '-1', '', ' ', 'x', '1,5', 'Infinity', 'true'];
    const none = [undefined, undefined, undefined, undefined, undefined, undefined];
    assert.deepEqual(
      texts.map((text) => numberWithin(text, {})),
      [5, 2.5, 1000, -1, ...none],
    );
  });

  it('is none beyond its bounds', () => {
    const within = (text: string) => numberWithin(text, { min: 1, max: 10 });
    assert.deepEqual(['0.9', '1', '10', '10.1'].map(within), [undefined, 1, 10, undefined]);
    assert.equal(numberWithin('99', { min: 1 }), 99);
  });
});
