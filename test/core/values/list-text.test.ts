import { strict as assert } from 'node:assert';
import { listOf } from '../../../nodes/core/values/list-text';

describe('a list of texts', () => {
  const lists: [given: unknown, list: string[]][] = [
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[], []],
    [
      ['a', '', 'b'],
      ['a', 'b'],
    ],
    [
      [1, 'b'],
      ['1', 'b'],
    ],
    ['/fn/6C4F6D/node', ['/fn/6C4F6D/node']],
    [' a , b ,, c ', ['a', 'b', 'c']],
    [7, ['7']],
    ['["a, with a comma", "b"]', ['a, with a comma', 'b']],
    [' ["a"] ', ['a']],
    ['[]', []],
    ['', []],
    [' , ', []],
  ];
  for (const [given, list] of lists) {
    it(`is read from ${JSON.stringify(given)}`, () => assert.deepEqual(listOf(given), list));
  }

  for (const given of [
    undefined,
    null,
    true,
    {},
    [{}],
    ['a', null],
    [['a']],
    '[a]',
    '["a"',
    '["a", {}]',
    new Date(0),
  ]) {
    it(`is not ${JSON.stringify(given)}`, () => assert.equal(listOf(given), undefined));
  }
});
