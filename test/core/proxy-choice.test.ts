import { strict as assert } from 'node:assert';
import { PlatformError } from '../../nodes/core/errors';
import { proxyFor, type Target } from '../../nodes/core/proxy-choice';
import { withoutProxyVariables } from '../support/sockets';

const PLAIN: Target = { host: 'thread.example.com', port: 80, secure: false };
const SECURE: Target = { host: 'thread.example.com', port: 443, secure: true };

describe('choice of a proxy', () => {
  let restore: () => void;
  beforeEach(() => {
    restore = withoutProxyVariables();
  });
  afterEach(() => restore());

  const chosen = (target: Target, noProxy?: readonly string[]): string | undefined =>
    proxyFor(target, noProxy && { url: 'http://configured:8080', noProxy })?.host;

  it('is none when none is set', () => {
    assert.equal(chosen(PLAIN), undefined);
    assert.equal(chosen(SECURE), undefined);
  });

  it('takes the configured one before the environment, with its own list of exceptions', () => {
    process.env.http_proxy = 'http://environment:1';
    process.env.no_proxy = '*';
    assert.equal(chosen(PLAIN, []), 'configured:8080');
    assert.equal(chosen(SECURE, []), 'configured:8080');
    assert.equal(chosen(PLAIN, ['example.com']), undefined);
  });

  it('takes https_proxy where TLS is spoken, http_proxy elsewhere and in its place', () => {
    process.env.HTTP_PROXY = 'http://plain:1';
    assert.equal(chosen(PLAIN), 'plain:1');
    assert.equal(chosen(SECURE), 'plain:1');
    process.env.HTTPS_PROXY = 'http://secure:2';
    assert.equal(chosen(PLAIN), 'plain:1');
    assert.equal(chosen(SECURE), 'secure:2');
  });

  it('lets small letters win, an empty variable too', () => {
    process.env.HTTP_PROXY = 'http://capital:1';
    process.env.http_proxy = 'http://small:2';
    assert.equal(chosen(PLAIN), 'small:2');
    process.env.http_proxy = '';
    assert.equal(chosen(PLAIN), undefined);
  });

  for (const [written, host] of [
    ['proxy:3128', 'proxy:3128'],
    ['http://user:p%40ss@proxy:3128', 'proxy:3128'],
    ['https://proxy:3128', 'proxy:3128'],
    ['http://[::1]:3128', '[::1]:3128'],
  ] as const) {
    it(`reads ${written}`, () => {
      process.env.http_proxy = written;
      assert.equal(chosen(PLAIN), host);
    });
  }

  for (const written of ['socks5://secret@proxy:1080', 'http://secret@[bad']) {
    it(`refuses ${written} without quoting it`, () => {
      for (const [configured, wanted] of [
        [undefined, /environment variable http_proxy must hold a URL that begins with http:\/\/ or https:\/\//],
        [{ url: written, noProxy: [] }, /proxy configuration must hold a URL/],
      ] as const) {
        process.env.http_proxy = written;
        assert.throws(
          () => proxyFor(PLAIN, configured),
          (error) => {
            assert.ok(error instanceof PlatformError);
            assert.equal(error.code, 'INVALID_CONFIGURATION');
            assert.match(error.message, wanted);
            assert.doesNotMatch(error.message, /secret/);
            return true;
          },
        );
      }
    });
  }

  const V6: Target = { host: '::1', port: 8080, secure: false };
  const V4: Target = { host: '127.0.0.1', port: 8080, secure: false };
  const UPPER: Target = { ...PLAIN, host: 'Thread.Example.COM' };
  const cases: [rules: string, target: Target, direct: boolean][] = [
    ['', PLAIN, false],
    ['*', PLAIN, true],
    ['thread.example.com', PLAIN, true],
    ['THREAD.example.com', PLAIN, true],
    ['thread.example.com', UPPER, true],
    ['example.com', PLAIN, true],
    ['.example.com', PLAIN, true],
    ['*.example.com', PLAIN, true],
    ['ample.com', PLAIN, false],
    ['other.example', PLAIN, false],
    ['other.example, thread.example.com', PLAIN, true],
    ['other.example thread.example.com', PLAIN, true],
    ['thread.example.com:80', PLAIN, true],
    ['thread.example.com:81', PLAIN, false],
    ['example.com:80', PLAIN, true],
    ['127.0.0.1', V4, true],
    ['127.0.0.1:8080', V4, true],
    ['127.0.0.1:80', V4, false],
    ['::1', V6, true],
    ['[::1]', V6, true],
    ['[::1]:8080', V6, true],
    ['[::1]:80', V6, false],
    ['::2', V6, false],
  ];
  for (const [rules, target, direct] of cases) {
    it(`${direct ? 'reaches' : 'does not reach'} ${target.host}:${target.port} directly by "${rules}"`, () => {
      process.env.http_proxy = 'http://proxy:1';
      process.env.NO_PROXY = rules;
      assert.equal(chosen(target), direct ? undefined : 'proxy:1');
    });
  }
});
