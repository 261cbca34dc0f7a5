import assert from 'node:assert/strict';
import { JsonTexts, UnreadableInput } from '../../simulators/core/json-texts';

const TEXTS = ['{"a":"}{][\\"\\\\"}', '[1,[2,{"b":"∆ 𝛥"}]]', '{}', '{"c":{"d":[]}}'];

/** What is found when the bytes arrive in these pieces. */
function found(...pieces: Buffer[]): string[] {
  const texts: string[] = [];
  const reader = new JsonTexts(1000);
  for (const piece of pieces) reader.push(piece, (text) => texts.push(text));
  return texts;
}

describe('JSON texts back to back', () => {
  it('are found wherever the bytes are split', () => {
    const bytes = Buffer.from(TEXTS.join(''));
    for (let at = 0; at <= bytes.length; at += 1) {
      assert.deepEqual(found(bytes.subarray(0, at), bytes.subarray(at)), TEXTS);
    }
    assert.deepEqual(found(...[...bytes].map((byte) => Buffer.of(byte))), TEXTS);
  });

  it('are found with blanks between them', () => {
    assert.deepEqual(
      found(Buffer.from(` \r\n${TEXTS.join('\n\t')} `)).map((text) => text.trim()),
      TEXTS,
    );
  });

  it('end where something else begins', () => {
    const texts: string[] = [];
    const push = () => new JsonTexts(1000).push(Buffer.from('{}{"a":1}null'), (text) => texts.push(text));
    assert.throws(push, UnreadableInput);
    assert.deepEqual(texts, ['{}', '{"a":1}']);
  });

  it('are refused above the limit, before their end has come', () => {
    const reader = new JsonTexts(10);
    reader.push(Buffer.from('{"a":12345'), () => assert.fail());
    assert.throws(() => reader.push(Buffer.from('6'), () => assert.fail()), UnreadableInput);
  });
});
