import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../../nodes/core/errors';
import { setUpStream } from './set-up';

describe('stream supervisor', () => {
  const { start, last, refuse, waits, chance, pass, settle, setClock, states, words, outages, dialled } = setUpStream();

  describe('waits', () => {
    it('grow from one second to the bound, for ever, the first connection included', async () => {
      start();
      await settle();
      const seen = await waits(9, new PlatformError('ECONNREFUSED', 'refused'));
      assert.deepEqual(seen, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    });

    it('are spread by chance', async () => {
      chance(0.3);
      start();
      await settle();
      assert.deepEqual(await waits(3, new PlatformError('ECONNREFUSED', 'refused')), [300, 600, 1200]);
    });

    it('are long from the first when credentials are refused, and the state says so', async () => {
      for (const code of ['UNAUTHORIZED', 'FORBIDDEN'] as const) {
        const stream = start();
        await settle();
        assert.deepEqual(await waits(3, new PlatformError(code, 'no')), [60_000, 60_000, 60_000]);
        assert.equal(words().filter((word) => word === 'unauthorized').length, 3);
        assert.equal(words().includes('waiting'), false);
        await stream.close();
        states.length = 0;
      }
    });

    it('are as long as the platform asks for', async () => {
      start();
      await settle();
      assert.deepEqual(await waits(1, new PlatformError('RATE_LIMITED', 'slow', { retryAfter: 90_000 })), [90_000]);
    });

    it('are not shortened by a Retry-After of nothing', async () => {
      start();
      await settle();
      assert.deepEqual(await waits(2, new PlatformError('RATE_LIMITED', 'slow', { retryAfter: 0 })), [1000, 2000]);
    });

    it('do not turn into a storm of requests when the platform asks for a month', async () => {
      start();
      await settle();
      await refuse(new PlatformError('RATE_LIMITED', 'slow', { retryAfter: 30 * 86_400_000 }));
      await pass(3_600_000);
      assert.equal(dialled.length, 1);
    });

    it('are short again after a connection that did its work', async () => {
      start();
      await settle();
      await waits(5, new PlatformError('ECONNREFUSED', 'refused'));
      last().attempt.enter('connected');
      last().attempt.progressed();
      assert.deepEqual(await waits(2, new PlatformError('ECONNRESET', 'cut')), [1000, 2000]);
    });

    it('go on growing when each connection costs everything again and breaks early', async () => {
      start({ costly: true });
      await settle();
      const seen: number[] = [];
      for (let n = 0; n < 4; n++) {
        last().attempt.enter('connected');
        last().attempt.progressed();
        await pass(500);
        seen.push(...(await waits(1, new PlatformError('ECONNRESET', 'cut'))));
      }
      assert.deepEqual(seen, [1000, 2000, 4000, 8000]);
      last().attempt.enter('connected');
      last().attempt.progressed();
      await pass(10_000);
      assert.deepEqual(await waits(1, new PlatformError('ECONNRESET', 'cut')), [1000]);
    });

    it('are never shorter than the platform has asked for with "retry", an hour at the most', async () => {
      start();
      await settle();
      last().attempt.enter('connected');
      last().attempt.waitAtLeast(5000);
      assert.deepEqual(await waits(4, new PlatformError('ECONNRESET', 'cut')), [5000, 5000, 5000, 8000]);
      last().attempt.waitAtLeast(30 * 86_400_000);
      await refuse();
      assert.equal(states.at(-1)?.detail.retryIn, 3_600_000);
    });

    it('go on growing when the server accepts and drops at once', async () => {
      start();
      await settle();
      const seen: number[] = [];
      for (let n = 0; n < 4; n++) {
        last().attempt.enter('connected');
        seen.push(...(await waits(1, new PlatformError('ECONNRESET', 'cut'))));
      }
      assert.deepEqual(seen, [1000, 2000, 4000, 8000]);
    });
  });

  describe('an outage', () => {
    it('is reported once, at its first failure, however long it lasts and whatever its errors', async () => {
      start();
      await settle();
      await waits(1, new PlatformError('ECONNREFUSED', 'first'));
      await waits(5, new PlatformError('TIMEOUT', 'later'));
      await waits(2, new PlatformError('UNAUTHORIZED', 'later'));
      assert.deepEqual(
        outages.map(({ message }) => message),
        ['first'],
      );
    });

    it('is reported once also when the server accepts and drops at once', async () => {
      start();
      await settle();
      for (let n = 0; n < 5; n++) {
        last().attempt.enter('replaying');
        last().end();
        await settle();
        await pass(states.at(-1)?.detail.retryIn ?? 0);
      }
      assert.deepEqual(
        outages.map(({ code }) => code),
        ['DISCONNECTED'],
      );
    });

    it('is reported again when there was work in between', async () => {
      start();
      await settle();
      await waits(2, new PlatformError('ECONNREFUSED', 'first'));
      last().attempt.enter('connected');
      await pass(10_000);
      last().attempt.progressed();
      await waits(2, new PlatformError('ECONNREFUSED', 'second'));
      assert.deepEqual(
        outages.map(({ message }) => message),
        ['first', 'second'],
      );
    });

    it('is reported once when the server sends one event and drops, again and again', async () => {
      start();
      await settle();
      for (let n = 0; n < 60; n++) {
        last().attempt.enter('connected');
        last().attempt.progressed();
        await pass(100);
        await waits(1, new PlatformError('ECONNRESET', 'flapping'));
      }
      assert.equal(outages.length, 1);
    });

    it('is reported though it begins a moment after an earlier report, as soon as it outlasts that moment', async () => {
      start();
      await settle();
      await waits(1, new PlatformError('ECONNREFUSED', 'first'));
      last().attempt.enter('connected');
      last().attempt.progressed();
      await pass(2000);
      await waits(6, new PlatformError('ECONNREFUSED', 'second'));
      assert.deepEqual(
        outages.map(({ message }) => message),
        ['first', 'second'],
      );
    });

    it('is reported when it is the second of a day, whatever the clock says', async () => {
      start();
      await settle();
      await waits(1, new PlatformError('ECONNREFUSED', 'first'));
      last().attempt.enter('connected');
      last().attempt.progressed();
      await pass(3_600_000);
      last().attempt.heard();
      setClock(0);
      await waits(1, new PlatformError('ECONNREFUSED', 'second'));
      assert.equal(outages.length, 2);
    });

    it('is none when the platform closes in order and takes the connection again', async () => {
      start();
      await settle();
      for (let n = 0; n < 3; n++) {
        last().attempt.enter('connected');
        last().attempt.progressed();
        last().end();
        await settle();
        assert.equal(states.at(-1)?.detail.error?.code, 'DISCONNECTED');
        await pass(1000);
      }
      assert.deepEqual(outages, []);
    });
  });
});
