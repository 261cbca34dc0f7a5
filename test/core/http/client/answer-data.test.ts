import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../../../nodes/core/errors';
import { answerData } from '../../../../nodes/core/http/answer';

describe('HTTP client', () => {
  describe('the data of an answer', () => {
    const answer = (type: string | undefined, body: string) => ({
      statusCode: 200,
      headers: { 'content-type': type },
      body,
    });

    it('is JSON where the type says so, else the text, and null for an empty body', () => {
      assert.deepEqual(answerData(answer('application/json; charset=utf-8', '{"a":1}'), 'op'), { a: 1 });
      assert.deepEqual(answerData(answer('application/problem+json', '[1]'), 'op'), [1]);
      assert.equal(answerData(answer('text/plain', '{"a":1}'), 'op'), '{"a":1}');
      assert.equal(answerData(answer(undefined, 'text'), 'op'), 'text');
      assert.equal(answerData(answer('application/json', ''), 'op'), null);
    });

    it('is never a web page: that is somebody else who answers', () => {
      assert.throws(() => answerData(answer('text/html; charset=utf-8', '<html>Login</html>'), 'putSecret'), {
        code: 'INVALID_RESPONSE',
        statusCode: 200,
        operation: 'putSecret',
        message: /putSecret was answered with a web page/,
      });
    });

    it('is an error when JSON is broken, without a word of it', () => {
      assert.throws(
        () => answerData(answer('application/json', '{"appKey":"2B7E1516'), 'op'),
        (error: PlatformError) => error.code === 'INVALID_RESPONSE' && !error.message.includes('2B7E'),
      );
    });
  });
});
