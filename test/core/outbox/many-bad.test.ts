import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { away, setUpOutbox } from './set-up';

describe('outbox', () => {
  const { open, outages, pass, platform, put, sent, settle, states } = setUpOutbox();

  const unknown = (): PlatformError => new PlatformError('NOT_FOUND', 'no such device', { statusCode: 404 });
  const isBad = (record: string): boolean => record.startsWith('bad');

  /** A platform that does not know some devices, and takes its time. */
  const picky = (ms = 120): void => {
    platform.take = async (records) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (records.some(isBad)) throw unknown();
      return 'taken';
    };
  };

  describe('with messages of devices that the platform does not know', () => {
    it('reaches a good one behind five hundred of them within minutes', async () => {
      picky();
      const box = open();
      for (let n = 0; n < 500; n++) put(box, `bad ${n}`);
      const good = put(box, 'good');
      await pass(900_000);
      assert.deepEqual(good, ['taken']);
      const next = put(box, 'next');
      await pass(65_000);
      assert.deepEqual(next, ['taken'], 'and the next within one wait');
    });

    it('reaches a few good ones that lie anywhere behind them', async () => {
      picky();
      const box = open();
      for (let n = 0; n < 40; n++) put(box, `bad ${n}`);
      const good = put(box, 'good');
      for (let n = 0; n < 15; n++) put(box, `bad, too ${n}`);
      await pass(1_800_000);
      assert.deepEqual(good, ['taken']);
    });

    for (const batchSize of [1, 20])
      it(`keeps up with the good ones though every fifth is bad, in batches of ${batchSize}`, async () => {
        picky();
        const box = open({ batchSize, batchTime: batchSize > 1 ? 5000 : 0 });
        const good = [];
        for (let n = 1; n <= 1800; n++) {
          if (n % 5 === 0) put(box, `bad ${n}`);
          else good.push(put(box, `good ${n}`));
          await pass(1000);
          if (n < 120) continue;
          const waiting: number = good.slice(0, -30).filter((told) => told.length === 0).length;
          assert.equal(waiting, 0, `after ${n} s`);
        }
        const arrived = sent.filter((records) => !records.some(isBad)).flat();
        assert.deepEqual(
          arrived,
          arrived.toSorted((a, b) => Number(a.slice(5)) - Number(b.slice(5))),
          'in order',
        );
        assert.equal(outages.length, 1);
      });

    it('lets those that stand aside take no more than every other turn, however many there are', async () => {
      picky(0);
      const box = open();
      for (let n = 0; n < 300; n++) {
        put(box, `bad ${n}`);
        put(box, `fine ${n}`);
      }
      await pass(900_000);
      picky(500);
      await pass(1_800_000);
      const good = Array.from({ length: 300 }, (_, n) => put(box, `good ${n}`));
      await pass(301_000);
      assert.deepEqual(new Set(good.flat()), new Set(['taken']));
    });

    it('tries them more and more rarely, but at least once an hour', async () => {
      picky(0);
      const box = open({ backoff: { base: 1000, max: 60_000 } });
      put(box, 'bad');
      put(box, 'good');
      await pass(12 * 3_600_000);
      sent.length = 0;
      await pass(24 * 3_600_000);
      assert.equal(sent.length, 24);
    });

    it('tries the others at once when one that stood aside is taken, and no hour later', async () => {
      picky(0);
      const box = open();
      const bad = Array.from({ length: 20 }, (_, n) => put(box, `bad ${n}`));
      put(box, 'good');
      await pass(12 * 3_600_000);
      platform.take = async () => 'taken';
      await pass(3_600_000);
      const taken = bad.findIndex((told) => told.length > 0);
      assert.notEqual(taken, -1);
      assert.deepEqual(new Set(bad.flat()), new Set(['taken']));
      assert.deepEqual(states.at(-1), { state: 'idle', queued: 0 });
    });
  });

  describe('once something was taken beside one in doubt', () => {
    /** A queue that has just seen that one message is bad and others are not. */
    const proven = async (options = {}) => {
      picky(0);
      const box = open(options);
      put(box, 'bad');
      put(box, 'good');
      await pass(45_000);
      assert.equal(sent.at(-1)?.[0], 'bad', 'once more, for the platform may have come to itself');
      return box;
    };

    it('steps over the next in doubt at once', async () => {
      const box = await proven();
      put(box, 'bad, too');
      const good = put(box, 'another');
      await pass(100);
      assert.deepEqual(good, ['taken']);
    });

    it('steps over one that is alone, and does not wait with the next', async () => {
      const box = await proven();
      put(box, 'bad, too');
      await pass(100);
      const good = put(box, 'another');
      await pass(100);
      assert.deepEqual(good, ['taken']);
    });

    it('goes by the old rule again some minutes later', async () => {
      const box = await proven();
      await pass(300_000);
      sent.length = 0;
      put(box, 'bad, too');
      const good = put(box, 'another');
      await pass(500);
      assert.deepEqual(good, []);
      await pass(45_000);
      assert.deepEqual(good, ['taken']);
    });

    it('lets nothing step aside when the platform fails as a whole, and does not flood it', async () => {
      const box = await proven();
      platform.take = async () => Promise.reject(new PlatformError('PLATFORM_ERROR', 'down', { statusCode: 500 }));
      sent.length = 0;
      const all = Array.from({ length: 100 }, (_, n) => put(box, `${n}`));
      await pass(3_600_000);
      assert.ok(sent.length < 400, `${sent.length} requests in an hour`);
      platform.take = async () => 'taken';
      sent.length = 0;
      await pass(120_000);
      assert.deepEqual(
        sent.flat().filter((record) => record !== 'bad'),
        Array.from({ length: 100 }, (_, n) => `${n}`),
      );
      assert.deepEqual(new Set(all.flat()), new Set(['taken']));
    });

    it('lets one step aside at the most when messages come one by one to a platform that fails as a whole', async () => {
      const box = await proven();
      platform.take = async () => Promise.reject(new PlatformError('PLATFORM_ERROR', 'down', { statusCode: 500 }));
      for (let n = 0; n < 10; n++) {
        put(box, `${n}`);
        await pass(20_000);
      }
      platform.take = async () => 'taken';
      sent.length = 0;
      await pass(60_000);
      const order = sent.flat().filter((record) => record !== 'bad' && record !== '0');
      assert.deepEqual(order, ['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    });
  });

  it('keeps the place of a message when the platform comes to itself between that and the next', async () => {
    let down = true;
    platform.take = async ([record]) => {
      if (record === 'second') down = false;
      if (down) throw new PlatformError('PLATFORM_ERROR', 'down', { statusCode: 500 });
      return 'taken';
    };
    const box = open();
    for (const record of ['first', 'second', 'third']) put(box, record);
    await pass(60_000);
    assert.deepEqual(
      sent
        .filter(([record]) => record !== 'first')
        .concat([sent.filter(([record]) => record === 'first').at(-1) ?? []]),
      [['second'], ['third'], ['first']],
    );
    assert.deepEqual(sent.slice(-3), [['second'], ['first'], ['third']]);
  });

  it('wakes up when another message comes that shows whose fault it is', async () => {
    picky(0);
    const box = open();
    put(box, 'bad');
    await pass(600_000);
    const good = put(box, 'good');
    await pass(100);
    assert.deepEqual(good, ['taken']);
  });

  it('asks nobody else while the platform is simply away', async () => {
    platform.take = async () => Promise.reject(away());
    const box = open();
    for (const record of ['a', 'b', 'c']) put(box, record);
    await pass(600_000);
    assert.deepEqual(new Set(sent.flat()), new Set(['a']));
  });

  describe('an outage and trouble with the disk', () => {
    const disk = (): PlatformError => new PlatformError('STORAGE', 'input/output error');
    for (const [first, second] of [
      [away, disk],
      [disk, away],
    ] as const)
      it(`are told both when one follows the other: ${first().code} first`, async () => {
        platform.take = async () => Promise.reject(first());
        const told: string[] = [];
        const tell = ({ code }: PlatformError): number => told.push(code);
        const box = open({ onOutage: tell, onTrouble: tell });
        put(box, 'a');
        await pass(10_000);
        platform.take = async () => Promise.reject(second());
        await pass(200_000);
        assert.deepEqual(told, [first().code, second().code]);
      });
  });

  describe('a message without any observation', () => {
    it('is refused, and holds nothing up', async () => {
      const box = open();
      const all = [put(box), put(box, 'a')];
      await settle();
      assert.deepEqual(all, [['INVALID_PARAMETER'], ['taken']]);
    });
  });
});
