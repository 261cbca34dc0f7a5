import { strict as assert } from 'node:assert';
import { createTokenHolder } from '../../../../nodes/core/http/token-holder';
import { nextTurn } from '../../../../nodes/core/timing';
import { failure, GET, setUpHttpClient, status, textOf } from './set-up';

describe('HTTP client', () => {
  const { start, open, waits } = setUpHttpClient();

  describe('close', () => {
    it('cuts requests under way, which fail with CLOSED', async () => {
      const { client, server } = await start(() => undefined);
      const answer = failure(client.request(GET));
      await server.requests(1);
      await client.close();
      assert.equal((await answer).code, 'CLOSED');
      await server.quiet();
    });

    it('cuts a request that waits for its next try', async () => {
      const waiting = new Promise<void>((resolve) => {
        waits.part = () => {
          resolve();
          return 1;
        };
      });
      const { client } = await start((_, response) => status(response, 503), { timeout: 60_000 });
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
      const { client, server } = await start((_, response) => response.writeHead(200).write('first'));
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
      const { client } = await start((_, response) => status(response, 200), {
        authorization: { tokens, header: () => ({}) },
      });
      const answer = failure(client.request(GET));
      await client.close();
      assert.equal((await answer).code, 'CLOSED');
    });

    it('lets nothing out afterwards', async () => {
      const { client, server } = await start((_, response) => status(response, 200));
      await client.close();
      await client.close();
      assert.equal((await failure(client.request(GET))).code, 'CLOSED');
      assert.equal((await failure(client.open({ ...GET, signal: new AbortController().signal }))).code, 'CLOSED');
      assert.equal(server.seen.length, 0);
    });

    it("does not touch another client's connections", async () => {
      const { client, server } = await start((_, response, count) => {
        if (count > 0) status(response, 200, {}, 'fine');
      });
      const first = failure(client.request(GET));
      await server.requests(1);
      const other = open(server.url);
      const second = other.request(GET);
      await client.close();
      assert.equal((await first).code, 'CLOSED');
      assert.equal((await second).body, 'fine');
    });
  });
});
