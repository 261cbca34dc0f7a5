import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { away, setUpOutbox } from './set-up';

describe('outbox', () => {
  const { open, outages, pass, platform, put, sent, settle, states } = setUpOutbox();

  describe('mode fail', () => {
    it('gives every message one try and tells it the error', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ mode: 'fail' });
      const all = [put(box, 'a'), put(box, 'b')];
      await settle();
      assert.deepEqual(all, [['ECONNREFUSED'], ['ECONNREFUSED']]);
      assert.deepEqual(sent, [['a'], ['b']]);
      assert.deepEqual(outages, [], 'the messages themselves are told');
      assert.equal(states.at(-1)?.state, 'idle');
      assert.equal(states.at(-1)?.error?.code, 'ECONNREFUSED');
    });

    it('fails a whole batch while the platform is away', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ mode: 'fail', batchSize: 2, batchTime: 100 });
      const all = [put(box, 'a'), put(box, 'b')];
      await settle();
      assert.deepEqual(all, [['ECONNREFUSED'], ['ECONNREFUSED']]);
      assert.equal(sent.length, 1);
    });

    it('is over its last error after the next success', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ mode: 'fail' });
      put(box, 'a');
      await settle();
      platform.take = async () => 'taken';
      put(box, 'b');
      await settle();
      assert.deepEqual(states.at(-1), { state: 'idle', queued: 0 });
    });

    it('gives each message its turn as long as the platform answers, however long that takes', async () => {
      platform.take = () => new Promise((resolve) => setTimeout(resolve, 100, 'taken'));
      const box = open({ mode: 'fail', patience: 5000 });
      const all = Array.from({ length: 600 }, (_, n) => put(box, `${n}`));
      await pass(60_000);
      assert.deepEqual(new Set(all.flat()), new Set(['taken']));
      assert.deepEqual(
        sent.flat(),
        Array.from({ length: 600 }, (_, n) => `${n}`),
      );
    });

    it('lets nothing wait for hours behind a platform that hangs: who has waited as long as it may take fails with it', async () => {
      platform.take = () =>
        new Promise((_, reject) =>
          setTimeout(reject, 5000, new PlatformError('TIMEOUT', 'hangs', { retryable: true })),
        );
      const box = open({ mode: 'fail', patience: 5000 });
      const early = ['a', 'b', 'c'].map((record) => put(box, record));
      await pass(3000);
      const late = put(box, 'd');
      await pass(2000);
      assert.deepEqual([...early, late], [['TIMEOUT'], ['TIMEOUT'], ['TIMEOUT'], []]);
      platform.take = async () => 'taken';
      await pass(5000);
      assert.deepEqual(sent, [['a'], ['d']]);
      assert.deepEqual(late, ['TIMEOUT'], 'it was under way already');
    });

    it('lets each have a try of its own when the platform only refuses the connection', async () => {
      let tries = 0;
      platform.take = async () => (++tries === 1 ? Promise.reject(away()) : 'taken');
      const box = open({ mode: 'fail', patience: 0 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['ECONNREFUSED'], ['taken'], ['taken']]);
    });
  });
});
