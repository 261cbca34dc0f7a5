import { strict as assert } from 'node:assert';
import { PlatformError, type PlatformErrorDetails, type Verdict } from '../../../nodes/core/errors';
import { away, refused, setUpOutbox } from './set-up';

describe('outbox', () => {
  const { open, put, platform, slow, pass, settle, sent, outages } = setUpOutbox();

  describe('a refused batch', () => {
    const picky = async (records: readonly string[]): Promise<string> =>
      records.some((record) => record.startsWith('bad')) ? Promise.reject(refused()) : 'taken';

    it('is split, so that the good messages of it arrive, each once, in order', async () => {
      platform.take = picky;
      const box = open({ batchSize: 4, batchTime: 1000 });
      const all = ['a', 'bad', 'c', 'd'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR'], ['taken'], ['taken']]);
      assert.deepEqual(sent, [['a', 'bad', 'c', 'd'], ['a'], ['bad'], ['c'], ['d']]);
    });

    it('is split in mode fail too', async () => {
      platform.take = picky;
      const box = open({ mode: 'fail', batchSize: 2, batchTime: 1000 });
      const all = ['bad', 'b'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['PLATFORM_ERROR'], ['taken']]);
    });

    it('whose parts meet an outage waits and goes on with what is left', async () => {
      let down = false;
      platform.take = async (records) => {
        if (records.length > 1) {
          down = true;
          throw refused();
        }
        if (down && records[0] === 'b') throw away();
        return 'taken';
      };
      const box = open({ batchSize: 3, batchTime: 1000 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['taken'], [], []]);
      platform.take = async () => 'taken';
      await pass(1000);
      assert.deepEqual(all, [['taken'], ['taken'], ['taken']]);
    });

    it('of which one was dropped while it was split tells that one once', async () => {
      const box = open({ batchSize: 3, batchTime: 1000, maxItems: 3, whenFull: 'drop-oldest' });
      const gate = slow();
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      await gate.refuse(refused());
      // "a" is on its way alone; the oldest that is not is "b".
      all.push(put(box, 'd'));
      await settle();
      for (let n = 0; n < 4; n++) await gate.answer();
      assert.deepEqual(all.slice(0, 3), [['taken'], ['QUEUE_FULL'], ['taken']]);
      await pass(1000);
      await gate.answer();
      assert.deepEqual(all[3], ['taken']);
      assert.equal(sent.flat().filter((record) => record === 'b').length, 1, 'with the batch only');
    });
  });

  describe('an answer whose verdict is', () => {
    const answered = (verdict: Verdict): PlatformError => new PlatformError('PLATFORM_ERROR', 'some', { verdict });

    for (const mode of ['fail', 'memory'] as const) {
      it(`final fails the whole batch in mode ${mode}: no part of it is sent again`, async () => {
        platform.take = async (records) => (records.includes('bad') ? Promise.reject(answered('final')) : 'taken');
        const box = open({ mode, batchSize: 3, batchTime: 1000 });
        const all = ['a', 'bad', 'c', 'd'].map((record) => put(box, record));
        await pass(600_000);
        assert.deepEqual(sent, [['a', 'bad', 'c'], ['d']]);
        assert.deepEqual(all, [['PLATFORM_ERROR'], ['PLATFORM_ERROR'], ['PLATFORM_ERROR'], ['taken']]);
      });

      it(`refused splits the batch at once in mode ${mode}`, async () => {
        platform.take = async (records) => (records.includes('bad') ? Promise.reject(answered('refused')) : 'taken');
        const box = open({ mode, batchSize: 3, batchTime: 1000 });
        const all = ['a', 'bad', 'c'].map((record) => put(box, record));
        await settle();
        assert.deepEqual(sent, [['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
        assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR'], ['taken']]);
        assert.deepEqual(outages, []);
      });
    }

    it('doubtful is tried again before the batch is split', async () => {
      platform.take = async (records) => (records.includes('bad') ? Promise.reject(answered('doubtful')) : 'taken');
      const box = open({ batchSize: 2, batchTime: 1000 });
      const all = ['a', 'bad'].map((record) => put(box, record));
      await pass(600_000);
      const whole = [
        ['a', 'bad'],
        ['a', 'bad'],
        ['a', 'bad'],
      ];
      assert.deepEqual(sent, [...whole, ['a'], ['bad'], ['bad']]);
      assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR']]);
      assert.equal(outages.length, 1);
    });

    it('doubtful fails the batch in mode fail, which tries once', async () => {
      platform.take = async () => Promise.reject(answered('doubtful'));
      const box = open({ mode: 'fail', batchSize: 2, batchTime: 1000 });
      const all = ['a', 'b'].map((record) => put(box, record));
      await pass(600_000);
      assert.deepEqual(all, [['PLATFORM_ERROR'], ['PLATFORM_ERROR']]);
      assert.equal(sent.length, 1);
    });

    it('final fails a part of a batch that has been split, and only that', async () => {
      platform.take = async (records) => {
        if (records.length > 1) throw answered('refused');
        return records[0] === 'bad' ? Promise.reject(answered('final')) : 'taken';
      };
      const box = open({ batchSize: 3, batchTime: 1000 });
      const all = ['a', 'bad', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR'], ['taken']]);
      assert.equal(sent.length, 4);
    });
  });

  describe('a message that the platform cannot digest', () => {
    const answers: PlatformErrorDetails[] = [
      { statusCode: 500 },
      { statusCode: 403 },
      { statusCode: 404 },
      { verdict: 'doubtful' },
    ];
    for (const details of answers) {
      const how = String(details.statusCode ?? `a ${details.verdict} refusal`);
      it(`is failed, answered with ${how}, once another one has been taken`, async () => {
        platform.take = async (records) => {
          if (records.includes('bad')) throw new PlatformError('PLATFORM_ERROR', 'no', details);
          return 'taken';
        };
        const box = open();
        const fates = ['bad', 'good'].map((record) => {
          const words: string[] = [];
          box.put([record], { accepted: () => words.push('accepted'), failed: () => words.push('failed') });
          return words;
        });
        await pass(600_000);
        assert.deepEqual(fates, [['failed'], ['accepted']]);
      });

      it(`is found in the middle of a batch, answered with ${how}, and the others arrive in order`, async () => {
        platform.take = async (records) => {
          if (records.includes('bad')) throw new PlatformError('PLATFORM_ERROR', 'no', details);
          return 'taken';
        };
        const box = open({ batchSize: 3, batchTime: 1000 });
        const all = ['a', 'bad', 'c', 'd', 'e', 'f'].map((record) => put(box, record));
        await pass(600_000);
        assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR'], ['taken'], ['taken'], ['taken'], ['taken']]);
        const taken = sent.filter((records) => !records.includes('bad')).flat();
        assert.deepEqual(taken, ['a', 'c', 'd', 'e', 'f']);
      });

      for (const batchSize of [1, 2]) {
        it(`holds nothing up for good together with others, answered with ${how}, in batches of ${batchSize}`, async () => {
          platform.take = async (records) => {
            if (records.some((record) => record.startsWith('bad')))
              throw new PlatformError('PLATFORM_ERROR', 'no', details);
            return 'taken';
          };
          const box = open({ batchSize, batchTime: 1000 });
          const bad = ['bad 1', 'bad 2', 'bad 3', 'bad 4'].map((record) => put(box, record));
          const good = ['a', 'b'].map((record) => put(box, record));
          await pass(3_600_000);
          assert.deepEqual(good, [['taken'], ['taken']]);
          const last = put(box, 'c');
          await pass(3_600_000);
          assert.deepEqual(last, ['taken']);
          assert.ok(bad.filter((words) => words.length > 0).length >= 3, JSON.stringify(bad));
        });
      }

      it(`is not failed, answered with ${how}, by a platform that comes back between it and the next`, async () => {
        let tries = 0;
        platform.take = async () => {
          if (++tries <= 3) throw new PlatformError('PLATFORM_ERROR', 'no', details);
          return 'taken';
        };
        const box = open();
        const all = ['a', 'b'].map((record) => put(box, record));
        await pass(600_000);
        assert.deepEqual(sent, [['a'], ['a'], ['a'], ['b'], ['a']]);
        assert.deepEqual(all, [['taken'], ['taken']]);
      });

      it(`is kept, answered with ${how}, as long as no other one is taken either`, async () => {
        platform.take = async () => {
          throw new PlatformError('PLATFORM_ERROR', 'no', details);
        };
        const box = open();
        const words: string[] = [];
        for (const record of ['a', 'b']) {
          box.put([record], { accepted: () => words.push('accepted'), failed: () => words.push('failed') });
        }
        await pass(600_000);
        assert.deepEqual(words, []);
        platform.take = async () => 'taken';
        await pass(120_000);
        assert.deepEqual(words, ['accepted', 'accepted']);
      });
    }
  });
});
