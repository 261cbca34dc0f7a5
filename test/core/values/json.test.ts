import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { isObject, numberText, parseJson } from '../../../nodes/core/values/json';

describe('parseJson', () => {
  it('parses JSON', () => {
    assert.deepEqual(parseJson(' {"a":[1,true,null]} ', 'it'), { a: [1, true, null] });
  });

  it('says what is broken and where', () => {
    assert.throws(() => parseJson('{"a":1,}', 'the answer to putSecret'), {
      code: 'INVALID_RESPONSE',
      message: /^the answer to putSecret is not valid JSON \(at character \d+\)$/,
    });
    assert.throws(() => parseJson('', 'the answer'), /the answer is not valid JSON \(after 0 characters\)/);
  });

  it('never quotes its input, and has no cause that would', () => {
    const secret = '2B7E151628AED2A6ABF7158809CF4F3C';
    const inputs = [
      secret,
      `"${secret}`,
      `{"key":"${secret}"`,
      `{"key":${secret}}`,
      `{"key":"${secret}"} trailing`,
      `{'key':'${secret}'}`,
      `\u0000${secret}`,
    ];
    for (const input of inputs) {
      assert.throws(
        () => parseJson(input, 'it'),
        (error: Error) => {
          assert.equal(error.cause, undefined);
          assert.doesNotMatch(`${error.message} ${error.stack}`, /2B7E|AED2|4F3C/);
          return true;
        },
      );
    }
  });

  it('does not take digits of the input for a position', () => {
    for (const input of ['at position 31337', 'x at position 31337 (line 1 column 2)']) {
      assert.throws(
        () => parseJson(input, 'it'),
        (error: Error) => !error.message.includes('31337'),
      );
    }
  });
});

describe('isObject', () => {
  it('is true for objects that are neither null nor an array', () => {
    assert.deepEqual([{}, [], null, 'x', 1, undefined].map(isObject), [true, false, false, false, false, false]);
  });
});

describe('numberText', () => {
  const cases: [title: string, text: string, digits: string | undefined][] = [
    ['an offset beyond 2^53', '{"data":{"topic":"t"},"offset":9007199254740993}', '9007199254740993'],
    ['a hundred digits', `{"offset":${'1234567890'.repeat(10)}}`, '1234567890'.repeat(10)],
    ['a hundred digits in front', `{"offset":${'1234567890'.repeat(10)},"data":{}}`, '1234567890'.repeat(10)],
    ['the first place', '{"offset":9007199254740993,"data":{"topic":"t"}}', '9007199254740993'],
    ['the middle', '{"a":1,"offset":9007199254740993,"data":{}}', '9007199254740993'],
    [
      'a nested member of the same name behind it',
      '{"offset":9007199254740993,"data":{"offset":5}}',
      '9007199254740993',
    ],
    [
      'a nested member of the same name before it',
      '{"data":{"offset":5},"offset":9007199254740993}',
      '9007199254740993',
    ],
    ['a nested one in an array', '{"offset":9007199254740993,"data":[{"offset":5}]}', '9007199254740993'],
    ['only a nested one', '{"data":{"offset":9007199254740993}}', undefined],
    ['only a nested one and blanks', '{"data":{"x":1,"offset":9007199254740993}\n}', undefined],
    ['the name as a value', '{"topic":"offset","offset":9007199254740993}', '9007199254740993'],
    ['the name as a value behind it', '{"offset":9007199254740993,"topic":"offset"}', '9007199254740993'],
    ['the name as the only value', '{"topic":"offset"}', undefined],
    ['a text that looks like the member', '{"t":"\\"offset\\":1}","offset":9007199254740993}', '9007199254740993'],
    ['a text that looks like the end', '{"offset":9007199254740993,"t":",\\"offset\\":1}"}', '9007199254740993'],
    ['braces and brackets in texts', '{"t":"}]{[","offset":9007199254740993,"u":"{"}', '9007199254740993'],
    ['a text that ends in backslashes', '{"t":"\\\\","offset":9007199254740993,"u":1}', '9007199254740993'],
    ['a key with escapes', '{"\\u006fffset":9007199254740993}', '9007199254740993'],
    ['a key with escapes in front', '{"o\\u0066fset":9007199254740993,"data":{}}', '9007199254740993'],
    ['a key that only ends alike', '{"my\\"offset":1,"offset":9007199254740993,"x":1}', '9007199254740993'],
    ['blanks of every kind', '{ "offset" \t\r\n : \n 9007199254740993 \r\n }\n', '9007199254740993'],
    [
      'a hundred blanks',
      `{"offset"${' '.repeat(100)}:${' '.repeat(100)}9007199254740993,"data":{}}`,
      '9007199254740993',
    ],
    ['a negative number', '{"offset":-9007199254740993}', '-9007199254740993'],
    ['a fraction and an exponent', '{"offset":1.25E+30,"a":1}', '1.25E+30'],
    ['a text instead of a number', '{"offset":"9007199254740993"}', undefined],
    ['null', '{"offset":null,"a":1}', undefined],
    ['an object', '{"offset":{"offset":9007199254740993}}', undefined],
    [
      'the last of two, as JSON.parse takes it',
      '{"offset":1,"a":1,"offset":9007199254740993,"b":1}',
      '9007199254740993',
    ],
    ['the last of two, which is no number', '{"offset":9007199254740993,"offset":"x","b":1}', undefined],
    ['an array outside', '[{"offset":9007199254740993}]', undefined],
  ];
  for (const [title, text, digits] of cases) {
    it(`gives the digits as they stand: ${title}`, () => {
      JSON.parse(text);
      assert.equal(numberText(text, 'offset'), digits);
    });
  }

  it('reads past a text of eight million characters', () => {
    for (const long of ['x'.repeat(8 * 1024 * 1024), '\\n'.repeat(4 * 1024 * 1024)]) {
      assert.equal(numberText(`{"offset":9007199254740993,"data":"${long}"}`, 'offset'), '9007199254740993');
    }
  });

  it('agrees with a parser that keeps every digit, for ten thousand texts', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        assert.equal(numberText(text, 'offset'), oracle(text, 'offset'));
      }),
      { numRuns: 10_000 },
    );
  });
});

const KEYS = ['offset', 'data', 'o', 'off\\"set', '\\u006ffset', 'offset ', 'Offset', '\\\\'];
const TEXTS = ['', 'offset', '\\"offset\\":12', '}', '{', ',\\"offset\\":1}', '\\\\', 'ä€😀', '[', '\\n'];

const blanks = fc.constantFrom('', '', '', ' ', '\n', '\t ', '\r\n');
const padded = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(blanks, text, blanks).map((parts) => parts.join(''));
const listed = (members: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.array(padded(members), { maxLength }).map((all) => all.join(','));

const numeral = fc
  .tuple(
    fc.constantFrom('', '', '', '-'),
    fc.stringMatching(/^(0|[1-9][0-9]{0,24})$/),
    fc.constantFrom('', '', '', '.5', 'e2', 'E-3', '.25e+10'),
  )
  .map((parts) => parts.join(''));

/** Objects as JSON text, with keys, texts and blanks that lead astray. */
const { objectText } = fc.letrec<{ value: string; objectText: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    numeral,
    fc.constantFrom(...TEXTS, ...KEYS).map((text) => `"${text}"`),
    fc.constantFrom('true', 'false', 'null'),
    listed(tie('value'), 2).map((items) => `[${items}]`),
    tie('objectText'),
  ),
  objectText: padded(
    listed(
      fc
        .tuple(fc.constantFrom(...KEYS), blanks, blanks, tie('value'))
        .map(([key, a, b, value]) => `"${key}"${a}:${b}${value}`),
      4,
    ).map((members) => `{${members}}`),
  ),
}));

/** A recursive-descent reader that keeps the text of every number: slow, obvious and written without `numberText`. */
function oracle(text: string, member: string): string | undefined {
  let at = 0;
  const skip = (): void => {
    while (' \n\r\t'.includes(text[at] ?? 'x')) at++;
  };
  const readString = (): string => {
    const start = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    return JSON.parse(text.slice(start, ++at)) as string;
  };
  const readMembers = (): Map<string, string | undefined> => {
    const members = new Map<string, string | undefined>();
    at++;
    for (skip(); text[at] !== '}'; skip()) {
      if (text[at] === ',') at++;
      skip();
      const key = readString();
      skip();
      at++;
      members.set(key, readValue());
    }
    at++;
    return members;
  };
  const readValue = (): string | undefined => {
    skip();
    if (text[at] === '"') readString();
    else if (text[at] === '{') readMembers();
    else if (text[at] === '[') {
      at++;
      for (skip(); text[at] !== ']'; skip()) {
        if (text[at] === ',') at++;
        else readValue();
      }
      at++;
    } else {
      const start = at;
      while (at < text.length && !',]} \n\r\t'.includes(text[at] as string)) at++;
      const token = text.slice(start, at);
      return /^-?\d/.test(token) ? token : undefined;
    }
    return undefined;
  };
  skip();
  return readMembers().get(member);
}
