import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { getEventListeners, once } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { PlatformError } from '../../nodes/core/errors';
import { openWebSocket, type WebSocketConnection, type WebSocketOptions } from '../../nodes/core/web-socket';
import { type Certificate, freePort, selfSigned, startProxy } from '../support/http';
import {
  type LocalSockets,
  type LocalWebSockets,
  requestHead,
  startGuardedProxy,
  startRaw,
  startWebSockets,
  withoutProxyVariables,
} from '../support/sockets';
import { until } from '../support/until';

const LIMIT = 1024 * 1024;

describe('WebSocket', () => {
  let restore: () => void;
  let servers: { close(): Promise<void> }[];
  let life: AbortController;
  let received: (string | Buffer)[];
  let activity: number;

  beforeEach(() => {
    restore = withoutProxyVariables();
    servers = [];
    life = new AbortController();
    received = [];
    activity = 0;
  });
  afterEach(async () => {
    assert.equal(getEventListeners(life.signal, 'abort').length, 0, 'listeners are left on the signal');
    for (const server of servers) await server.close();
    restore();
  });

  const serving = async <Server extends { close(): Promise<void> }>(starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  const open = (url: string, options: Partial<WebSocketOptions> = {}): Promise<WebSocketConnection> =>
    openWebSocket({
      platform: 'THREAD',
      url,
      signal: life.signal,
      limit: LIMIT,
      onText: (text) => void received.push(text),
      onBytes: (data) => void received.push(data),
      onActivity: () => activity++,
      ...options,
    });
  const pair = async (
    options?: Partial<WebSocketOptions>,
  ): Promise<[WebSocketConnection, WebSocket, LocalWebSockets]> => {
    const server = await serving(startWebSockets());
    const connection = await open(server.url, options);
    return [connection, await server.next(), server];
  };
  const gone = (server: LocalSockets): Promise<void> => until('no connection is left', () => server.connections === 0);
  const proxied = (url: string) => ({ proxy: { url, noProxy: [] } });
  const fails = async (work: Promise<unknown>, code: string, message: RegExp): Promise<void> => {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof PlatformError, String(error));
      assert.match(error.message, message);
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /geheim/);
      assert.equal(error.code, code);
      return true;
    });
  };

  describe('open', () => {
    it('carries text and bytes, both ways', async () => {
      const [connection, peer, server] = await pair();
      assert.deepEqual(server.paths, ['/path']);
      const got: unknown[] = [];
      peer.on('message', (data: Buffer, isBinary) => got.push(isBinary ? data : data.toString()));
      const bytes = Buffer.alloc(65_536, 0xfe);
      await connection.send('grüße');
      await connection.send(bytes);
      await until('both are there', () => got.length === 2);
      assert.deepEqual(got, ['grüße', bytes]);
      peer.send('45.93\r\n');
      peer.send(bytes);
      await until('both came', () => received.length === 2);
      assert.deepEqual(received, ['45.93\r\n', bytes]);
      connection.close();
      await gone(server);
      await fails(connection.ended, 'CLOSED', /connection to THREAD has been closed/);
    });

    it('tells of every sign of life: messages, pings and answers to pings', async () => {
      const [connection, peer] = await pair();
      peer.ping();
      await until('the ping came', () => activity === 1);
      connection.ping();
      await until('the pong came', () => activity === 2);
      peer.send('x');
      await until('the message came', () => activity === 3);
      connection.close();
    });

    it('keeps the order of a burst, leaves the process its turns and slows the peer down', async () => {
      const count = 100_000;
      let last = -1;
      let turn = 0;
      let mostInTurn = 0;
      let inTurn = 0;
      let turning = true;
      const tick = (): void => {
        turn++;
        inTurn = 0;
        if (turning) setImmediate(tick);
      };
      const server = await serving(startWebSockets());
      let peer: WebSocket | undefined;
      let behind = 0;
      const connection = await open(server.url, {
        onText(text) {
          const number = Number(text.slice(0, 6));
          assert.equal(number, last + 1);
          last = number;
          mostInTurn = Math.max(mostInTurn, ++inTurn);
          if (number === 10_000) behind = peer?.bufferedAmount ?? 0;
        },
      });
      peer = await server.next();
      setImmediate(tick);
      for (let n = 0; n < count; n++) peer.send(String(n).padStart(250, '0').slice(-6).padEnd(250));
      await until('all came', () => last === count - 1);
      turning = false;
      assert.ok(mostInTurn <= 128, `${mostInTurn} in one turn`);
      assert.ok(turn > count / 128);
      assert.ok(behind > 5_000_000, `the peer has sent all but ${behind} bytes`);
      connection.close();
      await gone(server);
    });

    it('hands on all that came before an orderly end, then resolves', async () => {
      const [connection, peer, server] = await pair();
      for (let n = 0; n < 5000; n++) peer.send(String(n));
      peer.close(1000, 'bye');
      await connection.ended;
      assert.equal(received.length, 5000);
      assert.equal(received.at(-1), '4999');
      await gone(server);
    });

    it('hands on all that came before it broke, then rejects', async () => {
      const [connection, peer, server] = await pair();
      for (let n = 0; n < 500; n++) peer.send(String(n));
      await until('they begin to come', () => received.length > 0);
      peer.terminate();
      await fails(connection.ended, 'ECONNRESET', /connection to THREAD at ws:.* broke/);
      assert.equal(received.length, 500);
      await gone(server);
    });

    it('says with what code and words the peer ended it', async () => {
      const [connection, peer] = await pair();
      peer.close(1013, 'try\nlater');
      await fails(connection.ended, 'ECONNRESET', /was ended by it \(1013 try later\)$/);
    });

    it('quotes no secret of those words', async () => {
      const [connection, peer] = await pair({ secrets: ['k3y'] });
      peer.close(1008, 'who is k3y?');
      await fails(connection.ended, 'ECONNRESET', /\(1008 who is •••\?\)$/);
    });

    it('is over soon when the peer says goodbye and never cuts', async () => {
      const raw = await serving(
        startRaw((socket) => {
          socket.allowHalfOpen = true;
          void upgrade(socket, () => socket.write(Buffer.of(0x88, 0)));
        }),
      );
      const connection = await open(`ws://localhost:${raw.port}`);
      const began = Date.now();
      await connection.ended;
      assert.ok(Date.now() - began < 5000);
    });

    it('rejects what is sent when it is over', async () => {
      const [connection, peer] = await pair();
      peer.close();
      await connection.ended;
      await fails(connection.send('late'), 'ECONNRESET', /^not sent: the connection to THREAD at ws:.* is over/);
      connection.ping();
    });

    it('ends with its signal when the peer is dead, and fails what was on its way', async () => {
      const raw = await serving(startRaw((socket) => void upgrade(socket, () => socket.pause())));
      const connection = await open(`ws://localhost:${raw.port}`);
      let sent = 0;
      const sending = Array.from({ length: 40 }, () => connection.send(Buffer.alloc(LIMIT)).then(() => sent++));
      const all = Promise.allSettled(sending);
      life.abort(new PlatformError('IDLE', 'nothing heard for 45 s', { retryable: true }));
      await fails(connection.ended, 'IDLE', /nothing heard for 45 s/);
      const failed = (await all).filter(({ status }) => status === 'rejected');
      assert.ok(failed.length > 0 && failed.length + sent === 40);
    });

    it('ends with the error of a listener that throws, and ends nothing else', async () => {
      for (const burst of [1, 1000]) {
        const [connection, peer, server] = await pair({
          onText(text) {
            if (text === 'last') throw new PlatformError('STORAGE', 'cannot take it');
          },
        });
        for (let n = 1; n < burst; n++) peer.send('x');
        peer.send('last');
        await fails(connection.ended, 'STORAGE', /cannot take it/);
        await gone(server);
      }
    });
  });

  describe('with a peer that breaks the rules', () => {
    const frames: [what: string, bytes: Buffer, code: string, message: RegExp][] = [
      [
        'masks its frames',
        Buffer.of(0x81, 0x81, 1, 2, 3, 4, 5),
        'INVALID_RESPONSE',
        /THREAD at ws:.* does not keep to the WebSocket protocol: .*MASK must be clear/,
      ],
      ['sends an unknown opcode', Buffer.of(0x83, 0), 'INVALID_RESPONSE', /invalid opcode 3/],
      [
        'sends more than the limit',
        Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 1),
        'EVENT_TOO_LARGE',
        /sent a message of more than 1048576 bytes/,
      ],
      ['sends text that is none', Buffer.of(0x81, 2, 0xc3, 0x28), 'INVALID_RESPONSE', /invalid UTF-8/],
      ['breaks off in mid-frame', Buffer.of(0x81, 10, 0x61), 'ECONNRESET', /connection to THREAD at ws:.* broke/],
    ];
    for (const [what, bytes, code, message] of frames) {
      it(`says that it ${what}, after what came before`, async () => {
        const before = Buffer.of(0x81, 2, 0x6f, 0x6b);
        const raw = await serving(
          startRaw((socket) => void upgrade(socket, () => socket.end(Buffer.concat([before, bytes])))),
        );
        const connection = await open(`ws://localhost:${raw.port}`);
        await fails(connection.ended, code, message);
        assert.deepEqual(received, ['ok']);
        await gone(raw);
      });
    }

    it('takes text that is none where it is wanted as bytes', async () => {
      const [connection, peer] = await pair({ onText: undefined });
      peer.send(Buffer.of(0xff, 0xc3, 0x28), { binary: false });
      await until('it came', () => received.length === 1);
      assert.deepEqual(received, [Buffer.of(0xff, 0xc3, 0x28)]);
      connection.close();
    });
  });

  describe('that does not open', () => {
    const answers: [what: string, answer: string, code: string, message: RegExp][] = [
      ['HTTP 401', head('401 Unauthorized'), 'UNAUTHORIZED', /THREAD refused the credentials/],
      ['HTTP 403', head('403 Forbidden'), 'FORBIDDEN', /THREAD does not allow this to the account/],
      [
        'HTTP 404',
        head('404 Not Found'),
        'NOT_FOUND',
        /THREAD at ws:\S* answers with HTTP 404 and opens no WebSocket; is the URL right\?/,
      ],
      ['HTTP 200', head('200 OK'), 'INVALID_RESPONSE', /answers with HTTP 200 and opens no WebSocket/],
      [
        'HTTP 302',
        head('302 Found', 'location: https://login.example/'),
        'INVALID_RESPONSE',
        /redirects to https:\/\/login.example\//,
      ],
      ['HTTP 503', head('503 Later', 'retry-after: 7'), 'PLATFORM_ERROR', /HTTP 503/],
      [
        'a wrong key',
        head('101 Yes', 'connection: upgrade', 'upgrade: websocket', 'sec-websocket-accept: x'),
        'INVALID_RESPONSE',
        /opens no WebSocket: Invalid Sec-WebSocket-Accept header/,
      ],
      [
        'another protocol',
        head('101 Yes', 'connection: upgrade', 'upgrade: h2c'),
        'INVALID_RESPONSE',
        /opens no WebSocket: Invalid Upgrade header/,
      ],
      [
        'something else than HTTP',
        '220 smtp.example ESMTP\r\n',
        'INVALID_RESPONSE',
        /does not speak HTTP; is the URL right\?/,
      ],
      ['half an answer', 'HTTP/1.1 101 Swi', 'ECONNRESET', /cut the connection/],
      ['nothing, and hangs up', '', 'ECONNRESET', /cut the connection/],
    ];
    for (const [what, answer, code, message] of answers) {
      it(`says that the peer answers ${what}`, async () => {
        const raw = await serving(
          startRaw(async (socket) => {
            await requestHead(socket);
            // An answer to a handshake need not end the connection; a broken one does.
            if (answer.endsWith('\r\n\r\n')) socket.write(answer);
            else socket.end(answer);
          }),
        );
        await fails(open(`ws://localhost:${raw.port}/ws`), code, message);
        await gone(raw);
      });
    }

    it('passes on how long the peer asks to wait', async () => {
      const raw = await serving(
        startRaw((socket) => void socket.once('data', () => socket.write(head('503 Later', 'retry-after: 7')))),
      );
      await assert.rejects(open(`ws://localhost:${raw.port}`), { retryAfter: 7000, statusCode: 503 });
      await gone(raw);
    });

    it('says that nobody listens', async () => {
      await fails(
        open(`ws://localhost:${await freePort()}`),
        'ECONNREFUSED',
        /cannot reach THREAD at ws:.* nothing listens there/,
      );
    });

    it('says when the host is unknown', async () => {
      await fails(open('ws://nowhere.invalid/'), 'ENOTFOUND', /the host name is unknown/);
    });

    it('leaves nothing when the URL is no good', async () => {
      const server = await serving(startWebSockets());
      await fails(open(`${server.url}#fragment`), 'PLATFORM_ERROR', /fragment/);
      await fails(open('not a URL'), 'ERR_INVALID_URL', /Invalid URL/);
      await gone(server);
    });

    it('ends with its signal while the peer never answers, and names it', async () => {
      const raw = await serving(startRaw((socket) => socket.resume()));
      for (const scheme of ['ws', 'wss']) {
        life = new AbortController();
        const opening = open(`${scheme}://localhost:${raw.port}`);
        await until('it is connected', () => raw.connections === 1);
        life.abort(new PlatformError('TIMEOUT', 'no connection within 30 s', { retryable: true }));
        await fails(opening, 'TIMEOUT', /^THREAD at wss?:\S+: no connection within 30 s$/);
        await gone(raw);
      }
    });

    it('does not even begin when its signal has fired', async () => {
      const server = await serving(startWebSockets());
      life.abort(new PlatformError('CLOSED', 'the stream has been closed'));
      await fails(open(server.url), 'CLOSED', /the stream has been closed/);
      assert.equal(server.connections, 0);
    });
  });

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
      const byAddress = server.url.replace('localhost', '127.0.0.1');
      for (const [url, tls] of [
        [server.url, { ca: certificate.cert }],
        [server.url, { rejectUnauthorized: false }],
        [byAddress, { ca: certificate.cert, servername: 'localhost' }],
      ] as const) {
        // `localhost` may be ::1 here.
        if (url === byAddress && !(await listensOn('127.0.0.1', server.port))) continue;
        const connection = await open(url, { tls });
        const peer = await server.next();
        peer.send('secure');
        await until('it came', () => received.length === 1);
        received.length = 0;
        connection.close();
      }
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

  describe('behind a proxy', () => {
    for (const [variable, value, direct] of [
      ['NO_PROXY', 'localhost', true],
      ['no_proxy', 'example.com,*', true],
      ['no_proxy', 'example.com', false],
    ] as const) {
      it(`goes ${direct ? 'around' : 'through'} that of the environment when ${variable} is "${value}"`, async () => {
        const proxy = await serving(startProxy());
        const server = await serving(startWebSockets());
        process.env.http_proxy = proxy.url;
        process.env[variable] = value;
        const connection = await open(server.url);
        assert.deepEqual(proxy.seen, direct ? [] : [`CONNECT localhost:${server.port}`]);
        assert.deepEqual(proxy.authorizations, direct ? [] : [undefined]);
        connection.close();
        await gone(server);
      });
    }

    it('says that the proxy is away, not the platform', async () => {
      const url = `http://user:geheim@localhost:${await freePort()}`;
      await fails(
        open('ws://thread.example/ws', proxied(url)),
        'ECONNREFUSED',
        /^cannot reach the proxy localhost:\d+ on the way to thread.example:80/,
      );
    });

    it('says that the proxy cuts the tunnel', async () => {
      const proxy = await serving(
        startRaw(async (socket) => {
          await requestHead(socket);
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          await requestHead(socket);
          socket.destroy();
        }),
      );
      await fails(
        open('ws://thread.example/ws', proxied(`http://localhost:${proxy.port}`)),
        'ECONNRESET',
        /cut the connection/,
      );
      await gone(proxy);
    });

    it('ends with its signal while the proxy, or what is behind it, never answers', async () => {
      for (const answer of ['', 'HTTP/1.1 200 OK\r\n\r\n']) {
        life = new AbortController();
        let asked = false;
        const proxy = await serving(
          startRaw(async (socket) => {
            await requestHead(socket);
            asked = true;
            socket.write(answer);
            socket.resume();
          }),
        );
        const opening = open('wss://thread.example/ws', proxied(`http://localhost:${proxy.port}`));
        await until('the proxy is asked', () => asked);
        life.abort(new PlatformError('TIMEOUT', 'no connection within 30 s'));
        await fails(opening, 'TIMEOUT', /^THREAD at wss:/);
        await gone(proxy);
      }
    });
  });
});

function head(status: string, ...headers: string[]): string {
  return [`HTTP/1.1 ${status}`, 'content-length: 0', ...headers, '', ''].join('\r\n');
}

/** Answers the handshake of a WebSocket as RFC 6455 §4.2.2 says, and nothing more. */
async function upgrade(socket: Socket, then: () => void): Promise<void> {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(await requestHead(socket))?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'connection: upgrade',
      'upgrade: websocket',
      `sec-websocket-accept: ${accept}`,
      '',
      '',
    ].join('\r\n'),
  );
  socket.resume();
  then();
}

async function listensOn(host: string, port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  const socket = connect(port, host);
  return once(socket, 'connect').then(
    () => {
      socket.destroy();
      return true;
    },
    () => false,
  );
}
