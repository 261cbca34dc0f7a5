import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { PlatformError } from '../../../nodes/core/errors';
import { jsonText } from '../../../nodes/core/values/json-text';

/** As a function node makes it: of another realm. */
const foreign = (code: string): unknown => runInNewContext(code);

describe('a value as JSON', () => {
  const circle: Record<string, unknown> = { a: 1 };
  circle.self = circle;
  let deep: unknown = 1;
  for (let level = 0; level < 300; level++) deep = [deep];

  const said: [value: unknown, text: string][] = [
    [{ a: 1, b: [true, null, 'x'], c: undefined }, '{"a":1,"b":[true,null,"x"]}'],
    [{ at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    [{ list: new Float32Array([1.5, 2]) }, '{"list":[1.5,2]}'],
    [new Uint8Array([1, 2]), '[1,2]'],
    [{ money: { toJSON: () => ({ cents: 5 }) } }, '{"money":{"cents":5}}'],
    [foreign('({ a: [1, { b: 2 }], at: new Date(0) })'), '{"a":[1,{"b":2}],"at":"1970-01-01T00:00:00.000Z"}'],
    [JSON.parse('{"__proto__": 1, "at": 2}'), '{"__proto__":1,"at":2}'],
  ];
  for (const [value, text] of said) {
    it(`says ${inspect(value)}`, () => assert.equal(jsonText(value, 'data'), text));
  }

  it('says a name of JavaScript’s own beside a value that is converted', () => {
    const value = JSON.parse('{"__proto__": {"x": 1}}') as Record<string, unknown>;
    value.at = new Date(0);
    assert.equal(jsonText(value, 'data'), '{"__proto__":{"x":1},"at":"1970-01-01T00:00:00.000Z"}');
  });

  const unsayable: [value: unknown, path: RegExp][] = [
    [{ a: { b: [1, Number.NaN] } }, /"data\.a\.b\[1\]", which is NaN/],
    [{ a: Number.POSITIVE_INFINITY }, /"data\.a", which is Infinity/],
    [Number.NaN, /"data", which is NaN/],
    [{ a: new Map() }, /"data\.a", which is of type Map/],
    [{ a: new Set() }, /"data\.a".*Set/],
    [{ a: new Error('secret') }, /"data\.a".*Error/],
    [{ a: /x/ }, /"data\.a".*RegExp/],
    [{ a: foreign('new Map()') }, /"data\.a".*Map/],
    [{ a: 5n }, /"data\.a", which is a bigint/],
    [{ a: () => 1 }, /"data\.a", which is a function/],
    [{ a: Symbol('s') }, /"data\.a", which is a symbol/],
    [[1, undefined], /"data\[1\]", which is undefined/],
    // biome-ignore lint/suspicious/noSparseArray: JSON would say null
    [[1, , 2], /"data\[1\]", which is undefined/],
    [{ a: new Date(Number.NaN) }, /"data\.a".*date/],
    [{ a: new Float64Array([1, Number.NaN]) }, /"data\.a\[1\]", which is NaN/],
    [{ a: Buffer.from('x') }, /"data\.a".*Buffer/],
    [circle, /levels deep, or circular/],
    [deep, /levels deep, or circular/],
  ];
  for (const [value, words] of unsayable) {
    it(`is refused by its place: ${inspect(value, { depth: 2 })}`, () => {
      assert.throws(
        () => jsonText(value, 'data'),
        (error: unknown) => {
          assert.ok(error instanceof PlatformError);
          assert.equal(error.code, 'INVALID_PARAMETER');
          assert.match(error.message, words);
          assert.doesNotMatch(error.message, /secret/);
          return true;
        },
      );
    });
  }
});
