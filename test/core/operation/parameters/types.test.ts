import { strict as assert } from 'node:assert';
import { inBody, inRpc, type Parameter } from '../../../../nodes/core/operation/operation';
import { checkParameter } from '../../../../nodes/core/operation/parameters';
import { refusal } from './set-up';

describe('a parameter', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  const types: [parameter: Parameter, good: [given: unknown, value: unknown][], bad: unknown[], expected: RegExp][] = [
    [
      inBody('p'),
      [
        ['x', 'x'],
        [7, '7'],
        [' x ', ' x '],
      ],
      [true, {}, [], circular, 5n, Symbol('s')],
      /must be a text/,
    ],
    [
      inBody('p', { type: 'integer' }),
      [
        [7, 7],
        ['7', 7],
        [' 7 ', 7],
        [-1, -1],
        [0, 0],
      ],
      [
        '0x10',
        '1e3',
        '12E00003',
        '+5',
        1.5,
        '1.5',
        'x',
        ' ',
        '7 apples',
        2 ** 53,
        '9007199254740993',
        NaN,
        Infinity,
        true,
        {},
        [],
      ],
      /must be a whole number/,
    ],
    [
      inBody('p', { type: 'number' }),
      [
        [1.5, 1.5],
        ['1.5', 1.5],
        ['-1e3', -1000],
        [0, 0],
      ],
      ['x', '1,5', NaN, Infinity, 'Infinity', true, {}, [1]],
      /must be a number/,
    ],
    [
      inBody('p', { type: 'boolean' }),
      [
        [true, true],
        [false, false],
        ['true', true],
        ['false', false],
      ],
      ['yes', 'TRUE', 1, 0, {}, []],
      /must be true or false/,
    ],
    [
      inBody('p', { type: 'object' }),
      [
        [{ a: 1 }, { a: 1 }],
        [{}, {}],
      ],
      ['{"a":1}', [], 1, true],
      /must be an object/,
    ],
    [
      inBody('p', { type: 'array' }),
      [
        [[1], [1]],
        [[], []],
      ],
      ['[1]', {}, 1, true],
      /must be an array/,
    ],
    [
      inRpc('p', { type: 'time' }),
      [
        ['2017-01-01T23:17:10.305Z', '2017-01-01T23:17:10.305Z'],
        ['2017-01-02T00:17:10.305+01:00', '2017-01-01T23:17:10.305Z'],
        [1_483_312_630_305, '2017-01-01T23:17:10.305Z'],
        [new Date(1_483_312_630_305), '2017-01-01T23:17:10.305Z'],
      ],
      ['yesterday', '5', true, {}, [], NaN],
      /must be an ISO 8601 time or Unix milliseconds/,
    ],
    [
      inRpc('p', { type: 'list' }),
      [
        [
          ['a', 'b'],
          ['a', 'b'],
        ],
        ['a', ['a']],
        ['a, b', ['a', 'b']],
        ['["a", "b"]', ['a', 'b']],
        [[], []],
      ],
      [true, {}, [{}], '[a'],
      /must be a list of texts/,
    ],
    [
      inBody('p', { type: 'any' }),
      [
        ['x', 'x'],
        [0, 0],
        [false, false],
        [[1], [1]],
        [{ a: 1 }, { a: 1 }],
      ],
      [],
      /never/,
    ],
  ];
  for (const [parameter, good, bad, expected] of types) {
    it(`of type ${parameter.type} takes what can be read as one and refuses the rest by name`, () => {
      for (const [given, value] of good) assert.deepEqual(checkParameter(parameter, given, 'putThing'), value);
      for (const given of bad) {
        const { message } = refusal(() => checkParameter(parameter, given, 'putThing'));
        assert.match(message, /parameter "p" of putThing/);
        assert.match(message, expected);
      }
    });
  }

  it('says what it got, shortly', () => {
    const number = inBody('p', { type: 'number' });
    const said = (given: unknown) => refusal(() => checkParameter(number, given, 'putThing')).message;
    assert.match(said('abc'), /, but is "abc"$/);
    assert.match(said(NaN), /, but is NaN$/);
    assert.match(said({ a: 1 }), /, but is \{"a":1\}$/);
    assert.ok(said('x'.repeat(10_000)).length < 200);
  });

  it('that the platform takes as text is checked first and written as text', () => {
    const flag = inBody('p', { type: 'boolean', asText: true });
    assert.equal(checkParameter(flag, true, 'putThing'), 'true');
    assert.equal(checkParameter(flag, 'false', 'putThing'), 'false');
    assert.match(refusal(() => checkParameter(flag, 'yes', 'putThing')).message, /true or false/);
  });
});
