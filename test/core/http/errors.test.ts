import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { PlatformError } from '../../../nodes/core/errors';
import { isHtml, networkError, retryAfterMs, statusError } from '../../../nodes/core/http/errors';

const CONTEXT = { platform: 'xDP', baseUrl: 'https://xdp.example/api', operation: 'putSecret' };

describe('status errors', () => {
  const cases: [status: number, code: string, retryable: boolean, words: RegExp][] = [
    [400, 'PLATFORM_ERROR', false, /xDP refused .*\(HTTP 400\)/],
    [401, 'UNAUTHORIZED', false, /refused the credentials; check them in the account/],
    [403, 'FORBIDDEN', false, /does not allow the account to do this/],
    [404, 'NOT_FOUND', false, /does not know what was asked for/],
    [409, 'CONFLICT', false, /conflict/],
    [422, 'PLATFORM_ERROR', false, /refused/],
    [429, 'RATE_LIMITED', true, /fewer requests/],
    [500, 'PLATFORM_ERROR', false, /failed/],
    [502, 'PLATFORM_ERROR', true, /failed/],
    [503, 'PLATFORM_ERROR', true, /failed/],
    [504, 'PLATFORM_ERROR', true, /failed/],
  ];
  for (const [status, code, retryable, words] of cases) {
    it(`${status} is ${code}, ${retryable ? 'worth another try' : 'final'}`, () => {
      const error = statusError(status, {}, '', CONTEXT);
      assert.deepEqual(
        [error.code, error.retryable, error.statusCode, error.operation],
        [code, retryable, status, 'putSecret'],
      );
      assert.match(error.message, words);
      assert.match(error.message, new RegExp(`HTTP ${status}`));
    });
  }

  it('tell in one line what the server said, from the places servers say it', () => {
    const said = (body: string, type = 'application/json'): string =>
      statusError(400, { 'content-type': type }, body, CONTEXT).message.replace(/^.*\(HTTP 400\)(: )?/, '');
    assert.equal(said('{"message":"topic\\n  unknown"}'), 'topic unknown');
    assert.equal(said('{"error":"topic unknown"}'), 'topic unknown');
    assert.equal(said('{"error":{"message":"topic unknown"}}'), 'topic unknown');
    assert.equal(said('{"detail":"topic unknown"}'), '{"detail":"topic unknown"}');
    assert.equal(said('{"message":{"de":"Thema unbekannt"}}'), '{"message":{"de":"Thema unbekannt"}}');
    assert.equal(said('topic unknown', 'text/plain'), 'topic unknown');
    assert.equal(said('{"message":"cut of', 'application/json'), '{"message":"cut of');
    assert.equal(said(''), '');
    assert.equal(said('<html>nginx</html>', 'text/html'), '');
  });

  it('tell a list of errors with the place of each in the request', () => {
    const said = (errors: unknown): string =>
      statusError(400, {}, JSON.stringify({ errors }), CONTEXT).message.replace(/^.*\(HTTP 400\)(: )?/, '');
    assert.equal(said([{ message: 'must not be empty', path: 'observations' }]), 'observations: must not be empty');
    assert.equal(said([{ message: 'a', path: 'x' }, { message: 'b' }, { path: 'z' }]), 'x: a; b; z');
    assert.equal(said([]), '{"errors":[]}');
    assert.equal(said(['text']), '{"errors":["text"]}');
    assert.equal(said('text'), '{"errors":"text"}');
  });

  it('hold no secret from such a list', () => {
    const body = JSON.stringify({ errors: [{ message: 'unknown key 2B7E1516', path: '2B7E1516' }] });
    const { message } = statusError(400, {}, body, { ...CONTEXT, secrets: ['2B7E1516'] });
    assert.doesNotMatch(message, /2B7E/);
  });

  it('quote at most two hundred characters', () => {
    const { message } = statusError(400, {}, 'x'.repeat(100_000), CONTEXT);
    assert.ok(message.length < 300);
  });

  it('hold no short secret, but the words that it is a part of', () => {
    const secrets = ['farm'];
    const said = (body: string): string => statusError(400, {}, body, { ...CONTEXT, secrets }).message;
    assert.match(said('farmers of farmland2 may not; your password is farm.'), /farmers of farmland2 .* is •••\.$/);
    for (const quoted of ['?p=farm&x=1', 'p%3Dfarm%26x', '"password":"farm"', '"a\\nfarm\\n"', '_farm_'])
      assert.doesNotMatch(said(quoted), /farm/, quoted);
    const odd = statusError(400, {}, 'x$1.b and p=$1.', { ...CONTEXT, secrets: ['$1.', 'a-b'] });
    assert.match(odd.message, /x•••b and p=•••$/);
  });

  it('hold no secret, not even one that stands in the target of a redirect or at the cut of a long quote', () => {
    const secrets = ['2B7E151628AED2A6ABF7158809CF4F3C'];
    const redirect = statusError(302, { location: `/secrets?value=${secrets[0]}` }, '', { ...CONTEXT, secrets });
    assert.doesNotMatch(redirect.message, /2B7E/);
    const cut = statusError(400, {}, `${'x'.repeat(190)}${secrets[0]}`, { ...CONTEXT, secrets });
    assert.doesNotMatch(cut.message, /2B7E/);
  });
});

describe('Retry-After', () => {
  afterEach(() => sinon.restore());

  it('is read as seconds or as a date (RFC 9110 §10.2.3)', () => {
    sinon.useFakeTimers({ now: Date.UTC(2026, 0, 1, 0, 0, 0), toFake: ['Date'] });
    assert.equal(retryAfterMs('120'), 120_000);
    assert.equal(retryAfterMs(' 7 '), 7000);
    assert.equal(retryAfterMs(['3', '9']), 3000);
    assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:01:30 GMT'), 90_000);
    assert.equal(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT'), 0);
    assert.equal(retryAfterMs('soon'), undefined);
    assert.equal(retryAfterMs(undefined), undefined);
  });
});

describe('Retry-After as a date', () => {
  afterEach(() => sinon.restore());

  for (const [what, now] of [
    ['behind', Date.UTC(1970, 0, 1)],
    ['ahead', Date.UTC(2040, 0, 1)],
  ] as const)
    it(`is measured by the date of its own answer: a clock that is ${what} changes nothing`, () => {
      sinon.useFakeTimers({ now, toFake: ['Date'] });
      const headers = { 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT', date: 'Thu, 01 Jan 2026 00:01:00 GMT' };
      assert.equal(statusError(503, headers, '', CONTEXT).retryAfter, 30_000);
    });

  it('is measured by the clock there is where the answer has no date that can be read', () => {
    sinon.useFakeTimers({ now: Date.UTC(2026, 0, 1), toFake: ['Date'] });
    assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:01:30 GMT', 'yesterday'), 90_000);
  });
});

describe('the target of a redirect', () => {
  const quoted = (location: string): string =>
    /redirects to (.*); put/.exec(statusError(302, { location }, '', CONTEXT).message)?.[1] ?? '';

  it('is told without its query, which may hold a token, and not at any length', () => {
    assert.equal(quoted('https://login.example/start?ticket=2B7E1516#there'), 'https://login.example/start');
    assert.equal(quoted('/elsewhere'), '/elsewhere');
    assert.equal(quoted(`/${'x'.repeat(5000)}`), `/${'x'.repeat(199)}…`);
    assert.equal(quoted(''), '');
  });
});

describe('network errors', () => {
  const withCode = (code: string, cause?: unknown): Error =>
    Object.assign(new Error(`raw ${code}`, { cause }), { code });

  const hints: [code: string, as: string, words: RegExp][] = [
    ['ECONNREFUSED', 'ECONNREFUSED', /nothing listens there/],
    ['ECONNRESET', 'ECONNRESET', /cut the connection/],
    ['UND_ERR_SOCKET', 'ECONNRESET', /cut the connection/],
    ['ENOTFOUND', 'ENOTFOUND', /host name is unknown/],
    ['EAI_AGAIN', 'EAI_AGAIN', /DNS did not answer/],
    ['EHOSTUNREACH', 'EHOSTUNREACH', /no route to the host/],
    ['UND_ERR_CONNECT_TIMEOUT', 'TIMEOUT', /did not answer in time/],
    ['UND_ERR_HEADERS_TIMEOUT', 'TIMEOUT', /did not answer in time/],
    ['UND_ERR_BODY_TIMEOUT', 'TIMEOUT', /stopped in the middle/],
    ['ETIMEDOUT', 'TIMEOUT', /did not answer in time/],
  ];
  for (const [code, as, words] of hints) {
    it(`${code} becomes ${as}, with platform, URL and what to look at`, () => {
      const error = networkError(withCode(code), CONTEXT);
      assert.deepEqual([error.code, error.retryable, error.operation], [as, true, 'putSecret']);
      assert.match(error.message, words);
      assert.match(error.message, /^cannot reach xDP at https:\/\/xdp\.example\/api: /);
    });
  }

  it('are looked for behind the wrappers of undici and of Happy Eyeballs', () => {
    const wrapped = new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') });
    assert.equal(networkError(wrapped, CONTEXT).code, 'ECONNREFUSED');
    const both = new AggregateError([withCode('EHOSTUNREACH'), withCode('ECONNREFUSED')]);
    assert.equal(networkError(both, CONTEXT).code, 'EHOSTUNREACH');
    const socket = withCode('UND_ERR_SOCKET', withCode('ECONNRESET'));
    assert.equal(networkError(socket, CONTEXT).code, 'ECONNRESET');
  });

  it('end in the search even when an error is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    assert.equal(networkError(error, CONTEXT).message, 'request to xDP at https://xdp.example/api failed: round');
  });

  it('of TLS point to the TLS configuration', () => {
    for (const code of ['CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']) {
      const error = networkError(withCode(code), CONTEXT);
      assert.equal(error.code, code);
      assert.match(error.message, /no trusted TLS connection .*TLS configuration/);
    }
  });

  it('that are PlatformErrors stay what they are', () => {
    const error = new PlatformError('CLOSED', 'closed');
    assert.equal(networkError(error, CONTEXT), error);
  });

  it('that carry the bytes they stumbled over do not pass them on', () => {
    const thrown = Object.assign(withCode('HPE_INVALID_CONSTANT'), { data: 'HTTP/1.1 200 secret=2B7E' });
    const error = networkError(thrown, CONTEXT);
    assert.doesNotMatch(JSON.stringify([error, error.cause, { ...(error.cause as object) }]), /2B7E/);
  });
});

describe('isHtml', () => {
  it('looks at the type alone', () => {
    assert.equal(isHtml({ 'content-type': 'Text/HTML; charset=utf-8' }), true);
    assert.equal(isHtml({ 'content-type': 'application/json' }), false);
    assert.equal(isHtml({}), false);
  });
});
