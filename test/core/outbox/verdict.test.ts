import { strict as assert } from 'node:assert';
import { PlatformError, type PlatformErrorDetails } from '../../../nodes/core/errors';
import { networkError } from '../../../nodes/core/http/errors';
import { isDoubtful, isDoubtfulAnswer, mayBeTakenLater } from '../../../nodes/core/outbox/verdict';

describe('what an answer says of the same message sent once more', () => {
  const cases: [what: string, details: PlatformErrorDetails, later: boolean, doubtful: boolean][] = [
    ['no answer', { retryable: true }, true, false],
    ['an error of unknown kind', {}, true, false],
    ...[400, 402, 409, 413, 414, 415, 422].map((statusCode) => refused(statusCode)),
    ...[401, 425, 429, 502, 503, 504].map((statusCode) => away(statusCode)),
    ...[403, 404, 405, 408, 500, 501].map((statusCode) => unclear(statusCode)),
    ['the verdict final', { verdict: 'final' }, false, false],
    ['the verdict refused', { verdict: 'refused' }, false, false],
    ['the verdict doubtful', { verdict: 'doubtful' }, true, true],
    ['the verdict final, whatever else', { verdict: 'final', retryable: true, statusCode: 503 }, false, false],
    ['the verdict doubtful, whatever else', { verdict: 'doubtful', statusCode: 400 }, true, true],
  ];

  function refused(statusCode: number): (typeof cases)[number] {
    return [String(statusCode), { statusCode }, false, false];
  }
  function away(statusCode: number): (typeof cases)[number] {
    return [String(statusCode), { statusCode }, true, false];
  }
  function unclear(statusCode: number): (typeof cases)[number] {
    return [String(statusCode), { statusCode }, true, true];
  }

  for (const [what, details, later, doubtful] of cases) {
    const words = doubtful
      ? 'it may be taken later, or be at fault'
      : later
        ? 'it may be taken later'
        : 'it is refused';
    it(`${what}: ${words}`, () => {
      const error = new PlatformError('PLATFORM_ERROR', 'no', details);
      assert.deepEqual([mayBeTakenLater(error), isDoubtful(error)], [later, doubtful]);
    });
  }

  describe('and whether it was an answer of the platform at all', () => {
    const network = (code: string): PlatformError =>
      networkError(Object.assign(new Error(code), { code }), { platform: 'xDP', baseUrl: 'https://xdp.example' });
    const errors: [what: string, error: PlatformError, doubtful: boolean, answer: boolean][] = [
      ['500', new PlatformError('PLATFORM_ERROR', 'no', { statusCode: 500 }), true, true],
      ['a verdict', new PlatformError('INVALID_RESPONSE', 'no', { statusCode: 200, verdict: 'doubtful' }), true, true],
      ['a web page', new PlatformError('INVALID_RESPONSE', 'no', { statusCode: 200 }), true, false],
      ['408', new PlatformError('PLATFORM_ERROR', 'slow', { statusCode: 408 }), true, false],
      ['an answer without end', new PlatformError('ANSWER_TOO_LARGE', 'no', { statusCode: 202 }), true, false],
      ['a redirect', new PlatformError('INVALID_RESPONSE', 'no', { statusCode: 302 }), false, false],
      ['a time-out', new PlatformError('TIMEOUT', 'no', { retryable: true }), true, false],
      ['the end of a socket', new PlatformError('DISCONNECTED', 'no', { retryable: true }), true, false],
      [
        'too many requests',
        new PlatformError('RATE_LIMITED', 'no', { statusCode: 429, retryable: true }),
        false,
        false,
      ],
      ...[
        'ECONNRESET',
        'EPIPE',
        'UND_ERR_SOCKET',
        'UND_ERR_HEADERS_TIMEOUT',
        'UND_ERR_BODY_TIMEOUT',
        'Z_DATA_ERROR',
      ].map((code): [string, PlatformError, boolean, boolean] => [code, network(code), true, false]),
      ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'CERT_HAS_EXPIRED'].map(
        (code): [string, PlatformError, boolean, boolean] => [code, network(code), false, false],
      ),
      ['UND_ERR_CONNECT_TIMEOUT', network('UND_ERR_CONNECT_TIMEOUT'), false, false],
    ];
    for (const [what, error, doubtful, answer] of errors)
      it(`${what}: ${doubtful ? 'it may be at fault' : 'the platform is away'}${answer ? '; an answer' : ''}`, () => {
        assert.deepEqual([isDoubtful(error), isDoubtfulAnswer(error)], [doubtful, answer]);
        assert.equal(mayBeTakenLater(error), true);
      });
  });

  it('an invalid parameter: it is refused', () => {
    assert.equal(mayBeTakenLater(new PlatformError('INVALID_PARAMETER', 'no')), false);
  });
});
