import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import { PlatformError } from '../../../../nodes/core/errors';
import type { Answer } from '../../../support/http';
import { failure, GET, setUpHttpClient, status } from './set-up';

describe('HTTP client', () => {
  const { start, serving, waits } = setUpHttpClient();

  describe('repeats', () => {
    /** Fails twice, then succeeds. */
    const third =
      (fail: (response: ServerResponse) => void): Answer =>
      (_, response, count) =>
        count < 2 ? fail(response) : status(response, 200, {}, 'third time');

    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      for (const code of [429, 502, 503, 504]) {
        it(`${method} on ${code}`, async () => {
          const { client, server } = await start(third((response) => status(response, code)));
          assert.equal((await client.request({ ...GET, method })).body, 'third time');
          assert.equal(server.seen.length, 3);
        });
      }

      it(`${method} when the connection is cut`, async () => {
        const { client } = await start(third((response) => response.destroy()));
        assert.equal((await client.request({ ...GET, method })).body, 'third time');
      });
    }

    for (const method of ['POST', 'PATCH'] as const) {
      it(`no ${method}: it may have done its work`, async () => {
        const { client, server } = await start((_, response, count) =>
          count === 0 ? status(response, 503) : response.destroy(),
        );
        assert.equal((await failure(client.request({ ...GET, method }))).statusCode, 503);
        assert.equal((await failure(client.request({ ...GET, method }))).code, 'ECONNRESET');
        assert.equal(server.seen.length, 2);
      });
    }

    it('a POST that is said to be repeatable, with its body', async () => {
      const { client, server } = await start(third((response) => status(response, 503)));
      await client.request({ ...GET, method: 'POST', repeatable: true, body: 'again' });
      assert.deepEqual(
        server.seen.map(({ body }) => body),
        ['again', 'again', 'again'],
      );
    });

    it('no GET that is said not to be', async () => {
      const { client, server } = await start((_, response) => status(response, 503));
      await failure(client.request({ ...GET, repeatable: false }));
      assert.equal(server.seen.length, 1);
    });

    for (const code of [400, 401, 403, 404, 409, 422, 500, 501]) {
      it(`nothing on ${code}`, async () => {
        const { client, server } = await start((_, response) => status(response, code));
        const error = await failure(client.request(GET));
        assert.equal(error.statusCode, code);
        assert.equal(error.operation, 'listThings');
        assert.equal(server.seen.length, 1);
      });
    }

    it('with growing waits', async () => {
      // A fifth of one second, then of two.
      waits.part = () => 0.2;
      const times: number[] = [];
      const answer = third((response) => status(response, 503));
      const { client } = await start((...asked) => {
        times.push(performance.now());
        answer(...asked);
      });
      await client.request(GET);
      const [first = 0, second = 0, last = 0] = times;
      assert.ok(second - first >= 190, `${second - first} ms`);
      assert.ok(last - second >= 390, `${last - second} ms`);
    });

    it('nothing when the wait would not end within the time-out: the last answer is the error', async () => {
      // The sixth wait is one of 32 s.
      waits.part = () => (server.seen.length < 6 ? 0 : 1);
      const { client, server } = await start((_, response) => status(response, 503), { timeout: 15_000 });
      const error = await failure(client.request(GET));
      assert.equal(error.statusCode, 503);
      assert.equal(server.seen.length, 6);
    });

    it('until somebody listens again', async () => {
      waits.part = () => 0.05;
      const { client, server } = await start(() => undefined);
      const { port } = server;
      await server.close();
      const answer = client.request(GET);
      await serving((_, response) => status(response, 200, {}, 'back'), port);
      assert.equal((await answer).body, 'back');
    });

    it('not after the one who asked gave up, whatever the reason looks like', async () => {
      const { client, server } = await start(() => undefined);
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
      const { client } = await start((_, response, count) =>
        status(response, count === 0 ? 429 : 200, count === 0 ? { 'retry-after': '1' } : {}),
      );
      const before = performance.now();
      await client.request(GET);
      assert.ok(performance.now() - before >= 990);
    });

    it('as a date is waited for', async () => {
      const { client } = await start((_, response, count) => {
        const date = new Date(Date.now() + 2000).toUTCString();
        status(response, count === 0 ? 503 : 200, count === 0 ? { 'retry-after': date } : {});
      });
      const before = performance.now();
      await client.request(GET);
      // A date has no fractions of a second.
      assert.ok(performance.now() - before >= 990);
    });

    it('longer than the time-out fails at once, and the error tells how long', async () => {
      const { client, server } = await start((_, response) => status(response, 429, { 'retry-after': '3600' }));
      const error = await failure(client.request(GET));
      assert.equal(error.code, 'RATE_LIMITED');
      assert.equal(error.retryAfter, 3_600_000);
      assert.equal(server.seen.length, 1);
    });

    it('of nothing does not turn into a storm of requests', async () => {
      waits.part = () => 0.5;
      const { client, server } = await start((_, response) => status(response, 503, { 'retry-after': '0' }), {
        timeout: 700,
      });
      await failure(client.request(GET));
      assert.ok(server.seen.length <= 2, `${server.seen.length} requests`);
    });
  });
});
