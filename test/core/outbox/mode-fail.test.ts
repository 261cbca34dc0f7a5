import { strict as assert } from 'node:assert';
import { away, setUpOutbox } from './set-up';

describe('outbox', () => {
  const { open, put, platform, slow, pass, settle, sent, states, outages } = setUpOutbox();

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

    it('gives up what waits behind a slow platform for too long', async () => {
      const gate = slow();
      const box = open({ mode: 'fail', maxAge: 30_000 });
      put(box, 'a');
      const second = put(box, 'b');
      await pass(31_000);
      await gate.answer();
      assert.deepEqual(second, ['EXPIRED']);
      assert.deepEqual(sent, [['a']]);
    });
  });
});
