import { strict as assert } from 'node:assert';
import { nextTurn } from '../../../../nodes/core/timing';
import { failure, GET, setUpHttpClient, status } from './set-up';

describe('HTTP client', () => {
  const { start } = setUpHttpClient();

  describe('a request', () => {
    it('goes to the base URL with method, path, encoded query, headers of both kinds and body', async () => {
      const { client, server } = await start((_, response) => status(response, 201, { 'x-answer': 'yes' }, 'done'), {
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
      const { client } = await start((_, response, count) => status(response, codes[count] as number));
      for (const code of codes) assert.equal((await client.request(GET)).statusCode, code);
    });

    it('never follows a redirect, where the credentials would go to somebody else; says where it points', async () => {
      const { client, server } = await start((_, response) =>
        status(response, 302, { location: 'https://login.example/' }),
      );
      const error = await failure(client.request(GET));
      assert.equal(error.code, 'INVALID_RESPONSE');
      assert.match(error.message, /https:\/\/login\.example\//);
      assert.equal(server.seen.length, 1);
    });

    it('of many keeps its connection', async () => {
      const { client, server } = await start((_, response) => status(response, 200, {}, 'ok'));
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
      const { client } = await start((_, response) => status(response, 200));
      const { signal } = new AbortController();
      await Promise.all(Array.from({ length: 100 }, () => client.request({ ...GET, signal })));
      await nextTurn();
      assert.deepEqual(warnings, []);
    } finally {
      process.off('warning', note);
    }
  });
});
