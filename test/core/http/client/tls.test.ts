import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../../nodes/core/errors';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../../nodes/core/http/client';
import { type Certificate, type LocalServer, selfSigned, serve, startMute } from '../../../support/http';

describe('HTTP client over TLS', () => {
  let certificate: Certificate;
  let server: LocalServer;
  let client: HttpClient | undefined;

  before(async () => {
    certificate = selfSigned();
    server = await serve((_, response) => response.end('secure'), certificate);
  });
  afterEach(() => client?.close());
  after(() => server.close());

  const get = async (options: Partial<HttpClientOptions>): Promise<string> => {
    client = createHttpClient({ platform: 'xDP', baseUrl: server.url, timeout: 10_000, retryMax: 60_000, ...options });
    // One try: a certificate does not become better by waiting.
    return (await client.request({ method: 'GET', path: '/', repeatable: false })).body;
  };

  it('refuses a certificate that nobody it trusts has signed, and says what to do', async () => {
    await assert.rejects(get({}), (error) => {
      assert.ok(error instanceof PlatformError);
      assert.equal(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
      assert.match(error.message, /no trusted TLS connection to xDP at https:\/\/localhost/);
      assert.match(error.message, /a private CA goes into the account's TLS configuration/);
      return true;
    });
    assert.equal(server.seen.length, 0);
  });

  it('takes it when the TLS configuration names it as CA', async () => {
    assert.equal(await get({ tls: { ca: certificate.cert } }), 'secure');
  });

  it('takes it when verification has been switched off', async () => {
    assert.equal(await get({ tls: { rejectUnauthorized: false } }), 'secure');
  });

  it('refuses a certificate for another host name', async () => {
    const other = { ca: certificate.cert, servername: 'other.example' };
    await assert.rejects(get({ tls: other }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('checks the server name that the TLS configuration gives instead of the URL', async () => {
    const baseUrl = `https://${server.address}:${server.port}`;
    assert.equal(await get({ baseUrl, tls: { ca: certificate.cert, servername: 'localhost' } }), 'secure');
  });

  it('ends with its signal or its time-out while the handshake hangs', async () => {
    const mute = await startMute();
    try {
      const baseUrl = `https://localhost:${mute.port}`;
      await assert.rejects(get({ baseUrl, timeout: 200 }), { code: 'TIMEOUT' });
      await client?.close();
      client = createHttpClient({ platform: 'xDP', baseUrl, timeout: 60_000, retryMax: 60_000 });
      const controller = new AbortController();
      const opening = client.open({ method: 'GET', path: '/', signal: controller.signal });
      controller.abort(new PlatformError('TIMEOUT', 'no connection within 30 s'));
      await assert.rejects(opening, { code: 'TIMEOUT' });
    } finally {
      await client?.close();
      await mute.close();
    }
  });

  it('says what is wrong when the server speaks no TLS', async () => {
    const plain = await serve((_, response) => response.end('plain'));
    try {
      const error = await get({ baseUrl: `https://localhost:${plain.port}` }).then(assert.fail, (thrown) => thrown);
      assert.ok(error instanceof PlatformError);
      assert.match(error.message, /TLS|cut the connection/);
    } finally {
      await client?.close();
      await plain.close();
    }
  });
});
