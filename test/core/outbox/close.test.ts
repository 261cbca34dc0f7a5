import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { away, setUpOutbox } from './set-up';

describe('outbox', () => {
  const { open, put, platform, slow, pass, settle, sent, states } = setUpOutbox();

  describe('close', () => {
    it('tells every message that waits', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open();
      const all = ['a', 'b'].map((record) => put(box, record));
      await settle();
      await box.close();
      assert.deepEqual(all, [['CLOSED'], ['CLOSED']]);
    });

    it('ends the request under way and tells its messages', async () => {
      slow();
      const box = open({ batchSize: 2, batchTime: 100 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      await box.close();
      assert.deepEqual(all, [['CLOSED'], ['CLOSED'], ['CLOSED']]);
    });

    it('hands the platform a reason that is an error of ours', async () => {
      let reason: unknown;
      platform.take = (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(signal.reason);
          });
        });
      const box = open();
      put(box, 'a');
      await settle();
      await box.close();
      assert.ok(reason instanceof PlatformError);
    });

    it('does not forget an answer that comes at the very end', async () => {
      let answer = (_: string): void => undefined;
      platform.take = () =>
        new Promise((resolve) => {
          answer = resolve;
        });
      const box = open();
      const message = put(box, 'a');
      await settle();
      const closing = box.close();
      answer('taken after all');
      await closing;
      assert.deepEqual(message, ['taken after all']);
    });

    it('ends a wait for more messages of a batch', async () => {
      const box = open({ batchSize: 10, batchTime: 60_000 });
      const message = put(box, 'a');
      await settle();
      await box.close();
      assert.deepEqual(message, ['CLOSED']);
      assert.deepEqual(sent, []);
    });

    it('tells what comes afterwards', async () => {
      const box = open();
      await box.close();
      assert.deepEqual(put(box, 'late'), ['CLOSED']);
    });

    it('may come before anything was put in, and twice', async () => {
      const box = open();
      await Promise.all([box.close(), box.close()]);
      assert.deepEqual(states, []);
    });

    it('says nothing of states any more', async () => {
      slow();
      const box = open();
      put(box, 'a');
      await settle();
      const count = states.length;
      await box.close();
      await pass(100_000);
      assert.equal(states.length, count);
    });
  });
});
