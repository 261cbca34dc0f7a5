import { strict as assert } from 'node:assert';
import { away, setUpOutbox } from './set-up';

describe('outbox', () => {
  const { open, pass, platform, put, setClock, settle, slow } = setUpOutbox();

  describe('a full queue', () => {
    it('rejects what comes, in mode reject', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ maxItems: 2 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [[], [], ['QUEUE_FULL']]);
    });

    it('drops the oldest, in mode drop-oldest, and tells it', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ maxItems: 2, whenFull: 'drop-oldest' });
      const all = ['a', 'b'].map((record) => put(box, record));
      await settle();
      all.push(put(box, 'c'), put(box, 'd'));
      await settle();
      assert.deepEqual(all, [['QUEUE_FULL'], ['QUEUE_FULL'], [], []]);
      platform.take = async () => 'taken';
      await pass(60_000);
      assert.deepEqual(all.slice(2), [['taken'], ['taken']]);
    });

    it('never drops what is on its way to the platform', async () => {
      const gate = slow();
      const box = open({ maxItems: 2, whenFull: 'drop-oldest' });
      const all = ['a', 'b'].map((record) => put(box, record));
      await settle();
      all.push(put(box, 'c'));
      await gate.answer();
      await gate.answer();
      assert.deepEqual(all, [['taken'], ['QUEUE_FULL'], ['taken']]);
    });

    it('rejects in mode drop-oldest too when everything is on its way', async () => {
      const gate = slow();
      const box = open({ maxItems: 1, whenFull: 'drop-oldest' });
      const all = ['a', 'b'].map((record) => put(box, record));
      await settle();
      all.push(put(box, 'c'));
      await settle();
      await gate.answer();
      const taken = all.filter((each) => each[0] === 'taken').length;
      const full = all.filter((each) => each[0] === 'QUEUE_FULL').length;
      assert.deepEqual([taken, full], [1, 2]);
    });

    it('has room again once messages were taken', async () => {
      const box = open({ maxItems: 1 });
      for (let n = 0; n < 5; n++) {
        const message = put(box, String(n));
        await settle();
        assert.deepEqual(message, ['taken']);
      }
    });
  });

  describe('maxBytes', () => {
    it('rejects what would be more than may be held, in bytes as UTF-8', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ maxBytes: 10 });
      const all = ['€€', '1234', '5'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [[], [], ['QUEUE_FULL']]);
    });

    it('drops as many of the oldest as are needed, in mode drop-oldest, and tells each', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ maxBytes: 10, whenFull: 'drop-oldest' });
      const all = ['123', '456', '789', '12345'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['QUEUE_FULL'], ['QUEUE_FULL'], [], []]);
    });

    it('says so of a message that is larger than all of it, and drops nothing for it', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ maxBytes: 10, whenFull: 'drop-oldest' });
      const small = put(box, 'small');
      const errors: string[] = [];
      box.put(['12345678901'], { accepted: assert.fail, failed: ({ message }) => errors.push(message) });
      await settle();
      assert.deepEqual(small, []);
      assert.match(String(errors), /11 bytes is larger than everything that may wait \(maxBytes 10\)/);
    });

    it('has room again once messages were taken', async () => {
      const gate = slow();
      const box = open({ maxBytes: 10 });
      put(box, '1234567890');
      await settle();
      assert.deepEqual(put(box, 'a'), ['QUEUE_FULL']);
      await gate.answer();
      const next = put(box, 'b');
      await settle();
      await gate.answer();
      assert.deepEqual(next, ['taken']);
    });
  });

  describe('maxAge', () => {
    it('gives up messages that are too old, and only those', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ maxAge: 60_000, backoff: { base: 1000, max: 1000 } });
      const old = put(box, 'old');
      await pass(40_000);
      const young = put(box, 'young');
      await pass(30_000);
      assert.deepEqual([old, young], [['EXPIRED'], []]);
      platform.take = async () => 'taken';
      await pass(1000);
      assert.deepEqual(young, ['taken']);
    });

    it('runs by the time that passes: a clock that is set forward by a year gives nothing up', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ maxAge: 60_000, backoff: { base: 1000, max: 1000 } });
      const message = put(box, 'a');
      await pass(5000);
      setClock(Date.now() + 365 * 86_400_000);
      await pass(5000);
      assert.deepEqual(message, []);
      setClock(0);
      await pass(60_000);
      assert.deepEqual(message, ['EXPIRED']);
    });

    it('of nothing keeps them for ever', async () => {
      platform.take = async () => Promise.reject(away());
      const box = open({ maxAge: 0 });
      const message = put(box, 'a');
      await pass(7 * 86_400_000);
      assert.deepEqual(message, []);
    });
  });
});
