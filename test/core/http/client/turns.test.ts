import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import { nextTurn } from '../../../../nodes/core/timing';
import { failure, GET, setUpHttpClient, status, textOf } from './set-up';

describe('HTTP client', () => {
  const { start } = setUpHttpClient();

  describe('a bound on requests under way', () => {
    it('lets a thousand messages make no more than that at once, in their order, and answers all', async () => {
      const BOUND = 10;
      const MESSAGES = 1000;
      const open: ServerResponse[] = [];
      let most = 0;
      let connections = 0;
      const { client, server } = await start(
        (_, response) => {
          most = Math.max(most, open.push(response));
          connections = Math.max(connections, server.connections);
          // Slow: it answers when no more can come, or those that are left.
          const last = server.seen.length === MESSAGES;
          if (open.length < BOUND && !last) return;
          setImmediate(() => {
            for (const each of open.splice(0)) status(each, 200);
          });
        },
        { maxRequests: BOUND, timeout: 60_000 },
      );
      const order = Array.from({ length: MESSAGES }, (_, index) => `/api/${index}`);
      const answers = await Promise.all(
        order.map((_, index) => client.request({ method: 'POST', path: `/${index}`, body: 'x' })),
      );
      assert.equal(answers.length, MESSAGES);
      assert.ok(answers.every(({ statusCode }) => statusCode === 200));
      assert.equal(most, BOUND);
      assert.ok(connections <= BOUND, `${connections} connections`);
      // Which of those under way at once arrives first, the network decides.
      server.seen.forEach(({ url }, at) => {
        const begun = order.indexOf(url);
        assert.ok(Math.abs(begun - at) < BOUND, `${url} came as number ${at}`);
      });
      assert.deepEqual(client.load(), { running: 0, waiting: 0 });
    });

    it('counts the wait in the time-out, says so, and sends nothing of it later', async () => {
      const answer = (_: unknown, response: ServerResponse) => void response.writeHead(200).write('without an end');
      const { client, server } = await start(answer, { maxRequests: 1, timeout: 200 });
      await client.open({ ...GET, signal: new AbortController().signal, finite: true });
      const error = await failure(client.request(GET));
      assert.equal(error.code, 'TIMEOUT');
      assert.equal(error.retryable, true);
      assert.match(
        error.message,
        /^xDP at .*: not sent: 1 request of this account took all of the time-out.*"maxRequests"/,
      );
      assert.equal(server.seen.length, 1);
    });

    it('does not count streams, nor the request for a token', async () => {
      const { client } = await start(
        (_, response, count) => {
          if (count < 3) response.writeHead(200).write('open');
          else status(response, 200, {}, 'answer');
        },
        { maxRequests: 1 },
      );
      const { signal } = new AbortController();
      for (let stream = 0; stream < 3; stream++) await client.open({ ...GET, signal });
      assert.equal((await client.request(GET)).body, 'answer');
      assert.equal((await client.request({ ...GET, authorized: false })).body, 'answer');
    });

    it('counts an answer that is read while it arrives, until it has been read or given up', async () => {
      const { client, server } = await start((_, response) => status(response, 200, {}, 'answer'), { maxRequests: 1 });
      const { signal } = new AbortController();
      const stream = await client.open({ ...GET, signal, finite: true });
      const next = client.request(GET);
      await nextTurn();
      assert.deepEqual(client.load(), { running: 1, waiting: 1 });
      assert.equal(server.seen.length, 1);
      assert.equal(await textOf(stream.body), 'answer');
      assert.equal((await next).body, 'answer');

      const giveUp = new AbortController();
      await client.open({ ...GET, signal: giveUp.signal, finite: true });
      const after = client.request(GET);
      giveUp.abort(new Error('enough'));
      assert.equal((await after).body, 'answer');
    });

    it('gives the turn on when a request fails, and rejects those that wait when it is closed', async () => {
      const { client, server } = await start(
        (_, response, count) => {
          if (count === 0) status(response, 400);
        },
        { maxRequests: 1 },
      );
      const refused = failure(client.request(GET));
      const waiting = [failure(client.request(GET)), failure(client.request(GET))];
      const finite = failure(client.open({ ...GET, signal: new AbortController().signal, finite: true }));
      assert.equal((await refused).statusCode, 400);
      await server.requests(2);
      await client.close();
      for (const error of await Promise.all([...waiting, finite])) assert.equal(error.code, 'CLOSED');
      assert.equal(server.seen.length, 2);
    });
  });
});
