import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { away, refused, setUpOutbox } from './set-up';

describe('outbox', () => {
  const { open, put, platform, pass, settle, sent, states, outages } = setUpOutbox();

  describe('mode memory', () => {
    it('keeps messages while the platform is away and sends them in order when it is back', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open();
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await pass(600_000);
      platform.take = async () => 'taken';
      await pass(60_000);
      assert.deepEqual(all, [['taken'], ['taken'], ['taken']]);
      assert.deepEqual(sent.slice(-3), [['a'], ['b'], ['c']]);
    });

    it('waits longer and longer, tells so in its state, and reports the outage once', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open();
      put(box, 'a');
      put(box, 'b');
      await pass(200_000);
      const waits = states.filter(({ state }) => state === 'waiting');
      assert.deepEqual(
        waits.slice(0, 8).map(({ retryIn }) => retryIn),
        [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000],
      );
      assert.ok(waits.every(({ queued, error }) => queued === 2 && error?.code === 'ECONNREFUSED'));
      assert.equal(outages.length, 1);
    });

    it('reports the next outage again', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open();
      put(box, 'a');
      await pass(3000);
      platform.take = async () => 'taken';
      await pass(60_000);
      platform.take = async () => Promise.reject(away());
      put(box, 'b');
      await pass(3000);
      assert.equal(outages.length, 2);
    });

    for (const code of ['UNAUTHORIZED', 'FORBIDDEN'] as const) {
      it(`keeps messages and tries slowly while credentials are refused (${code})`, async () => {
        platform.take = async () => Promise.reject(new PlatformError(code, 'no', { statusCode: 401 }));
        const box = open();
        const message = put(box, 'a');
        await pass(179_000);
        assert.equal(sent.length, 3);
        assert.deepEqual(message, []);
        platform.take = async () => 'taken';
        await pass(1000);
        assert.deepEqual(message, ['taken']);
      });
    }

    it('honours Retry-After, a month of it too', async () => {
      platform.take = async () =>
        Promise.reject(new PlatformError('RATE_LIMITED', 'slow', { retryable: true, retryAfter: 30 * 86_400_000 }));
      const box = open();
      put(box, 'a');
      await pass(3_600_000);
      assert.equal(sent.length, 1);
    });

    const later: [title: string, error: PlatformError][] = [
      ['500', new PlatformError('PLATFORM_ERROR', 'down', { statusCode: 500 })],
      ['408', new PlatformError('PLATFORM_ERROR', 'slow', { statusCode: 408 })],
      ['a redirect', new PlatformError('INVALID_RESPONSE', 'moved', { statusCode: 302 })],
      ['a web page of a portal', new PlatformError('INVALID_RESPONSE', 'login page', { statusCode: 200 })],
      ['something unforeseen', new PlatformError('PLATFORM_ERROR', 'who knows')],
    ];
    for (const [title, error] of later) {
      it(`keeps a message when the platform answers with ${title}`, async () => {
        platform.take = async () => Promise.reject(error);
        const box = open();
        const message = put(box, 'a');
        await pass(10_000);
        assert.deepEqual(message, []);
        platform.take = async () => 'taken';
        await pass(60_000);
        assert.deepEqual(message, ['taken']);
      });
    }

    it('gives up a message that the platform refuses for good, and goes on with the next', async () => {
      platform.take = async ([record]) => (record === 'bad' ? Promise.reject(refused()) : 'taken');
      const box = open();
      const all = ['a', 'bad', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR'], ['taken']]);
    });

    it('survives a send that throws instead of rejecting', async () => {
      platform.take = () => {
        throw new PlatformError('INVALID_PARAMETER', 'broken');
      };
      const box = open();
      const message = put(box, 'a');
      await settle();
      assert.deepEqual(message, ['INVALID_PARAMETER']);
    });
  });
});
