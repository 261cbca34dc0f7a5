import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { PlatformError } from '../../../nodes/core/errors';
import { type DialOptions, dial } from '../../../nodes/core/socket/dial';
import { freePort } from '../../support/free-port';
import { type Certificate, type LocalServer, selfSigned, serve } from '../../support/http';
import {
  type LocalSockets,
  requestHead,
  startGuardedProxy,
  startRaw,
  withoutProxyVariables,
} from '../../support/sockets';
import { until } from '../../support/until';

describe('dialling', () => {
  let restore: () => void;
  let server: LocalSockets;
  let taken: Socket[];

  beforeEach(async () => {
    restore = withoutProxyVariables();
    taken = [];
    server = await startRaw((socket) => taken.push(socket));
  });
  afterEach(async () => {
    await server.close();
    restore();
  });

  const open = (url: string, options: Partial<DialOptions> = {}): Promise<Socket> =>
    dial({ url: new URL(url), defaultPort: 1, signal: new AbortController().signal, ...options });
  const proxied = (url: string) => ({ proxy: { url, noProxy: [] } });

  it('opens a plain connection, to the default port where the URL names none', async () => {
    for (const [url, defaultPort] of [
      [`mqtt://localhost:${server.port}`, 1],
      ['mqtt://localhost', server.port],
    ] as const) {
      const socket = await open(url, { defaultPort });
      socket.end('hello');
      await until('the server has it', () => taken.length > 0);
      assert.equal(String((await once(taken.shift() as Socket, 'data'))[0]), 'hello');
    }
  });

  it('opens a connection to an IPv6 address', async () => {
    const local = await startRaw((socket) => socket.end('v6'), '::1');
    try {
      const socket = await open(`mqtt://[::1]:${local.port}`);
      assert.equal(String((await once(socket, 'data'))[0]), 'v6');
    } finally {
      await local.close();
    }
  });

  it('says what the system says when nobody listens', async () => {
    await assert.rejects(open(`mqtt://localhost:${await freePort()}`), { code: 'ECONNREFUSED' });
  });

  it('ends no process by an error of a socket that nobody listens to', async () => {
    const socket = await open(`mqtt://localhost:${server.port}`);
    await until('the server has it', () => taken.length === 1);
    const broken = new Promise((resolve) => socket.once('close', resolve));
    taken[0]?.resetAndDestroy();
    socket.resume();
    assert.equal(await broken, true);
  });

  describe('with TLS', () => {
    let certificate: Certificate;
    let secure: LocalServer;
    before(async () => {
      certificate = selfSigned();
      secure = await serve((_, response) => response.end('secure'), certificate);
    });
    after(() => secure.close());

    const host = (name: string) => `mqtts://${name}:${secure.port}`;

    it('checks the certificate, by name and by address', async () => {
      for (const name of ['localhost', secure.address]) {
        const socket = await open(host(name), { tls: { ca: certificate.cert } });
        assert.equal((socket as Socket & { authorized?: boolean }).authorized, true);
        socket.destroy();
        await assert.rejects(open(host(name)), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      }
      const tls = { ca: certificate.cert, servername: 'other.example' };
      await assert.rejects(open(host('localhost'), { tls }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      await secure.quiet();
    });

    it('checks the certificate of the target through a proxy too', async () => {
      const proxy = await startGuardedProxy('user:geheim');
      try {
        const through = proxied(proxy.url.replace('//', '//user:geheim@'));
        for (const name of ['localhost', secure.address]) {
          const socket = await open(host(name), { ...through, tls: { ca: certificate.cert } });
          socket.destroy();
          await assert.rejects(open(host(name), through), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
          assert.equal(proxy.tunnels.at(-1), `${name}:${secure.port}`);
        }
        await until('nothing is left', () => proxy.connections === 0 && secure.connections === 0);
      } finally {
        await proxy.close();
      }
    });

    it('asks for the certificate of the proxy where that speaks TLS, not for one of the target', async () => {
      const names: unknown[] = [];
      const proxy = createTlsServer({
        ...certificate,
        SNICallback(name, done) {
          names.push(name);
          done(null);
        },
      });
      proxy.on('tlsClientError', () => undefined);
      proxy.listen(0, 'localhost');
      await once(proxy, 'listening');
      try {
        const { port } = proxy.address() as AddressInfo;
        const opening = open('mqtt://broker.example:1883', proxied(`https://localhost:${port}`));
        await assert.rejects(opening, /\(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
        assert.deepEqual(names, ['localhost']);
      } finally {
        proxy.close();
      }
    });

    it('fails when the peer cuts during the handshake, or has no certificate of use', async () => {
      const cutting = await startRaw((socket) => socket.once('data', () => socket.destroy()));
      try {
        await assert.rejects(open(`mqtts://localhost:${cutting.port}`), { code: 'ECONNRESET' });
      } finally {
        await cutting.close();
      }
      await assert.rejects(open(host('localhost'), { tls: { cert: 'no certificate', key: 'no key' } }), /PEM|DECODER/i);
      await secure.quiet();
    });
  });

  describe('through a proxy', () => {
    it('gives user name and password, percent-decoded, and opens the tunnel for any 2xx', async () => {
      const proxy = await startGuardedProxy('us@er:p:w%zz');
      try {
        const socket = await open(
          `ws://localhost:${server.port}`,
          proxied(proxy.url.replace('//', '//us%40er:p%3Aw%zz@')),
        );
        socket.write('through');
        await until('the target has it', () => taken.length === 1);
        assert.equal(String((await once(taken[0] as Socket, 'data'))[0]), 'through');
        assert.deepEqual(proxy.tunnels, [`localhost:${server.port}`]);
        socket.destroy();
        await until('the tunnel is closed', () => proxy.connections === 0 && server.connections === 0);
      } finally {
        await proxy.close();
      }
    });

    it('loses nothing that comes together with the answer of the proxy', async () => {
      const heads: string[] = [];
      const eager = await startRaw(async (socket) => {
        heads.push(await requestHead(socket));
        socket.end('HTTP/1.1 200 OK\r\n\r\nfirst words');
      });
      try {
        const socket = await open('mqtt://[fd00::7]:1883', proxied(`http://localhost:${eager.port}`));
        assert.equal(String((await once(socket, 'data'))[0]), 'first words');
        assert.match(heads[0] ?? '', /^CONNECT \[fd00::7\]:1883 HTTP\/1.1\r\n/);
        assert.match(heads[0] ?? '', /\r\nhost: \[fd00::7\]:1883\r\n/i);
        assert.doesNotMatch(heads[0] ?? '', /authorization/i);
      } finally {
        await eager.close();
      }
    });

    const refusals: [what: string, answer: string, code: string, wanted: RegExp][] = [
      [
        'wants other credentials',
        'HTTP/1.1 407 No\r\n\r\n',
        'PROXY',
        /^the proxy localhost:\d+ wants other credentials \(HTTP 407\): check the proxy configuration$/,
      ],
      [
        'forbids the port',
        'HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno',
        'PROXY',
        /refuses the connection to localhost:\d+ \(HTTP 403\)/,
      ],
      [
        'is no proxy',
        '220 smtp.example ESMTP\r\n',
        'INVALID_RESPONSE',
        /this is not an HTTP proxy: localhost:\d+ on the way to localhost:\d+ \(HPE_INVALID_CONSTANT\)/,
      ],
      [
        'hangs up',
        '',
        'ECONNRESET',
        /cannot reach the proxy .* \(ECONNRESET\); check the proxy configuration, or http_proxy/,
      ],
    ];
    for (const [what, answer, code, wanted] of refusals) {
      it(`says that it ${what}, never its password`, async () => {
        const proxy = await startRaw(async (socket) => {
          await requestHead(socket);
          socket.end(answer);
        });
        try {
          const url = `http://user:geheim@localhost:${proxy.port}`;
          await assert.rejects(open(`ws://localhost:${server.port}`, proxied(url)), (error) => {
            assert.ok(error instanceof PlatformError);
            assert.equal(error.code, code);
            assert.match(error.message, wanted);
            assert.doesNotMatch(`${error.message} ${JSON.stringify(error)} ${error.stack}`, /geheim|Z2VoZWlt/);
            return true;
          });
          await until('nothing is left', () => proxy.connections === 0);
          assert.equal(taken.length, 0);
        } finally {
          await proxy.close();
        }
      });
    }

    it('says that it is away, never its password', async () => {
      const url = `http://user:geheim@localhost:${await freePort()}`;
      await assert.rejects(open(`ws://localhost:${server.port}`, proxied(url)), (error) => {
        assert.ok(error instanceof PlatformError);
        assert.equal(error.code, 'ECONNREFUSED');
        assert.match(error.message, /cannot reach the proxy localhost:\d+/);
        assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /geheim/);
        return true;
      });
    });
  });

  describe('ended by its signal', () => {
    const reason = new PlatformError('TIMEOUT', 'no connection within 30 s');

    const stages: [string, (port: number) => [string, Partial<DialOptions>]][] = [
      ['during the TLS handshake', (port) => [`wss://localhost:${port}`, {}]],
      ['before the proxy answers', (port) => ['ws://localhost:1', proxied(`http://localhost:${port}`)]],
    ];
    for (const [stage, how] of stages) {
      it(`leaves nothing ${stage}`, async () => {
        const counted = await startRaw((socket) => socket.resume());
        try {
          const life = new AbortController();
          const [url, options] = how(counted.port);
          const opening = open(url, { ...options, signal: life.signal });
          await until('it is connected', () => counted.connections === 1);
          life.abort(reason);
          await assert.rejects(opening, reason);
          await until('nothing is left', () => counted.connections === 0);
        } finally {
          await counted.close();
        }
      });
    }

    it('leaves nothing when the tunnel opens in the same moment', async () => {
      const life = new AbortController();
      const proxy = await startRaw(async (socket) => {
        await requestHead(socket);
        socket.write('HTTP/1.1 200 OK\r\n\r\n', () => life.abort(reason));
      });
      try {
        const opening = open('ws://localhost:1', { ...proxied(`http://localhost:${proxy.port}`), signal: life.signal });
        await opening.then(
          (socket) => socket.destroy(),
          (error) => assert.equal(error, reason),
        );
        await until('nothing is left', () => proxy.connections === 0);
      } finally {
        await proxy.close();
      }
    });

    it('connects nothing when it has fired before', async () => {
      await assert.rejects(open(`ws://localhost:${server.port}`, { signal: AbortSignal.abort(reason) }), reason);
      const socket = await open(`ws://localhost:${server.port}`);
      await until('the second is there', () => taken.length > 0);
      assert.equal(taken.length, 1);
      socket.destroy();
    });
  });
});
