import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../../nodes/core/errors';
import type { Answer } from '../../../support/http';
import { failure, GET, setUpHttpClient, status, textOf } from './set-up';

describe('HTTP client', () => {
  const { start } = setUpHttpClient();

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
        const { client, server } = await start(answer, { timeout: 200 });
        const error = await failure(client.request(GET));
        assert.equal(error.code, 'TIMEOUT');
        assert.equal(error.operation, 'listThings');
        assert.equal(error.retryable, true);
        assert.match(error.message, /xDP/);
        assert.match(error.message, /0\.2 s/);
        await server.quiet();
      });
    }

    it('end a repetition that nobody answers', async () => {
      const { client } = await start((_, response, count) => (count === 0 ? status(response, 503) : undefined), {
        timeout: 200,
      });
      // The last real error says more than that the time is up.
      const error = await failure(client.request(GET));
      assert.equal(error.statusCode, 503);
      assert.match(error.message, /; tried for \d+ s$/);
    });

    it('end a request that is repeated again and again', async () => {
      // Without waits in between.
      const { client } = await start((_, response) => status(response, 503), { timeout: 2000 });
      const error = await failure(client.request(GET));
      assert.equal(error.statusCode, 503);
    });

    it('do not end a stream, whose silence is its own affair', async () => {
      const { client } = await start(
        (_, response) => {
          response.writeHead(200).write('first');
          // undici's timers are late by a second and more.
          setTimeout(() => response.end('second'), 2500);
        },
        { timeout: 200 },
      );
      const stream = await client.open({ ...GET, signal: new AbortController().signal });
      assert.equal(await textOf(stream.body), 'firstsecond');
    });
  });

  describe('a stream', () => {
    it('is not repeated: whoever follows it connects again', async () => {
      const { client, server } = await start((_, response) => status(response, 503, { 'retry-after': '7' }));
      const error = await failure(client.open({ ...GET, signal: new AbortController().signal }));
      assert.deepEqual([error.statusCode, error.retryAfter, error.operation], [503, 7000, 'listThings']);
      assert.equal(server.seen.length, 1);
    });

    it('ends with the reason of its signal, and its connection with it', async () => {
      const { client, server } = await start((_, response) => response.writeHead(200).write('first'));
      const controller = new AbortController();
      const stream = await client.open({ ...GET, signal: controller.signal });
      const reading = textOf(stream.body);
      controller.abort(new PlatformError('IDLE', 'nothing heard'));
      assert.equal((await failure(reading)).code, 'IDLE');
      await server.quiet();
    });

    it('that is cut in the middle is an error, not an end', async () => {
      const { client } = await start((_, response) => {
        response.writeHead(200).write('first', () => response.destroy());
      });
      const stream = await client.open({ ...GET, signal: new AbortController().signal });
      assert.equal((await failure(textOf(stream.body))).code, 'ECONNRESET');
    });

    it('frees its connection when nobody reads on', async () => {
      const { client, server } = await start((_, response) => response.writeHead(200).write('first'));
      const stream = await client.open({ ...GET, signal: new AbortController().signal });
      for await (const chunk of stream.body) if (chunk.length > 0) break;
      await server.quiet();
    });
  });
});
