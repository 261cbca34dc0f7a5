import { strict as assert } from 'node:assert';
import { PlatformError, type PlatformErrorDetails, type Verdict } from '../../../nodes/core/errors';
import { away, refused, setUpOutbox } from './set-up';

describe('outbox', () => {
  const { open, outages, pass, platform, put, sent, settle, slow, states } = setUpOutbox();

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
      const whole = Array.from({ length: 6 }, () => ['a', 'bad']);
      assert.deepEqual(sent.slice(0, 8), [...whole, ['a'], ['bad']]);
      assert.deepEqual(all, [['taken'], []]);
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

  it('loses none of sixty messages to a platform that answers every other request with 500', async () => {
    let seed = 7;
    platform.take = async () => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      if (seed & 0x40000000) throw new PlatformError('PLATFORM_ERROR', 'no', { statusCode: 500 });
      return 'taken';
    };
    const box = open();
    const all = Array.from({ length: 60 }, (_, n) => put(box, `${n}`));
    await pass(3_600_000);
    assert.deepEqual(new Set(all.flat()), new Set(['taken']));
    assert.equal(all.flat().length, 60);
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
      const digest = (): void => {
        platform.take = async (records) => {
          if (records.some((record) => record.startsWith('bad')))
            throw new PlatformError('PLATFORM_ERROR', 'no', details);
          return 'taken';
        };
      };

      it(`steps aside, answered with ${how}, when another one has been taken, and is never given up`, async () => {
        digest();
        const box = open();
        const all = ['bad', 'good'].map((record) => put(box, record));
        await pass(86_400_000);
        assert.deepEqual(all, [[], ['taken']]);
        const tries = sent.length;
        await pass(3_600_000);
        assert.ok(sent.length > tries, 'it is tried again and again');
        assert.match(
          `${states.at(-1)?.state} ${states.at(-1)?.queued} ${states.at(-1)?.error?.code}`,
          /^waiting 1 PLATFORM_ERROR$/,
        );
        platform.take = async () => 'taken';
        await pass(3_600_000);
        assert.deepEqual(all, [['taken'], ['taken']]);
      });

      it(`is given up, answered with ${how}, after as many doubts as the setting says, and only then`, async () => {
        digest();
        const box = open({ giveUpAfter: 10 });
        const all = ['bad', 'good'].map((record) => put(box, record));
        await pass(3_600_000);
        assert.deepEqual(all, [['PLATFORM_ERROR'], ['taken']]);
        assert.equal(sent.filter(([record]) => record === 'bad').length, 10);
      });

      it(`is found in the middle of a batch, answered with ${how}, and the others arrive in order`, async () => {
        digest();
        const box = open({ batchSize: 3, batchTime: 1000 });
        const all = ['a', 'bad', 'c', 'd', 'e', 'f'].map((record) => put(box, record));
        await pass(600_000);
        assert.deepEqual(all, [['taken'], [], ['taken'], ['taken'], ['taken'], ['taken']]);
        const taken = sent.filter((records) => !records.includes('bad')).flat();
        assert.deepEqual(taken, ['a', 'c', 'd', 'e', 'f']);
      });

      for (const batchSize of [1, 2]) {
        it(`holds nothing up for good together with others, answered with ${how}, in batches of ${batchSize}`, async () => {
          digest();
          const box = open({ batchSize, batchTime: 1000 });
          for (const record of ['bad 1', 'bad 2', 'bad 3', 'bad 4']) put(box, record);
          const good = ['a', 'b'].map((record) => put(box, record));
          await pass(3_600_000);
          assert.deepEqual(good, [['taken'], ['taken']]);
          const last = put(box, 'c');
          await pass(3_600_000);
          assert.deepEqual(last, ['taken']);
        });
      }

      for (const failing of [1, 3, 5])
        it(`keeps its place, answered with ${how}, when the platform answers so ${failing} times and is good again`, async () => {
          let tries = 0;
          platform.take = async () => {
            if (++tries <= failing) throw new PlatformError('PLATFORM_ERROR', 'no', details);
            return 'taken';
          };
          const box = open();
          const all = ['a', 'b', 'c'].map((record) => put(box, record));
          await pass(600_000);
          assert.deepEqual(sent.slice(failing), [['a'], ['b'], ['c']]);
          assert.deepEqual(all, [['taken'], ['taken'], ['taken']]);
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
