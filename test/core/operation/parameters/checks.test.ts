import { strict as assert } from 'node:assert';
import { inBody, inPath, inQuery, type Parameter } from '../../../../nodes/core/operation/operation';
import { checkParameter } from '../../../../nodes/core/operation/parameters';
import { refusal } from './set-up';

describe('a parameter', () => {
  it('with a range takes its ends and nothing beyond', () => {
    const level = inBody('p', { type: 'integer', min: 0, max: 100 });
    for (const good of [0, 100, '50']) checkParameter(level, good, 'putThing');
    for (const bad of [-1, 101, '101']) {
      assert.match(refusal(() => checkParameter(level, bad, 'putThing')).message, /a whole number from 0 to 100/);
    }
    const least = inBody('p', { type: 'number', min: 5 });
    assert.match(refusal(() => checkParameter(least, 4.9, 'putThing')).message, /a number of at least 5/);
    const most = inBody('p', { type: 'number', max: 5 });
    assert.match(refusal(() => checkParameter(most, 6, 'putThing')).message, /a number of at most 5/);
  });

  it('with choices takes one of them and lists them otherwise', () => {
    const colour = inBody('p', { choices: ['red', 'green'] });
    assert.equal(checkParameter(colour, 'red', 'putThing'), 'red');
    assert.match(refusal(() => checkParameter(colour, 'Red', 'putThing')).message, /one of red, green, but is "Red"/);
  });

  it('with a check of its own says what that says', () => {
    const even = inBody('p', { type: 'integer', check: (value) => (Number(value) % 2 ? 'must be even' : undefined) });
    assert.equal(checkParameter(even, 4, 'putThing'), 4);
    assert.match(refusal(() => checkParameter(even, 5, 'putThing')).message, /"p" of putThing must be even, but is 5/);
  });

  it('of bytes takes Base64 of both alphabets, hexadecimal digits with and without separators, and a Buffer', () => {
    const key = inBody('p', { bytes: 8 });
    const wanted = 'EjRWeJCrze8=';
    const forms = [
      wanted,
      'EjRWeJCrze8',
      ` ${wanted}\n`,
      '1234567890ABCDEF',
      '1234567890abcdef',
      '12:34:56:78:90:ab:cd:ef',
      '12-34-56-78-90-ab-cd-ef',
      '12 34 56 78 90 ab cd ef',
      Buffer.from('1234567890abcdef', 'hex'),
    ];
    for (const form of forms) assert.equal(checkParameter(key, form, 'putThing'), wanted);
    const url = Buffer.from('fbefff0000000000', 'hex').toString('base64url');
    assert.equal(checkParameter(key, url, 'putThing'), '++//AAAAAAA=');
    for (const bad of ['1234', 'EjRWeJCrze8SNFZ4', '1234567890ABCDEG', 'not Base64!', 5, {}, Buffer.alloc(7)]) {
      assert.match(
        refusal(() => checkParameter(key, bad, 'putThing')).message,
        /must be 8 bytes as Base64 or as 16 hexadecimal digits/,
      );
    }
  });

  it('that is secret is never quoted, whatever is wrong with it', () => {
    const secrets: Parameter[] = [
      inBody('p', { secret: true, bytes: 16 }),
      inBody('p', { secret: true, type: 'integer', max: 10 }),
      inBody('p', { secret: true, type: 'object' }),
      inBody('p', { secret: true, type: 'array' }),
      inBody('p', { secret: true, choices: ['a'] }),
      inBody('p', { secret: true, type: 'boolean' }),
      inBody('p', { secret: true, check: () => 'must be something else' }),
    ];
    for (const parameter of secrets) {
      for (const given of ['geheim-12345', 12345, ['geheim-12345'], { geheim: 12345 }]) {
        let value: unknown;
        try {
          value = checkParameter(parameter, given, 'putThing');
        } catch (error) {
          assert.doesNotMatch(`${error} ${JSON.stringify(error)}`, /geheim|12345/);
        }
        assert.ok(value === undefined || value === given);
      }
    }
  });

  for (const given of ['.', '..']) {
    it(`in a path is never "${given}", which a URL takes for another path`, () => {
      const { message } = refusal(() => checkParameter(inPath('topic'), given, 'putThing'));
      assert.match(message, /parameter "topic" of putThing must be a name/);
      assert.equal(checkParameter(inQuery('topic'), given, 'putThing'), given);
      assert.equal(new URL(`https://xdp.example/api/types/${given}`).pathname.includes('types/.'), false);
    });
  }

  it('in a path that is a path itself holds no such part either, wherever it stands', () => {
    const id = inPath('id', { slashes: true });
    for (const given of ['/fn/6C4F6D/node', '/a//b/', '/...', '/.a', 'a']) {
      assert.equal(checkParameter(id, given, 'putThing'), given);
    }
    for (const given of ['..', '.', '/..', '/a/../b', './a', '/a/.']) {
      assert.match(refusal(() => checkParameter(id, given, 'putThing')).message, /"id" of putThing must be a name/);
    }
  });

  it('in a path may hold dots and what looks like an encoded one', () => {
    for (const given of ['...', 'a..b', '.hidden', '%2e%2e']) {
      assert.equal(checkParameter(inPath('topic'), given, 'putThing'), given);
      const { pathname } = new URL(`https://xdp.example/api/types/${encodeURIComponent(given)}`);
      assert.ok(pathname.startsWith('/api/types/'));
    }
  });
});
