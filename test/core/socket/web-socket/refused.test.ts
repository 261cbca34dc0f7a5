import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../../nodes/core/errors';
import { freePort } from '../../../support/free-port';
import { requestHead, startRaw, startWebSockets } from '../../../support/sockets';
import { until } from '../../../support/until';
import { fails, gone, setUpWebSocket } from './set-up';

describe('WebSocket', () => {
  const { open, serving, life } = setUpWebSocket();

  describe('that does not open', () => {
    const answers: [what: string, answer: string, code: string, message: RegExp][] = [
      ['HTTP 401', head('401 Unauthorized'), 'UNAUTHORIZED', /THREAD refused the credentials/],
      ['HTTP 403', head('403 Forbidden'), 'FORBIDDEN', /THREAD does not allow the account to do this/],
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
        life.renew();
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
});

function head(status: string, ...headers: string[]): string {
  return [`HTTP/1.1 ${status}`, 'content-length: 0', ...headers, '', ''].join('\r\n');
}
