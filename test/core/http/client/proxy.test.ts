import { strict as assert } from 'node:assert';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../../nodes/core/http/client';
import { nextTurn } from '../../../../nodes/core/timing';
import { freePort } from '../../../support/free-port';
import {
  type Certificate,
  type LocalProxy,
  type LocalServer,
  selfSigned,
  serve,
  startMute,
  startProxy,
} from '../../../support/http';

const VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'];

describe('HTTP client behind a proxy', () => {
  let certificate: Certificate;
  let plain: LocalServer;
  let secure: LocalServer;
  let proxy: LocalProxy;
  let client: HttpClient | undefined;
  let environment: Record<string, string | undefined>;

  before(async () => {
    certificate = selfSigned();
    plain = await serve((_, response) => response.end('plain'));
    secure = await serve((_, response) => response.end('secure'), certificate);
  });
  after(async () => {
    await plain.close();
    await secure.close();
  });
  beforeEach(async () => {
    environment = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
    for (const name of VARIABLES) delete process.env[name];
    proxy = await startProxy();
  });
  afterEach(async () => {
    await client?.close();
    await proxy.close();
    for (const [name, value] of Object.entries(environment)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  const get = async (server: LocalServer, options: Partial<HttpClientOptions> = {}): Promise<string> => {
    client = createHttpClient({
      platform: 'xDP',
      baseUrl: server.url,
      timeout: 10_000,
      retryMax: 60_000,
      tls: { ca: certificate.cert },
      ...options,
    });
    return (await client.request({ method: 'GET', path: '/x', repeatable: false })).body;
  };

  it('uses none when none is set', async () => {
    assert.equal(await get(plain), 'plain');
    assert.deepEqual(proxy.seen, []);
  });

  describe('of a proxy node', () => {
    it('sends plain HTTP as an absolute URL, which proxies allow to every port', async () => {
      assert.equal(await get(plain, { proxy: { url: proxy.url, noProxy: [] } }), 'plain');
      assert.deepEqual(proxy.seen, [`GET ${plain.url}/x`]);
    });

    it('sends HTTPS through a tunnel and checks the certificate of the platform, not of the proxy', async () => {
      assert.equal(await get(secure, { proxy: { url: proxy.url, noProxy: [] } }), 'secure');
      assert.deepEqual(proxy.seen, [`CONNECT localhost:${secure.port}`]);
      await client?.close();
      await assert.rejects(get(secure, { proxy: { url: proxy.url, noProxy: [] }, tls: undefined }), {
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
    });

    it('reaches the hosts of its list directly', async () => {
      for (const host of ['localhost', '*.example.com', `localhost:${plain.port}`]) {
        const listed = host.startsWith('localhost');
        assert.equal(await get(plain, { proxy: { url: proxy.url, noProxy: ['other.example', host] } }), 'plain');
        assert.equal(proxy.seen.length, listed ? 0 : 1, host);
        await client?.close();
        proxy.seen.length = 0;
      }
    });

    it('gives its user name and password, percent-decoded, to the proxy alone', async () => {
      const url = proxy.url.replace('//', '//us%40er:p%3Aw@');
      for (const server of [plain, secure]) {
        await get(server, { proxy: { url, noProxy: [] } });
        await client?.close();
        assert.equal(server.seen.at(-1)?.headers['proxy-authorization'], undefined);
      }
      const expected = `Basic ${Buffer.from('us@er:p:w').toString('base64')}`;
      assert.deepEqual(proxy.authorizations.at(-1), expected);
      assert.equal(proxy.seen.length, 2);
    });

    it('wins over the environment', async () => {
      process.env.http_proxy = `http://localhost:${await freePort()}`;
      process.env.no_proxy = 'localhost';
      assert.equal(await get(plain, { proxy: { url: proxy.url, noProxy: [] } }), 'plain');
      assert.equal(proxy.seen.length, 1);
    });

    it('is asked for a platform at an IP address without a server name, which RFC 6066 forbids there', async () => {
      const warnings: Error[] = [];
      const note = (warning: Error): unknown => warnings.push(warning);
      process.on('warning', note);
      const baseUrl = `https://${secure.address}:${secure.port}`;
      try {
        assert.equal(await get(secure, { baseUrl, proxy: { url: proxy.url, noProxy: [] } }), 'secure');
        await nextTurn();
        assert.deepEqual(warnings, []);
      } finally {
        process.off('warning', note);
      }
      await client?.close();
      const untrusted = { baseUrl, proxy: { url: proxy.url, noProxy: [] }, tls: undefined };
      await assert.rejects(get(secure, untrusted), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    });

    it('that never answers is a TIMEOUT in time', async () => {
      const mute = await startMute();
      try {
        for (const server of [plain, secure]) {
          const url = `http://localhost:${mute.port}`;
          await assert.rejects(get(server, { timeout: 200, proxy: { url, noProxy: [] } }), { code: 'TIMEOUT' });
          await client?.close();
        }
      } finally {
        await mute.close();
      }
    });

    it('that is away is an error without its password', async () => {
      const url = `http://user:geheim@localhost:${await freePort()}`;
      for (const server of [plain, secure]) {
        await assert.rejects(get(server, { proxy: { url, noProxy: [] } }), (error: Error & { code: string }) => {
          assert.equal(error.code, 'ECONNREFUSED');
          assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /geheim/);
          return true;
        });
        await client?.close();
      }
    });
  });

  describe('of the environment', () => {
    for (const [name, server] of [
      ['HTTP_PROXY', () => plain],
      ['http_proxy', () => plain],
      ['HTTPS_PROXY', () => secure],
      ['https_proxy', () => secure],
    ] as const) {
      it(`is used when ${name} names it`, async () => {
        process.env[name] = proxy.url;
        await get(server());
        assert.equal(proxy.seen.length, 1);
      });
    }

    for (const [value, direct] of [
      ['localhost', true],
      ['example.com, localhost', true],
      ['*', true],
      ['example.com', false],
      ['', false],
    ] as const) {
      it(`is ${direct ? 'left out' : 'used'} when NO_PROXY is "${value}"`, async () => {
        process.env.HTTP_PROXY = proxy.url;
        process.env.NO_PROXY = value;
        assert.equal(await get(plain), 'plain');
        assert.equal(proxy.seen.length, direct ? 0 : 1);
      });
    }
  });

  it('close cuts connections through the proxy as well', async () => {
    const silent = await serve(() => undefined);
    try {
      const answer = get(silent, { proxy: { url: proxy.url, noProxy: [] } });
      const checked = assert.rejects(answer, { code: 'CLOSED' });
      await silent.requests(1);
      await client?.close();
      await checked;
      await silent.quiet();
    } finally {
      await silent.close();
    }
  });
});
