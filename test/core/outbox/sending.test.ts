import { strict as assert } from 'node:assert';
import { setUpOutbox } from './set-up';

describe('outbox', () => {
  const { open, put, slow, pass, settle, setClock, sent, troubles, told } = setUpOutbox();

  describe('sends', () => {
    it('first in, first out, one batch at a time', async () => {
      const gate = slow();
      const box = open();
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(sent, [['a']]);
      await gate.answer('one');
      assert.deepEqual(sent, [['a'], ['b']]);
      await gate.answer('two');
      await gate.answer('three');
      assert.deepEqual(all, [['one'], ['two'], ['three']]);
    });

    it('a message with many observations as one, whatever the batch size', async () => {
      const box = open({ batchSize: 2 });
      put(box, '1', '2', '3', '4', '5');
      await settle();
      assert.deepEqual(sent, [['1', '2', '3', '4', '5']]);
    });

    it('as many observations together as make a batch, and never splits a message', async () => {
      const gate = slow();
      const box = open({ batchSize: 4, batchTime: 0 });
      put(box, '0');
      await settle();
      put(box, '1', '2');
      put(box, '3');
      put(box, '4', '5');
      put(box, '6');
      for (let n = 0; n < 4; n++) await gate.answer();
      assert.deepEqual(sent, [['0'], ['1', '2', '3'], ['4', '5', '6']]);
    });

    it('a batch, and tells every message of it the answer', async () => {
      const box = open({ batchSize: 3, batchTime: 1000 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(sent, [['a', 'b', 'c']]);
      assert.deepEqual(all, [['taken'], ['taken'], ['taken']]);
    });

    it('an unfinished batch when its first message has waited long enough', async () => {
      const box = open({ batchSize: 10, batchTime: 500 });
      put(box, 'a');
      await pass(300);
      put(box, 'b');
      await pass(199);
      assert.deepEqual(sent, []);
      await pass(1);
      assert.deepEqual(sent, [['a', 'b']]);
    });

    it('a full batch at once', async () => {
      const box = open({ batchSize: 2, batchTime: 60_000 });
      put(box, 'a');
      put(box, 'b');
      await settle();
      assert.deepEqual(sent, [['a', 'b']]);
    });

    it('an unfinished batch in time though the clock of the machine is set back', async () => {
      const box = open({ batchSize: 10, batchTime: 500 });
      put(box, 'a');
      await settle();
      setClock(1_600_000_000_000);
      await pass(1000);
      assert.deepEqual(sent, [['a']]);
    });

    it('what is put in by whoever hears of an answer or of a state', async () => {
      const box = open({
        onState: ({ state }) => {
          if (state === 'idle' && sent.length < 3) put(box, 'from a state');
        },
      });
      put(box, 'a');
      box.put(['b'], { accepted: () => put(box, 'from an answer'), failed: assert.fail });
      for (let n = 0; n < 5; n++) await settle();
      assert.deepEqual(sent, [['a'], ['b'], ['from an answer']]);
      assert.equal(told.at(-1)?.at(-1), 'taken');
    });

    it('on after a listener has thrown, and tells the others of its batch', async () => {
      const box = open({ batchSize: 2, batchTime: 1000 });
      box.put(['a'], {
        accepted: () => {
          throw new Error('a mistake of a listener');
        },
        failed: assert.fail,
      });
      const second = put(box, 'b');
      await settle();
      assert.deepEqual(second, ['taken']);
      assert.match(String(troubles[0]?.message), /a mistake of a listener/);
      const [third, fourth] = [put(box, 'c'), put(box, 'd')];
      await settle();
      assert.deepEqual([third, fourth], [['taken'], ['taken']]);
      assert.equal(sent.length, 2);
    });

    it('what is put in at any later microtask', async () => {
      for (let delay = 0; delay < 30; delay++) {
        const box = open();
        put(box, 'first');
        for (let n = 0; n < delay; n++) await Promise.resolve();
        const second = put(box, 'second');
        await settle();
        assert.deepEqual(second, ['taken'], `after ${delay} microtasks`);
      }
    });
  });
});
