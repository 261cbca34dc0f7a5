import { strict as assert } from 'node:assert';
import { isCredentialError, PlatformError, toPlatformError } from '../../nodes/core/errors';

describe('PlatformError', () => {
  it('is an Error with code, status, operation, retryable, the wait asked for and cause', () => {
    const cause = new Error('socket');
    const error = new PlatformError('RATE_LIMITED', 'slow down', {
      statusCode: 429,
      operation: 'putEndDevice',
      retryable: true,
      retryAfter: 2000,
      said: 'one a second',
      cause,
    });
    assert.ok(error instanceof Error);
    assert.deepEqual(
      { ...error, message: error.message, name: error.name, cause: error.cause },
      {
        name: 'PlatformError',
        message: 'slow down',
        code: 'RATE_LIMITED',
        statusCode: 429,
        operation: 'putEndDevice',
        retryable: true,
        retryAfter: 2000,
        verdict: undefined,
        said: 'one a second',
        cause,
      },
    );
  });

  it('is not retryable unless somebody says so, and has no cause of its own', () => {
    const error = new PlatformError('NOT_FOUND', 'nothing there');
    assert.equal(error.retryable, false);
    assert.equal('cause' in error, false);
  });
});

describe('An error told otherwise', () => {
  const cause = new Error('socket');
  const error = new PlatformError('PLATFORM_ERROR', 'refused', {
    statusCode: 503,
    operation: 'time',
    retryable: true,
    retryAfter: 2000,
    verdict: 'doubtful',
    said: 'overload',
    cause,
  });
  const fields = (of: PlatformError): object => ({ ...of, message: of.message, cause: of.cause });

  it('keeps all that is not named, the cause too', () => {
    const told = error.with({ message: 'refused; tried for 2 s', operation: 'getSensors' });
    assert.ok(told instanceof PlatformError);
    assert.deepEqual(fields(told), {
      ...fields(error),
      message: 'refused; tried for 2 s',
      operation: 'getSensors',
    });
    assert.equal(error.message, 'refused');
  });

  it('loses what is taken away, and has another code when one is named', () => {
    const told = error.with({ code: 'UNAUTHORIZED', verdict: undefined, cause: undefined });
    assert.deepEqual(fields(told), { ...fields(error), code: 'UNAUTHORIZED', verdict: undefined, cause: undefined });
    assert.equal('cause' in told, false);
  });
});

describe('toPlatformError', () => {
  it('gives a PlatformError back as it is', () => {
    const error = new PlatformError('CLOSED', 'closed');
    assert.equal(toPlatformError(error), error);
  });

  it('keeps the code and the message of a system error, and the error itself as cause', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = toPlatformError(cause);
    assert.equal(error.code, 'ECONNREFUSED');
    assert.equal(error.message, 'connect ECONNREFUSED');
    assert.equal(error.cause, cause);
  });

  it('does not take a numeric code (DOMException, MQTT) for one of ours', () => {
    assert.equal(toPlatformError(new DOMException('stop', 'AbortError')).code, 'PLATFORM_ERROR');
  });

  it('does not take a word of another kind for a code: JSONata numbers its errors, others write sentences', () => {
    for (const code of ['S0201', 'invalid_expr', 'Not found', '', 'E']) {
      const thrown = Object.assign(new Error('strange'), { code });
      const error = toPlatformError(thrown);
      assert.deepEqual([error.code, error.message, error.cause], ['PLATFORM_ERROR', 'strange', thrown]);
    }
    for (const code of ['E2BIG', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UND_ERR_SOCKET', 'DEPTH_ZERO_SELF_SIGNED_CERT'])
      assert.equal(toPlatformError(Object.assign(new Error('known'), { code })).code, code);
  });

  it('keeps the words of an error that is no Error: JSONata throws bare objects, other realms have their own Error', () => {
    assert.equal(
      toPlatformError({ code: 'T2001', message: 'the left side must be a number' }).message,
      'the left side must be a number',
    );
    assert.equal(toPlatformError('just a text').message, 'just a text');
  });

  it('survives whatever is thrown', () => {
    const unprintable = Object.create(null) as unknown;
    const hostile = {
      get message(): string {
        throw new Error('no');
      },
      toString(): string {
        throw new Error('no');
      },
    };
    for (const thrown of [undefined, null, 42, Symbol('s'), unprintable, hostile, { message: 7 }]) {
      const error = toPlatformError(thrown);
      assert.ok(error instanceof PlatformError);
      assert.equal(error.code, 'PLATFORM_ERROR');
      assert.equal(typeof error.message, 'string');
    }
  });
});

describe('isCredentialError', () => {
  it('is true for UNAUTHORIZED and FORBIDDEN only', () => {
    const codes = ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'ECONNREFUSED'] as const;
    assert.deepEqual(
      codes.filter((code) => isCredentialError(new PlatformError(code, ''))),
      ['UNAUTHORIZED', 'FORBIDDEN'],
    );
  });
});
