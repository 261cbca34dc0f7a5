import { strict as assert } from 'node:assert';
import { createTokenHolder } from '../../../../nodes/core/http/token-holder';
import { freePort } from '../../../support/free-port';
import type { Answer } from '../../../support/http';
import { failure, GET, setUpHttpClient, status } from './set-up';

describe('HTTP client', () => {
  const { start, open, waits } = setUpHttpClient();

  describe('an error', () => {
    it('of a port where nobody listens says so', async () => {
      const port = await freePort();
      const client = open(`http://localhost:${port}`);
      const error = await failure(client.request({ ...GET, repeatable: false }));
      assert.equal(error.code, 'ECONNREFUSED');
      assert.equal(error.operation, 'listThings');
      assert.equal(error.retryable, true);
      assert.match(error.message, new RegExp(`cannot reach xDP at http://localhost:${port}: nothing listens there`));
    });

    it('of a host name that does not exist says so', async () => {
      const client = open('http://does-not-exist.invalid', { timeout: 15_000 });
      const error = await failure(client.request({ ...GET, repeatable: false }));
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
      const { client } = await start(({ url }, response) => {
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
      const { client } = await start(quoting, {
        authorization: { tokens, header: (token) => ({ authorization: `Bearer ${token}` }) },
      });
      for (const work of [client.request(GET), client.open({ ...GET, signal: new AbortController().signal })]) {
        assert.doesNotMatch((await failure(work)).message, /secret/);
      }
    });

    it('leaves nothing of a secret that another one is part of', async () => {
      const { client } = await start((_, response) => status(response, 400, {}, 'got abcd1234-and-more'));
      const error = await failure(client.request({ ...GET, secrets: ['abcd1234', 'abcd1234-and-more'] }));
      assert.doesNotMatch(error.message, /and-more/);
    });

    it('of a header that cannot be sent is told at once and without its value', async () => {
      const { client } = await start((_, response) => status(response, 200), {
        headers: { 'xdp-namespace': 'łąka\n' },
      });
      waits.part = () => 0.5;
      const error = await failure(client.request(GET));
      assert.match(error.message, /xdp-namespace/);
      assert.equal(error.retryable, false);
    });
  });
});
