import { strict as assert } from 'node:assert';
import { described } from '../../../nodes/core/values/described';

describe('a value in words', () => {
  const cases: [value: unknown, words: string][] = [
    [undefined, 'not there'],
    [null, 'null'],
    [45, 'a number (45)'],
    [Number.NaN, 'a number (NaN)'],
    [true, 'true'],
    ['', 'an empty text'],
    [[], 'an empty list'],
    [[1, 2], 'a list of 2'],
    [Buffer.from('abc'), 'binary data of 3 bytes'],
    [() => undefined, 'a function'],
    [{}, 'an empty object'],
    [{ RH: 1 }, 'an object with "RH"'],
    [{ a: 1, b: 2, c: 3, d: 4 }, 'an object with "a", "b", "c", …'],
  ];
  for (const [value, words] of cases) it(`is ${words}`, () => assert.equal(described(value), words));

  it('never holds a text itself, which may be a key', () => {
    assert.equal(described('c2VjcmV0'), 'a text of 8 characters');
    assert.ok(!described({ token: 'c2VjcmV0' }).includes('c2VjcmV0'));
  });

  it('is short, whatever the names', () => {
    assert.ok(described({ ['x'.repeat(5000)]: 1 }).length < 60);
  });
});
