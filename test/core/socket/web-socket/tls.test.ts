import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../../../nodes/core/errors';
import { type Certificate, selfSigned } from '../../../support/http';
import { startGuardedProxy, startWebSockets } from '../../../support/sockets';
import { until } from '../../../support/until';
import { fails, gone, proxied, setUpWebSocket } from './set-up';

describe('WebSocket', () => {
  const { open, serving, received } = setUpWebSocket();

  describe('with TLS', () => {
    let certificate: Certificate;
    before(() => {
      certificate = selfSigned();
    });

    it('wants a certificate that it trusts, and says what to do', async () => {
      const server = await serving(startWebSockets({ tls: certificate }));
      await fails(
        open(server.url),
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        /no trusted TLS connection to THREAD at wss:.*; a private CA goes into the account's TLS configuration/,
      );
      for (const tls of [{ ca: certificate.cert }, { rejectUnauthorized: false }]) {
        const connection = await open(server.url, { tls });
        const peer = await server.next();
        peer.send('secure');
        await until('it came', () => received.length === 1);
        received.length = 0;
        connection.close();
      }
      await gone(server);
    });

    it('checks the server name that the TLS configuration gives instead of the URL', async () => {
      const server = await serving(startWebSockets({ tls: certificate, host: '127.0.0.1' }));
      const connection = await open(server.url, { tls: { ca: certificate.cert, servername: 'localhost' } });
      const peer = await server.next();
      peer.send('secure');
      await until('it came', () => received.length === 1);
      connection.close();
      const other = { ca: certificate.cert, servername: 'other.example' };
      await fails(open(server.url, { tls: other }), 'ERR_TLS_CERT_ALTNAME_INVALID', /no trusted TLS connection/);
      await gone(server);
    });

    it('says what is wrong when the server speaks no TLS', async () => {
      const server = await serving(startWebSockets());
      const error = await open(server.url.replace('ws:', 'wss:')).then(
        () => assert.fail('it opened'),
        (thrown: PlatformError) => thrown,
      );
      assert.match(error.message, /no trusted TLS connection to THREAD|cut the connection/);
      await gone(server);
    });

    it('shows its own certificate where the server asks for one, and says what is wrong without', async () => {
      const server = await serving(
        startWebSockets({ tls: { ...certificate, ca: certificate.cert, requestCert: true, rejectUnauthorized: true } }),
      );
      const connection = await open(server.url, { tls: { ...certificate, ca: certificate.cert } });
      connection.close();
      const refused = open(server.url, { tls: { ca: certificate.cert } });
      await assert.rejects(
        refused,
        /no trusted TLS connection to THREAD at wss:[\s\S]*CERTIFICATE_REQUIRED|cut the connection/,
      );
      await gone(server);
    });

    it('reaches an IPv6 address', async () => {
      const server = await serving(startWebSockets({ tls: certificate, host: '::1' }));
      assert.match(server.url, /^wss:\/\/\[::1\]:\d+/);
      const connection = await open(server.url, { tls: { ca: certificate.cert } });
      (await server.next()).send('v6');
      await until('it came', () => received.length === 1);
      connection.close();
      await gone(server);
    });

    it('goes through a proxy that asks for credentials', async () => {
      const proxy = await serving(startGuardedProxy('user:geheim'));
      const server = await serving(startWebSockets({ tls: certificate }));
      const tls = { ca: certificate.cert };
      const connection = await open(server.url, { tls, ...proxied(proxy.url.replace('//', '//user:geheim@')) });
      assert.deepEqual(proxy.tunnels, [`localhost:${server.port}`]);
      (await server.next()).send('through');
      await until('it came', () => received.length === 1);
      connection.close();
      await until('nothing is left', () => server.connections + proxy.connections === 0);
      await fails(
        open(server.url, { tls, ...proxied(proxy.url.replace('//', '//user:geheim2@')) }),
        'PROXY',
        /wants other credentials/,
      );
      await until('nothing is left', () => server.connections + proxy.connections === 0);
    });
  });
});
