import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import sinon from 'sinon';
import { PlatformError } from '../../nodes/core/errors';
import {
  answerData,
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
  type HttpRequest,
} from '../../nodes/core/http-client';
import { nextTurn } from '../../nodes/core/timing';
import { createTokenHolder } from '../../nodes/core/token-holder';
import { type Answer, freePort, type LocalServer, serve } from '../support/http';

const GET: HttpRequest = { method: 'GET', path: '/things', operation: 'listThings' };

describe('HTTP client', () => {
  let server: LocalServer;
  let clients: HttpClient[];
  let random: sinon.SinonStub<[], number>;

  beforeEach(() => {
    clients = [];
    // Waits between repetitions take no time, unless the server asks for some.
    random = sinon.stub(Math, 'random').returns(0);
  });
  afterEach(async () => {
    sinon.restore();
    await Promise.all(clients.map((client) => client.close()));
    await server?.close();
  });

  const open = (options: Partial<HttpClientOptions> = {}): HttpClient => {
    const client = createHttpClient({
      platform: 'xDP',
      baseUrl: `${server.url}/api`,
      timeout: 5000,
      retryMax: 60_000,
      ...options,
    });
    clients.push(client);
    return client;
  };

  const start = async (answer: Answer, options: Partial<HttpClientOptions> = {}): Promise<HttpClient> => {
    server = await serve(answer);
    return open(options);
  };

  const failure = async (work: Promise<unknown>): Promise<PlatformError> => {
    const error = await work.then(
      () => assert.fail('should have failed'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof PlatformError);
    return error;
  };

  const status = (response: ServerResponse, code: number, headers: Record<string, string> = {}, body = ''): void => {
    response.writeHead(code, headers).end(body);
  };

  describe('a request', () => {
    it('goes to the base URL with method, path, encoded query, headers of both kinds and body', async () => {
      const client = await start((_, response) => status(response, 201, { 'x-answer': 'yes' }, 'done'), {
        headers: { 'xdp-namespace': 'farm' },
      });
      const answer = await client.request({
        method: 'POST',
        path: '/end-device-types/a%2Fb',
        query: [
          ['offsets[a b]', '1&2'],
          ['ü', '='],
        ],
        headers: { 'content-type': 'text/plain' },
        body: 'Größe',
      });
      const [seen] = server.seen;
      assert.equal(seen?.method, 'POST');
      assert.equal(seen?.url, '/api/end-device-types/a%2Fb?offsets%5Ba%20b%5D=1%262&%C3%BC=%3D');
      assert.equal(seen?.headers['xdp-namespace'], 'farm');
      assert.equal(seen?.headers['content-type'], 'text/plain');
      assert.equal(seen?.body, 'Größe');
      assert.deepEqual([answer.statusCode, answer.headers['x-answer'], answer.body], [201, 'yes', 'done']);
    });

    it('succeeds with every 2xx, an empty 204 included', async () => {
      const codes = [200, 201, 202, 204, 299];
      const client = await start((_, response, count) => status(response, codes[count] as number));
      for (const code of codes) assert.equal((await client.request(GET)).statusCode, code);
    });

    it('never follows a redirect, where the credentials would go to somebody else; says where it points', async () => {
      const client = await start((_, response) => status(response, 302, { location: 'https://login.example/' }));
      const error = await failure(client.request(GET));
      assert.equal(error.code, 'INVALID_RESPONSE');
      assert.match(error.message, /https:\/\/login\.example\//);
      assert.equal(server.seen.length, 1);
    });

    it('of many keeps its connection', async () => {
      const client = await start((_, response) => status(response, 200, {}, 'ok'));
      for (let n = 0; n < 20; n++) await client.request(GET);
      // undici may open a second one while the first still reads the end of an answer.
      assert.ok(server.connections <= 2, `${server.connections} connections`);
    });
  });

  it('serves a hundred requests at once without a word of Node.js about leaks', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', note);
    try {
      const client = await start((_, response) => status(response, 200));
      const { signal } = new AbortController();
      await Promise.all(Array.from({ length: 100 }, () => client.request({ ...GET, signal })));
      await nextTurn();
      assert.deepEqual(warnings, []);
    } finally {
      process.off('warning', note);
    }
  });

  describe('repeats', () => {
    /** Fails twice, then succeeds. */
    const third =
      (fail: (response: ServerResponse) => void): Answer =>
      (_, response, count) =>
        count < 2 ? fail(response) : status(response, 200, {}, 'third time');

    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      for (const code of [429, 502, 503, 504]) {
        it(`${method} on ${code}`, async () => {
          const client = await start(third((response) => status(response, code)));
          assert.equal((await client.request({ ...GET, method })).body, 'third time');
          assert.equal(server.seen.length, 3);
        });
      }

      it(`${method} when the connection is cut`, async () => {
        const client = await start(third((response) => response.destroy()));
        assert.equal((await client.request({ ...GET, method })).body, 'third time');
      });
    }

    for (const method of ['POST', 'PATCH'] as const) {
      it(`no ${method}: it may have done its work`, async () => {
        const client = await start((_, response, count) => (count === 0 ? status(response, 503) : response.destroy()));
        assert.equal((await failure(client.request({ ...GET, method }))).statusCode, 503);
        assert.equal((await failure(client.request({ ...GET, method }))).code, 'ECONNRESET');
        assert.equal(server.seen.length, 2);
      });
    }

    it('a POST that is said to be repeatable, with its body', async () => {
      const client = await start(third((response) => status(response, 503)));
      await client.request({ ...GET, method: 'POST', repeatable: true, body: 'again' });
      assert.deepEqual(
        server.seen.map(({ body }) => body),
        ['again', 'again', 'again'],
      );
    });

    it('no GET that is said not to be', async () => {
      const client = await start((_, response) => status(response, 503));
      await failure(client.request({ ...GET, repeatable: false }));
      assert.equal(server.seen.length, 1);
    });

    for (const code of [400, 401, 403, 404, 409, 422, 500, 501]) {
      it(`nothing on ${code}`, async () => {
        const client = await start((_, response) => status(response, code));
        const error = await failure(client.request(GET));
        assert.equal(error.statusCode, code);
        assert.equal(error.operation, 'listThings');
        assert.equal(server.seen.length, 1);
      });
    }

    it('with growing waits that stay within the time-out', async () => {
      // Waits of 0.2 s, 0.4 s, then 0.8 s, which no longer fits.
      random.returns(0.2);
      const client = await start((_, response) => status(response, 503), { timeout: 1300 });
      const error = await failure(client.request(GET));
      assert.equal(error.statusCode, 503);
      // On a busy machine one less.
      assert.ok([2, 3].includes(server.seen.length), `${server.seen.length} requests`);
    });

    it('until somebody listens again', async () => {
      random.returns(0.05);
      const client = await start(() => undefined);
      const { port } = server;
      await server.close();
      const answer = client.request(GET);
      server = await serve((_, response) => status(response, 200, {}, 'back'), undefined, port);
      assert.equal((await answer).body, 'back');
    });

    it('not after the one who asked gave up, whatever the reason looks like', async () => {
      const client = await start(() => undefined);
      for (const reason of [
        undefined,
        new Error('changed my mind'),
        new PlatformError('CLOSED', 'the node was closed'),
      ]) {
        const controller = new AbortController();
        const answer = client.request({ ...GET, signal: controller.signal });
        const count = server.seen.length;
        await server.requests(count + 1);
        controller.abort(reason);
        await failure(answer);
        assert.equal(server.seen.length, count + 1);
      }
    });
  });

  describe('Retry-After', () => {
    it('in seconds is waited for', async () => {
      const client = await start((_, response, count) =>
        status(response, count === 0 ? 429 : 200, count === 0 ? { 'retry-after': '1' } : {}),
      );
      const before = performance.now();
      await client.request(GET);
      assert.ok(performance.now() - before >= 990);
    });

    it('as a date is waited for', async () => {
      const client = await start((_, response, count) => {
        const date = new Date(Date.now() + 2000).toUTCString();
        status(response, count === 0 ? 503 : 200, count === 0 ? { 'retry-after': date } : {});
      });
      const before = performance.now();
      await client.request(GET);
      // A date has no fractions of a second.
      assert.ok(performance.now() - before >= 990);
    });

    it('longer than the time-out fails at once, and the error tells how long', async () => {
      const client = await start((_, response) => status(response, 429, { 'retry-after': '3600' }));
      const error = await failure(client.request(GET));
      assert.equal(error.code, 'RATE_LIMITED');
      assert.equal(error.retryAfter, 3_600_000);
      assert.equal(server.seen.length, 1);
    });

    it('of nothing does not turn into a storm of requests', async () => {
      random.returns(0.5);
      const client = await start((_, response) => status(response, 503, { 'retry-after': '0' }), { timeout: 700 });
      await failure(client.request(GET));
      assert.ok(server.seen.length <= 2, `${server.seen.length} requests`);
    });
  });

  describe('tokens', () => {
    const withTokens = (): Pick<HttpClientOptions, 'authorization'> & { fetched: () => number } => {
      let count = 0;
      const tokens = createTokenHolder({ fetch: async () => ({ value: `token-${++count}` }) });
      return {
        authorization: { tokens, header: (token) => ({ authorization: `Bearer ${token}` }) },
        fetched: () => count,
      };
    };

    /** Takes one token only. */
    const guard =
      (valid: string): Answer =>
      ({ headers }, response) =>
        status(response, headers.authorization === `Bearer ${valid}` ? 200 : 401);

    it('go with every request', async () => {
      const { authorization } = withTokens();
      const client = await start(guard('token-1'), { authorization });
      await client.request(GET);
      assert.equal(server.seen[0]?.headers.authorization, 'Bearer token-1');
    });

    it('go with none that fetches one', async () => {
      const { authorization, fetched } = withTokens();
      const client = await start((_, response) => status(response, 200), { authorization });
      await client.request({ ...GET, authorized: false });
      assert.equal(server.seen[0]?.headers.authorization, undefined);
      assert.equal(fetched(), 0);
    });

    it('that have expired are renewed once, and the request repeated, a POST too: it was not taken', async () => {
      const { authorization, fetched } = withTokens();
      const client = await start(guard('token-2'), { authorization });
      await client.request({ ...GET, method: 'POST', body: 'reading' });
      assert.deepEqual(
        server.seen.map(({ body, headers }) => `${body} ${headers.authorization}`),
        ['reading Bearer token-1', 'reading Bearer token-2'],
      );
      assert.equal(fetched(), 2);
    });

    it('that are refused twice make UNAUTHORIZED, not retried', async () => {
      const { authorization } = withTokens();
      const client = await start(guard('none'), { authorization });
      const error = await failure(client.request(GET));
      assert.equal(error.code, 'UNAUTHORIZED');
      assert.equal(error.retryable, false);
      assert.equal(server.seen.length, 2);
    });

    it('are renewed once for fifty requests that learn of it together', async () => {
      const { authorization, fetched } = withTokens();
      const client = await start(guard('token-2'), { authorization });
      await Promise.all(Array.from({ length: 50 }, () => client.request(GET)));
      assert.equal(fetched(), 2);
    });

    it('that cannot be had in time end the request with TIMEOUT', async () => {
      const tokens = createTokenHolder({ fetch: () => new Promise<never>(() => undefined) });
      const client = await start((_, response) => status(response, 200), {
        timeout: 100,
        authorization: { tokens, header: () => ({}) },
      });
      assert.equal((await failure(client.request(GET))).code, 'TIMEOUT');
      assert.equal(server.seen.length, 0);
    });

    it('are renewed for a stream as well', async () => {
      const { authorization } = withTokens();
      const client = await start(guard('token-2'), { authorization });
      const stream = await client.open({ ...GET, signal: new AbortController().signal });
      assert.equal(stream.statusCode, 200);
    });
  });

  describe('time-outs', () => {
    const cases: [title: string, answer: Answer][] = [
      ['no answer', () => undefined],
      [
        'an answer that stops after its head',
        (_, response) => response.writeHead(200, { 'content-length': '10' }).write('x'),
      ],
    ];
    for (const [title, answer] of cases) {
      it(`end ${title}, and the error names platform, seconds and operation`, async () => {
        const client = await start(answer, { timeout: 200 });
        const error = await failure(client.request(GET));
        assert.equal(error.code, 'TIMEOUT');
        assert.equal(error.operation, 'listThings');
        assert.equal(error.retryable, true);
        assert.match(error.message, /xDP/);
        assert.match(error.message, /0\.2 s/);
        await server.quiet();
      });
    }

    it('count repetitions in', async () => {
      const client = await start((_, response, count) => (count === 0 ? status(response, 503) : undefined), {
        timeout: 200,
      });
      assert.equal((await failure(client.request(GET))).code, 'TIMEOUT');
    });

    it('do not end a stream, whose silence is its own affair', async () => {
      const client = await start(
        (_, response) => {
          response.writeHead(200).write('first');
          setTimeout(() => response.end('second'), 400);
        },
        { timeout: 200 },
      );
      const stream = await client.open({ ...GET, signal: new AbortController().signal });
      assert.equal(await textOf(stream.body), 'firstsecond');
    });
  });

  describe('a stream', () => {
    it('is not repeated: whoever follows it connects again', async () => {
      const client = await start((_, response) => status(response, 503, { 'retry-after': '7' }));
      const error = await failure(client.open({ ...GET, signal: new AbortController().signal }));
      assert.deepEqual([error.statusCode, error.retryAfter, error.operation], [503, 7000, 'listThings']);
      assert.equal(server.seen.length, 1);
    });

    it('ends with the reason of its signal, and its connection with it', async () => {
      const client = await start((_, response) => response.writeHead(200).write('first'));
      const controller = new AbortController();
      const stream = await client.open({ ...GET, signal: controller.signal });
      const reading = textOf(stream.body);
      controller.abort(new PlatformError('IDLE', 'nothing heard'));
      assert.equal((await failure(reading)).code, 'IDLE');
      await server.quiet();
    });

    it('that is cut in the middle is an error, not an end', async () => {
      const client = await start((_, response) => {
        response.writeHead(200).write('first', () => response.destroy());
      });
      const stream = await client.open({ ...GET, signal: new AbortController().signal });
      assert.equal((await failure(textOf(stream.body))).code, 'ECONNRESET');
    });

    it('frees its connection when nobody reads on', async () => {
      const client = await start((_, response) => response.writeHead(200).write('first'));
      const stream = await client.open({ ...GET, signal: new AbortController().signal });
      for await (const chunk of stream.body) if (chunk.length > 0) break;
      await server.quiet();
    });
  });

  describe('close', () => {
    it('cuts requests under way, which fail with CLOSED', async () => {
      const client = await start(() => undefined);
      const answer = failure(client.request(GET));
      await server.requests(1);
      await client.close();
      assert.equal((await answer).code, 'CLOSED');
      await server.quiet();
    });

    it('cuts a request that waits for its next try', async () => {
      const waiting = new Promise<void>((resolve) => {
        random.callsFake(() => {
          resolve();
          return 1;
        });
      });
      const client = await start((_, response) => status(response, 503), { timeout: 60_000 });
      let failed = false;
      const answer = failure(client.request(GET)).then((error) => {
        failed = true;
        return error;
      });
      await waiting;
      await client.close();
      await nextTurn();
      assert.equal(failed, true, 'without waiting for it');
      assert.equal((await answer).code, 'CLOSED');
    });

    it('cuts a stream that is being read, which fails with CLOSED', async () => {
      const client = await start((_, response) => response.writeHead(200).write('first'));
      const stream = await client.open({ ...GET, signal: new AbortController().signal });
      const reading = failure(textOf(stream.body));
      await client.close();
      assert.equal((await reading).code, 'CLOSED');
      await server.quiet();
    });

    it('cuts a request for a token', async () => {
      const tokens = createTokenHolder({
        fetch: (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      });
      const client = await start((_, response) => status(response, 200), {
        authorization: { tokens, header: () => ({}) },
      });
      const answer = failure(client.request(GET));
      await client.close();
      assert.equal((await answer).code, 'CLOSED');
    });

    it('lets nothing out afterwards', async () => {
      const client = await start((_, response) => status(response, 200));
      await client.close();
      await client.close();
      assert.equal((await failure(client.request(GET))).code, 'CLOSED');
      assert.equal((await failure(client.open({ ...GET, signal: new AbortController().signal }))).code, 'CLOSED');
      assert.equal(server.seen.length, 0);
    });

    it("does not touch another client's connections", async () => {
      const client = await start((_, response, count) => {
        if (count > 0) status(response, 200, {}, 'fine');
      });
      const first = failure(client.request(GET));
      await server.requests(1);
      const other = open();
      const second = other.request(GET);
      await client.close();
      assert.equal((await first).code, 'CLOSED');
      assert.equal((await second).body, 'fine');
    });
  });

  describe('an error', () => {
    it('of a port where nobody listens says so', async () => {
      server = await serve(() => undefined);
      const port = await freePort();
      const client = open({ baseUrl: `http://localhost:${port}`, timeout: 300 });
      random.returns(1);
      const error = await failure(client.request(GET));
      assert.equal(error.code, 'ECONNREFUSED');
      assert.equal(error.operation, 'listThings');
      assert.equal(error.retryable, true);
      assert.match(error.message, new RegExp(`cannot reach xDP at http://localhost:${port}: nothing listens there`));
    });

    it('of a host name that does not exist says so', async () => {
      server = await serve(() => undefined);
      const client = open({ baseUrl: 'http://does-not-exist.invalid', timeout: 2000 });
      random.returns(1);
      const error = await failure(client.request(GET));
      assert.match(error.code, /ENOTFOUND|EAI_AGAIN/);
      assert.match(error.message, /host name is unknown|DNS did not answer/);
    });

    it('holds no secret, however the server quotes it', async () => {
      const password = 'pa"ss\\wörd §';
      const key = '2B7E151628AED2A6ABF7158809CF4F3C';
      const bodies = [
        `wrong password ${password} for key ${key}`,
        JSON.stringify({ message: `no ${password} and ${key}` }),
        JSON.stringify({ error: { message: `no ${password} and ${key}` } }),
        JSON.stringify({ received: { password, key } }),
        JSON.stringify([password, key]),
        `password=${encodeURIComponent(password)}&key=${key}`,
      ];
      const client = await start(({ url }, response) => {
        const body = bodies[Number(url.split('/').pop())] as string;
        status(response, 400, { 'content-type': 'application/json' }, body);
      });
      for (const index of bodies.keys()) {
        const error = await failure(client.request({ ...GET, path: `/${index}`, secrets: [password, key] }));
        assert.doesNotMatch(JSON.stringify([error.message, error]), /pa\\*"ss|wörd|2B7E|4F3C|pa%22ss/, bodies[index]);
      }
    });

    it('does not hold the token either', async () => {
      const tokens = createTokenHolder({ fetch: async () => ({ value: 'eyJhbGciOi.secret.token' }) });
      const quoting: Answer = ({ headers }, response) =>
        status(response, 403, {}, `your header was ${headers.authorization}`);
      const client = await start(quoting, {
        authorization: { tokens, header: (token) => ({ authorization: `Bearer ${token}` }) },
      });
      for (const work of [client.request(GET), client.open({ ...GET, signal: new AbortController().signal })]) {
        assert.doesNotMatch((await failure(work)).message, /secret/);
      }
    });

    it('leaves nothing of a secret that another one is part of', async () => {
      const client = await start((_, response) => status(response, 400, {}, 'got abcd1234-and-more'));
      const error = await failure(client.request({ ...GET, secrets: ['abcd1234', 'abcd1234-and-more'] }));
      assert.doesNotMatch(error.message, /and-more/);
    });

    it('of a header that cannot be sent is told at once and without its value', async () => {
      const client = await start((_, response) => status(response, 200), { headers: { 'xdp-namespace': 'łąka\n' } });
      random.returns(0.5);
      const error = await failure(client.request(GET));
      assert.match(error.message, /xdp-namespace/);
      assert.equal(error.retryable, false);
    });
  });

  describe('the data of an answer', () => {
    const answer = (type: string | undefined, body: string) => ({
      statusCode: 200,
      headers: { 'content-type': type },
      body,
    });

    it('is JSON where the type says so, else the text, and null for an empty body', () => {
      assert.deepEqual(answerData(answer('application/json; charset=utf-8', '{"a":1}'), 'op'), { a: 1 });
      assert.deepEqual(answerData(answer('application/problem+json', '[1]'), 'op'), [1]);
      assert.equal(answerData(answer('text/plain', '{"a":1}'), 'op'), '{"a":1}');
      assert.equal(answerData(answer(undefined, 'text'), 'op'), 'text');
      assert.equal(answerData(answer('application/json', ''), 'op'), null);
    });

    it('is never a web page: that is somebody else who answers', () => {
      assert.throws(() => answerData(answer('text/html; charset=utf-8', '<html>Login</html>'), 'putSecret'), {
        code: 'INVALID_RESPONSE',
        statusCode: 200,
        operation: 'putSecret',
        message: /putSecret was answered with a web page/,
      });
    });

    it('is an error when JSON is broken, without a word of it', () => {
      assert.throws(
        () => answerData(answer('application/json', '{"appKey":"2B7E1516'), 'op'),
        (error: PlatformError) => error.code === 'INVALID_RESPONSE' && !error.message.includes('2B7E'),
      );
    });
  });
});

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
