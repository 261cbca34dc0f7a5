import { strict as assert } from 'node:assert';
import type { HttpClientOptions } from '../../../../nodes/core/http/client';
import { createTokenHolder } from '../../../../nodes/core/http/token-holder';
import type { Answer } from '../../../support/http';
import { failure, GET, setUpHttpClient, status } from './set-up';

describe('HTTP client', () => {
  const { start } = setUpHttpClient();

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
      const { client, server } = await start(guard('token-1'), { authorization });
      await client.request(GET);
      assert.equal(server.seen[0]?.headers.authorization, 'Bearer token-1');
    });

    it('go with none that fetches one', async () => {
      const { authorization, fetched } = withTokens();
      const { client, server } = await start((_, response) => status(response, 200), { authorization });
      await client.request({ ...GET, authorized: false });
      assert.equal(server.seen[0]?.headers.authorization, undefined);
      assert.equal(fetched(), 0);
    });

    it('that have expired are renewed once, and the request repeated, a POST too: it was not taken', async () => {
      const { authorization, fetched } = withTokens();
      const { client, server } = await start(guard('token-2'), { authorization });
      await client.request({ ...GET, method: 'POST', body: 'reading' });
      assert.deepEqual(
        server.seen.map(({ body, headers }) => `${body} ${headers.authorization}`),
        ['reading Bearer token-1', 'reading Bearer token-2'],
      );
      assert.equal(fetched(), 2);
    });

    it('that are refused twice make UNAUTHORIZED, not retried', async () => {
      const { authorization } = withTokens();
      const { client, server } = await start(guard('none'), { authorization });
      const error = await failure(client.request(GET));
      assert.equal(error.code, 'UNAUTHORIZED');
      assert.equal(error.retryable, false);
      assert.equal(server.seen.length, 2);
    });

    it('are renewed once for fifty requests that learn of it together', async () => {
      const { authorization, fetched } = withTokens();
      const { client } = await start(guard('token-2'), { authorization });
      await Promise.all(Array.from({ length: 50 }, () => client.request(GET)));
      assert.equal(fetched(), 2);
    });

    it('that cannot be had in time end the request with TIMEOUT', async () => {
      const tokens = createTokenHolder({ fetch: () => new Promise<never>(() => undefined) });
      const { client, server } = await start((_, response) => status(response, 200), {
        timeout: 100,
        authorization: { tokens, header: () => ({}) },
      });
      assert.equal((await failure(client.request(GET))).code, 'TIMEOUT');
      assert.equal(server.seen.length, 0);
    });

    it('are renewed as often as they expire, however soon', async () => {
      const { authorization, fetched } = withTokens();
      let valid = 1;
      const answer: Answer = ({ headers }, response) =>
        status(response, headers.authorization === `Bearer token-${valid}` ? 200 : 401);
      const { client } = await start(answer, { authorization });
      for (; valid <= 10; valid++) assert.equal((await client.request(GET)).statusCode, 200);
      assert.equal(fetched(), 10);
    });

    it('are not given up for one thing that they do not open: everything else goes on, with few new logins', async () => {
      const { authorization, fetched } = withTokens();
      const { client } = await start(({ url }, response) => status(response, url.endsWith('/closed') ? 401 : 200), {
        authorization,
      });
      for (let n = 0; n < 20; n++) {
        const error = await failure(client.request({ ...GET, path: '/closed' }));
        assert.equal(error.code, 'UNAUTHORIZED');
        assert.equal((await client.request(GET)).statusCode, 200);
      }
      assert.ok(fetched() <= 3, `${fetched()} tokens`);
    });

    it('are renewed for a stream as well', async () => {
      const { authorization } = withTokens();
      const { client } = await start(guard('token-2'), { authorization });
      const stream = await client.open({ ...GET, signal: new AbortController().signal });
      assert.equal(stream.statusCode, 200);
    });
  });
});
