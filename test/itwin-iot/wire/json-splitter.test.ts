import { strict as assert } from 'node:assert';
import { createJsonSplitter } from '../../../nodes/itwin-iot/client/wire/json-splitter';
import { squareCost } from '../../support/cost';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

/** The texts found when the stream comes in pieces of so many bytes. */
function split(stream: Buffer, size: number, limit = 1e6): string[] {
  const found: string[] = [];
  const splitter = createJsonSplitter(limit, (text) => found.push(text));
  for (let at = 0; at < stream.length; at += size) splitter.push(stream.subarray(at, at + size));
  return found;
}

describe('JSON texts back to back', () => {
  const texts = [
    '{}',
    '{"a":{"b":[1,{"c":2}]}}',
    '[]',
    '[{"a":1}]',
    '{"brace":"}{","bracket":"][","quote":"\\"}","slash":"\\\\"}',
    '{"\\\\\\"}":"\\u007d{"}',
    '{"umlaut":"°Ä漢字🏗️ }"}',
    `{"long":"${'x}'.repeat(500)}"}`,
  ];

  for (const size of [1, 2, 3, 7, 64, 100_000]) {
    it(`are found in pieces of ${size} bytes, whatever their strings hold`, () => {
      assert.deepEqual(split(bytes(texts.join('')), size), texts);
      assert.deepEqual(split(bytes(` \r\n${texts.join('\n\t ')}\n`), size), texts);
    });
  }

  it('are handed on at once, not with the next piece', () => {
    const found: string[] = [];
    const splitter = createJsonSplitter(100, (text) => found.push(text));
    splitter.push(bytes('{"a":1}{"b"'));
    assert.deepEqual(found, ['{"a":1}']);
    splitter.push(bytes(':2}'));
    assert.deepEqual(found, ['{"a":1}', '{"b":2}']);
  });

  for (const garbage of [
    '220 smtp.example ESMTP',
    'HTTP/1.1 400 Bad Request',
    '"text"',
    '7',
    '}',
    ']',
    '\0',
    '<html>',
  ]) {
    it(`are told from something else, after those before it: ${JSON.stringify(garbage)}`, () => {
      const found: string[] = [];
      const splitter = createJsonSplitter(1000, (text) => found.push(text));
      assert.throws(() => splitter.push(bytes(`{"good":1}${garbage}`)), { code: 'INVALID_RESPONSE' });
      assert.deepEqual(found, ['{"good":1}']);
    });
  }

  it('have a limit, each of them', () => {
    const text = `{"a":"${'x'.repeat(80)}"}`;
    assert.equal(split(bytes(text.repeat(50)), 10, 100).length, 50);
    assert.throws(() => split(bytes(`{"a":"${'x'.repeat(200)}"}`), 10, 100), { code: 'EVENT_TOO_LARGE' });
  });

  it('cost no more than their length', () => {
    const reading = (count: number): (() => void) => {
      const points = Array.from({ length: count }, (_, n) => `"${new Date(n * 1000).toISOString()}":${n}`);
      const stream = bytes(`{"result":{"data":{${points.join(',')}}}}`);
      return () => assert.equal(split(stream, 1460, 1e8).length, 1);
    };
    assert.equal(squareCost(reading, 25_000), undefined);
  });
});
