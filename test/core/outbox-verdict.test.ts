import { strict as assert } from 'node:assert';
import { PlatformError, type PlatformErrorDetails } from '../../nodes/core/errors';
import { isDoubtful, mayBeTakenLater } from '../../nodes/core/outbox-verdict';

describe('what an answer says of the same message sent once more', () => {
  const cases: [what: string, details: PlatformErrorDetails, later: boolean, doubtful: boolean][] = [
    ['no answer', { retryable: true }, true, false],
    ['an error of unknown kind', {}, true, false],
    ...[400, 402, 409, 413, 414, 415, 422].map((statusCode) => refused(statusCode)),
    ...[401, 408, 425, 429, 502, 503, 504].map((statusCode) => away(statusCode)),
    ...[403, 404, 405, 500, 501].map((statusCode) => unclear(statusCode)),
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

  it('an invalid parameter: it is refused', () => {
    assert.equal(mayBeTakenLater(new PlatformError('INVALID_PARAMETER', 'no')), false);
  });
});
