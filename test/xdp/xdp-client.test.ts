import { strict as assert } from 'node:assert';
import { Buffer } from 'node:buffer';
import { PlatformError } from '../../nodes/core/errors';
import { readStored } from '../../nodes/xdp/client/read-stored';
import { createXdpClient, type XdpClient } from '../../nodes/xdp/client/xdp-client';
import { type Answer, type LocalServer, serve } from '../support/http';

const PASSWORD = 'A90CEA95-69D7-41EE-81C9-9EAEC123B406';

describe('xDP client', () => {
  let server: LocalServer;
  let client: XdpClient;

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  /** @param login the reply to POST /login */
  const start = async (answer: Answer, login: Answer = (_, response) => response.end('token-1')): Promise<void> => {
    server = await serve((request, response, count) =>
      request.url === '/login' ? login(request, response, count) : answer(request, response, count),
    );
    client = createXdpClient({
      url: server.url,
      namespace: 'farm',
      username: 'someapiuser',
      password: PASSWORD,
      timeout: 20_000,
      retryMax: 1000,
    });
  };

  const post = () => client.postRecordings(['{"a":1}', '{"a":2}']);

  it('logs in with name and password and sends the token and the namespace with every request', async () => {
    await start((_, response) => response.end());
    await post();
    const [login, request] = server.seen;
    assert.deepEqual(JSON.parse(String(login?.body)), { username: 'someapiuser', password: PASSWORD });
    assert.equal(login?.headers['xdp-namespace'], 'farm');
    assert.equal(request?.headers.authorization, 'Bearer token-1');
    assert.equal(request?.headers['xdp-namespace'], 'farm');
    assert.equal(request?.headers['content-type'], 'application/json');
    assert.equal(request?.body, '{"a":1}\n{"a":2}');
  });

  for (const [reply, token] of [
    ['token-1\n', 'token-1'],
    ['"token-1"', 'token-1'],
    ['{"token":"token-1"}', 'token-1'],
  ] as const) {
    it(`takes the token from ${JSON.stringify(reply)}`, async () => {
      await start(
        (_, response) => response.end(),
        (_, response) => response.end(reply),
      );
      await post();
      assert.equal(server.seen[1]?.headers.authorization, `Bearer ${token}`);
    });
  }

  for (const reply of ['', '{}', '"', '{"token":5}', 'two words', 'line\nfeed', 'łąka', `{"password":"${PASSWORD}"`]) {
    it(`says that the reply to login holds no token (${JSON.stringify(reply.slice(0, 12))}), without quoting it`, async () => {
      await start(
        (_, response) => response.end(),
        (_, response) => response.end(reply),
      );
      await assert.rejects(client.logIn(), (error) => {
        assert.ok(error instanceof PlatformError);
        assert.equal(error.code, 'INVALID_RESPONSE');
        assert.doesNotMatch(error.message, /A90CEA95/);
        return true;
      });
    });
  }

  it('quotes neither password nor token in any error', async () => {
    const quoting: Answer = ({ body, headers }, response) =>
      response.writeHead(401).end(`refused ${body} ${headers.authorization}`);
    await start(quoting, quoting);
    await assert.rejects(client.logIn(), (error: Error) => !error.message.includes('A90CEA95'));
    await client.close();
    await server.close();
    await start(quoting);
    await assert.rejects(post(), (error: Error) => !/A90CEA95|token-1/.test(error.message));
  });

  it('counts recordings as taken with every 2xx, whatever the reply looks like: no reply is documented', async () => {
    const replies = ['', 'OK', '{"broken":', '[1]'];
    await start((_, response, count) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(replies[count - 1]);
    });
    const payloads: unknown[] = [];
    for (const _ of replies) payloads.push((await post()).payload);
    assert.deepEqual(payloads, [null, 'OK', '{"broken":', [1]]);
  });

  it('does not take the page of a portal for an answer', async () => {
    await start((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
    await assert.rejects(post(), { code: 'INVALID_RESPONSE', operation: 'postRecordings' });
    await assert.rejects(read(), { code: 'INVALID_RESPONSE' });
  });

  const read = (onEvent: () => void = () => undefined) =>
    readStored(client, {
      stream: 'recordings',
      secrets: false,
      offsets: {},
      timeout: 20_000,
      signal: new AbortController().signal,
      onEvent,
      onSkipped: assert.fail,
    });

  describe('reading stored events', () => {
    const EVENT =
      'data:{"data":{"data":{},"nwkAddr":1,"source":"a"},"offset":9007199254740993}\nevent:ObservationRecorded\n\n';
    const DONE = 'data:{"data":{"topic":"a"},"offset":9007199254740994}\nevent:StoredObservationRecordedEventsDone\n\n';

    it('gives the newest offset of each source, digit for digit', async () => {
      await start((_, response) => response.end(EVENT + DONE));
      let count = 0;
      // Not that of the Done event: what it carries is not said.
      assert.deepEqual(await read(() => count++), { a: '9007199254740993' });
      assert.equal(count, 1);
    });

    it('is complete when an answer of known length is, though it ends with an event', async () => {
      await start((_, response) => {
        response.writeHead(200, { 'content-length': Buffer.byteLength(DONE + EVENT) }).end(DONE + EVENT);
      });
      assert.deepEqual(await read(), { a: '9007199254740993' });
    });

    it('is complete when nothing is stored', async () => {
      await start((_, response) => response.end('data:{"data":{}}\nevent:StoredObservationRecordedEventsDone\n\n'));
      assert.deepEqual(await read(), {});
    });

    it('is an error when a source of which events came has no Done: a proxy may have ended half an answer', async () => {
      await start((_, response) => response.end(EVENT + DONE + EVENT.replace('"source":"a"', '"source":"b"')));
      await assert.rejects(read(), { code: 'DISCONNECTED' });
    });

    it('goes on behind a Done that does not name its source, which is optional there', async () => {
      const bare = 'data:{"data":{}}\nevent:StoredObservationRecordedEventsDone\n\n';
      const other = EVENT.replace('"source":"a"', '"source":"b"');
      await start((_, response) => response.end(EVENT + bare + other + bare));
      assert.deepEqual(Object.keys(await read()), ['a', 'b']);
    });

    for (const body of ['', EVENT, 'data:\n\n'])
      it(`is an error without a Done, whatever its framing says: nothing tells that it was all (${body.length})`, async () => {
        await start((_, response) => response.writeHead(200, { 'content-length': Buffer.byteLength(body) }).end(body));
        await assert.rejects(read(), { code: 'DISCONNECTED' });
      });

    for (const type of ['application/json', 'text/plain', 'application/octet-stream'])
      it(`is an error when it is no event stream but ${type}`, async () => {
        await start((_, response) => response.writeHead(200, { 'content-type': type }).end('[]'));
        await assert.rejects(read(), { code: 'INVALID_RESPONSE', message: new RegExp(type) });
      });

    it('is an error when the connection ends before the Done, in an answer without an end of its own', async () => {
      await start((_, response) => {
        response.socket?.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${EVENT}`);
      });
      await assert.rejects(read(), { code: 'DISCONNECTED' });
    });

    it('ends with the one Done of its stream though the service leaves the connection open', async () => {
      await start((_, response) => {
        response.write('data:{"data":{}}\nevent:StoredObservationRecordedEventsDone\n\n');
      });
      assert.deepEqual(await read(), {});
    });

    it('gives up on a service that ignores "finite" and only sends heartbeats', async () => {
      const heartbeats: NodeJS.Timeout[] = [];
      await start((_, response) => {
        response.write(EVENT + DONE);
        heartbeats.push(setInterval(() => response.write('data:\n\n'), 50));
      });
      try {
        await assert.rejects(read(), { code: 'TIMEOUT' });
      } finally {
        heartbeats.forEach(clearInterval);
      }
    });

    it('is an error when a chunked answer is cut', async () => {
      await start((_, response) => {
        response.write(EVENT, () => response.destroy());
      });
      await assert.rejects(read(), { code: 'ECONNRESET' });
    });
  });
});
