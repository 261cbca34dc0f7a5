import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
import { type DiskLog, type LoggedItem, openDiskLog } from '../../nodes/core/disk-log';
import { PlatformError, type PlatformErrorDetails, type Verdict } from '../../nodes/core/errors';
import {
  createOutbox,
  type Outbox,
  type OutboxFate,
  type OutboxOptions,
  type OutboxState,
} from '../../nodes/core/outbox';
import { fakeClock } from '../support/clock';

/** What became of one message, in the order it was told. */
type Told = string[];

/** A log in memory whose appends succeed when the test says so. */
interface SlowLog extends DiskLog {
  items: LoggedItem[];
  /** Ends the oldest append that waits. */
  finish(error?: PlatformError): void;
  advanced: number[];
}

const away = (): PlatformError => new PlatformError('ECONNREFUSED', 'away', { retryable: true });
const refused = (): PlatformError => new PlatformError('PLATFORM_ERROR', 'bad reading', { statusCode: 400 });

describe('outbox', () => {
  let clock: sinon.SinonFakeTimers;
  let states: OutboxState[];
  let outages: PlatformError[];
  let orphans: string[];
  let told: Told[];
  let boxes: Outbox<string>[];
  /** Batches that came to the platform, taken or not. */
  let sent: string[][];
  let platform: (records: readonly string[], signal: AbortSignal) => Promise<string>;

  beforeEach(() => {
    clock = fakeClock(1_750_000_000_000);
    sinon.stub(Math, 'random').returns(1);
    states = [];
    outages = [];
    orphans = [];
    told = [];
    boxes = [];
    sent = [];
    platform = async () => 'taken';
  });
  afterEach(async () => {
    for (const box of boxes) await box.close();
    const timers = clock.countTimers();
    sinon.restore();
    assert.equal(timers, 0, 'no timer survives');
    // Of every message: kept at most once and first, then exactly one end, or none for one that stays on disk.
    for (const each of told) assert.match(each.join(' '), /^(kept( [\w ]+)?|[\w ]+)?$/);
    for (const each of told) assert.ok(each.filter((word) => word !== 'kept').length <= 1, each.join(' '));
  });

  const open = (options: Partial<OutboxOptions<string>> = {}): Outbox<string> => {
    const box = createOutbox<string>({
      mode: 'memory',
      maxItems: 10_000,
      maxAge: 0,
      whenFull: 'reject',
      batchSize: 1,
      batchTime: 0,
      backoff: { base: 1000, max: 60_000 },
      send: async (records, signal) => {
        sent.push([...records]);
        return platform(records, signal);
      },
      onState: (state) => states.push(state),
      onOutage: (error) => outages.push(error),
      orphan: {
        accepted: () => orphans.push('accepted'),
        failed: (error) => orphans.push(error.code),
      },
      ...options,
    });
    boxes.push(box);
    return box;
  };

  /** Puts one message in and notes what becomes of it. */
  const put = (box: Outbox<string>, ...records: string[]): Told => {
    const mine: Told = [];
    told.push(mine);
    box.put(records, {
      kept: () => mine.push('kept'),
      accepted: (answer) => mine.push(answer),
      failed: (error) => mine.push(error.code),
    } satisfies OutboxFate<string>);
    return mine;
  };

  const settle = (): Promise<number> => clock.tickAsync(0);

  /** A platform that is silent until the test answers. */
  const slow = (): { answer(text?: string): Promise<void>; refuse(error: unknown): Promise<void> } => {
    const waiting: { resolve(text: string): void; reject(error: unknown): void }[] = [];
    platform = (_, signal) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    return {
      async answer(text = 'taken') {
        waiting.shift()?.resolve(text);
        await settle();
      },
      async refuse(error) {
        waiting.shift()?.reject(error);
        await settle();
      },
    };
  };

  const slowLog = (stored: LoggedItem[] = [], lastSeq = stored.at(-1)?.seq ?? 0): SlowLog => {
    const waiting: { item: LoggedItem; resolve(): void; reject(error: PlatformError): void }[] = [];
    const log: SlowLog = {
      items: [...stored],
      advanced: [],
      lastSeq,
      load: async () => stored,
      append: (item) => new Promise((resolve, reject) => waiting.push({ item, resolve, reject })),
      finish(error) {
        const next = waiting.shift();
        if (!next) return;
        if (error) return next.reject(error);
        log.items.push(next.item);
        next.resolve();
      },
      async advance(seq) {
        log.advanced.push(seq);
        log.items = log.items.filter((item) => item.seq > seq);
      },
      async close() {
        while (waiting.length > 0) log.finish();
      },
    };
    return log;
  };

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

    it('tells every message of a batch the answer', async () => {
      const box = open({ batchSize: 3, batchTime: 1000 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(sent, [['a', 'b', 'c']]);
      assert.deepEqual(all, [['taken'], ['taken'], ['taken']]);
    });

    it('an unfinished batch when its first message has waited long enough', async () => {
      const box = open({ batchSize: 10, batchTime: 500 });
      put(box, 'a');
      await clock.tickAsync(300);
      put(box, 'b');
      await clock.tickAsync(199);
      assert.deepEqual(sent, []);
      await clock.tickAsync(1);
      assert.deepEqual(sent, [['a', 'b']]);
    });

    it('a full batch at once', async () => {
      const box = open({ batchSize: 2, batchTime: 60_000 });
      put(box, 'a');
      put(box, 'b');
      await settle();
      assert.deepEqual(sent, [['a', 'b']]);
    });

    it('though the clock of the machine is set back', async () => {
      const box = open({ batchSize: 10, batchTime: 500 });
      put(box, 'a');
      await settle();
      clock.setSystemTime(1_600_000_000_000);
      await clock.tickAsync(1000);
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
      assert.match(String(outages[0]?.message), /a mistake of a listener/);
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

  describe('mode fail', () => {
    it('gives every message one try and tells it the error', async () => {
      platform = async () => Promise.reject(away());
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
      platform = async () => Promise.reject(away());
      const box = open({ mode: 'fail', batchSize: 2, batchTime: 100 });
      const all = [put(box, 'a'), put(box, 'b')];
      await settle();
      assert.deepEqual(all, [['ECONNREFUSED'], ['ECONNREFUSED']]);
      assert.equal(sent.length, 1);
    });

    it('is over its last error after the next success', async () => {
      platform = async () => Promise.reject(away());
      const box = open({ mode: 'fail' });
      put(box, 'a');
      await settle();
      platform = async () => 'taken';
      put(box, 'b');
      await settle();
      assert.deepEqual(states.at(-1), { state: 'idle', queued: 0 });
    });

    it('gives up what waits behind a slow platform for too long', async () => {
      const gate = slow();
      const box = open({ mode: 'fail', maxAge: 30_000 });
      put(box, 'a');
      const second = put(box, 'b');
      await clock.tickAsync(31_000);
      await gate.answer();
      assert.deepEqual(second, ['EXPIRED']);
      assert.deepEqual(sent, [['a']]);
    });
  });

  describe('mode memory', () => {
    it('keeps messages while the platform is away and sends them in order when it is back', async () => {
      platform = async () => Promise.reject(away());
      const box = open();
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await clock.tickAsync(600_000);
      platform = async () => 'taken';
      await clock.tickAsync(60_000);
      assert.deepEqual(all, [['taken'], ['taken'], ['taken']]);
      assert.deepEqual(sent.slice(-3), [['a'], ['b'], ['c']]);
    });

    it('waits longer and longer, tells so in its state, and reports the outage once', async () => {
      platform = async () => Promise.reject(away());
      const box = open();
      put(box, 'a');
      put(box, 'b');
      await clock.tickAsync(200_000);
      const waits = states.filter(({ state }) => state === 'waiting');
      assert.deepEqual(
        waits.slice(0, 8).map(({ retryIn }) => retryIn),
        [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000],
      );
      assert.ok(waits.every(({ queued, error }) => queued === 2 && error?.code === 'ECONNREFUSED'));
      assert.equal(outages.length, 1);
    });

    it('reports the next outage again', async () => {
      platform = async () => Promise.reject(away());
      const box = open();
      put(box, 'a');
      await clock.tickAsync(3000);
      platform = async () => 'taken';
      await clock.tickAsync(60_000);
      platform = async () => Promise.reject(away());
      put(box, 'b');
      await clock.tickAsync(3000);
      assert.equal(outages.length, 2);
    });

    for (const code of ['UNAUTHORIZED', 'FORBIDDEN']) {
      it(`keeps messages and tries slowly while credentials are refused (${code})`, async () => {
        platform = async () => Promise.reject(new PlatformError(code, 'no', { statusCode: 401 }));
        const box = open();
        const message = put(box, 'a');
        await clock.tickAsync(179_000);
        assert.equal(sent.length, 3);
        assert.deepEqual(message, []);
        platform = async () => 'taken';
        await clock.tickAsync(1000);
        assert.deepEqual(message, ['taken']);
      });
    }

    it('honours Retry-After, a month of it too', async () => {
      platform = async () =>
        Promise.reject(new PlatformError('RATE_LIMITED', 'slow', { retryable: true, retryAfter: 30 * 86_400_000 }));
      const box = open();
      put(box, 'a');
      await clock.tickAsync(3_600_000);
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
        platform = async () => Promise.reject(error);
        const box = open();
        const message = put(box, 'a');
        await clock.tickAsync(10_000);
        assert.deepEqual(message, []);
        platform = async () => 'taken';
        await clock.tickAsync(60_000);
        assert.deepEqual(message, ['taken']);
      });
    }

    it('gives up a message that the platform refuses for good, and goes on with the next', async () => {
      platform = async ([record]) => (record === 'bad' ? Promise.reject(refused()) : 'taken');
      const box = open();
      const all = ['a', 'bad', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR'], ['taken']]);
    });

    it('survives a send that throws instead of rejecting', async () => {
      platform = () => {
        throw new PlatformError('INVALID_PARAMETER', 'broken');
      };
      const box = open();
      const message = put(box, 'a');
      await settle();
      assert.deepEqual(message, ['INVALID_PARAMETER']);
    });
  });

  describe('a refused batch', () => {
    const picky = async (records: readonly string[]): Promise<string> =>
      records.some((record) => record.startsWith('bad')) ? Promise.reject(refused()) : 'taken';

    it('is split, so that the good messages of it arrive, each once, in order', async () => {
      platform = picky;
      const box = open({ batchSize: 4, batchTime: 1000 });
      const all = ['a', 'bad', 'c', 'd'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR'], ['taken'], ['taken']]);
      assert.deepEqual(sent, [['a', 'bad', 'c', 'd'], ['a'], ['bad'], ['c'], ['d']]);
    });

    it('is split in mode fail too', async () => {
      platform = picky;
      const box = open({ mode: 'fail', batchSize: 2, batchTime: 1000 });
      const all = ['bad', 'b'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [['PLATFORM_ERROR'], ['taken']]);
    });

    it('whose parts meet an outage waits and goes on with what is left', async () => {
      let down = false;
      platform = async (records) => {
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
      platform = async () => 'taken';
      await clock.tickAsync(1000);
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
      await clock.tickAsync(1000);
      await gate.answer();
      assert.deepEqual(all[3], ['taken']);
      assert.equal(sent.flat().filter((record) => record === 'b').length, 1, 'with the batch only');
    });
  });

  describe('an answer whose verdict is', () => {
    const answered = (verdict: Verdict): PlatformError => new PlatformError('PLATFORM_ERROR', 'some', { verdict });

    for (const mode of ['fail', 'memory'] as const) {
      it(`final fails the whole batch in mode ${mode}: no part of it is sent again`, async () => {
        platform = async (records) => (records.includes('bad') ? Promise.reject(answered('final')) : 'taken');
        const box = open({ mode, batchSize: 3, batchTime: 1000 });
        const all = ['a', 'bad', 'c', 'd'].map((record) => put(box, record));
        await clock.tickAsync(600_000);
        assert.deepEqual(sent, [['a', 'bad', 'c'], ['d']]);
        assert.deepEqual(all, [['PLATFORM_ERROR'], ['PLATFORM_ERROR'], ['PLATFORM_ERROR'], ['taken']]);
      });

      it(`refused splits the batch at once in mode ${mode}`, async () => {
        platform = async (records) => (records.includes('bad') ? Promise.reject(answered('refused')) : 'taken');
        const box = open({ mode, batchSize: 3, batchTime: 1000 });
        const all = ['a', 'bad', 'c'].map((record) => put(box, record));
        await settle();
        assert.deepEqual(sent, [['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
        assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR'], ['taken']]);
        assert.deepEqual(outages, []);
      });
    }

    it('doubtful is tried again before the batch is split', async () => {
      platform = async (records) => (records.includes('bad') ? Promise.reject(answered('doubtful')) : 'taken');
      const box = open({ batchSize: 2, batchTime: 1000 });
      const all = ['a', 'bad'].map((record) => put(box, record));
      await clock.tickAsync(600_000);
      const whole = [
        ['a', 'bad'],
        ['a', 'bad'],
        ['a', 'bad'],
      ];
      assert.deepEqual(sent, [...whole, ['a'], ['bad']]);
      assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR']]);
      assert.equal(outages.length, 1);
    });

    it('doubtful fails the batch in mode fail, which tries once', async () => {
      platform = async () => Promise.reject(answered('doubtful'));
      const box = open({ mode: 'fail', batchSize: 2, batchTime: 1000 });
      const all = ['a', 'b'].map((record) => put(box, record));
      await clock.tickAsync(600_000);
      assert.deepEqual(all, [['PLATFORM_ERROR'], ['PLATFORM_ERROR']]);
      assert.equal(sent.length, 1);
    });

    it('final fails a part of a batch that has been split, and only that', async () => {
      platform = async (records) => {
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

  describe('a full queue', () => {
    it('rejects what comes, in mode reject', async () => {
      platform = async () => Promise.reject(away());
      const box = open({ maxItems: 2 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [[], [], ['QUEUE_FULL']]);
    });

    it('drops the oldest, in mode drop-oldest, and tells it', async () => {
      platform = async () => Promise.reject(away());
      const box = open({ maxItems: 2, whenFull: 'drop-oldest' });
      const all = ['a', 'b'].map((record) => put(box, record));
      await settle();
      all.push(put(box, 'c'), put(box, 'd'));
      await settle();
      assert.deepEqual(all, [['QUEUE_FULL'], ['QUEUE_FULL'], [], []]);
      platform = async () => 'taken';
      await clock.tickAsync(60_000);
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

  describe('maxAge', () => {
    it('gives up messages that are too old, and only those', async () => {
      platform = async () => Promise.reject(away());
      const box = open({ maxAge: 60_000, backoff: { base: 1000, max: 1000 } });
      const old = put(box, 'old');
      await clock.tickAsync(40_000);
      const young = put(box, 'young');
      await clock.tickAsync(30_000);
      assert.deepEqual([old, young], [['EXPIRED'], []]);
      platform = async () => 'taken';
      await clock.tickAsync(1000);
      assert.deepEqual(young, ['taken']);
    });

    it('of nothing keeps them for ever', async () => {
      platform = async () => Promise.reject(away());
      const box = open({ maxAge: 0 });
      const message = put(box, 'a');
      await clock.tickAsync(7 * 86_400_000);
      assert.deepEqual(message, []);
    });
  });

  describe('close', () => {
    it('tells every message that waits', async () => {
      platform = async () => Promise.reject(away());
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
      platform = (_, signal) =>
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
      platform = () =>
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
      await clock.tickAsync(100_000);
      assert.equal(states.length, count);
    });
  });

  describe('mode disk', () => {
    it('tells a message that it is kept when it is on disk, before the platform has it', async () => {
      const gate = slow();
      const log = slowLog();
      const box = open({ mode: 'disk', log });
      const message = put(box, 'a');
      await settle();
      assert.deepEqual([message, sent], [[], []]);
      log.finish();
      await settle();
      assert.deepEqual([message, sent], [['kept'], [['a']]]);
      await gate.answer();
      assert.deepEqual(message, ['kept', 'taken']);
    });

    it('sends nothing that is not on disk yet', async () => {
      const log = slowLog();
      const box = open({ mode: 'disk', log, batchSize: 10 });
      const all = ['a', 'b'].map((record) => put(box, record));
      await settle();
      log.finish();
      await settle();
      assert.deepEqual(sent, [['a']]);
      assert.deepEqual(all, [['kept', 'taken'], []]);
      log.finish();
      await settle();
      assert.deepEqual(sent, [['a'], ['b']]);
    });

    it('fails a message that cannot be written, once, and never sends it', async () => {
      const log = slowLog();
      const box = open({ mode: 'disk', log, batchSize: 10 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      log.finish();
      log.finish(new PlatformError('STORAGE', 'disk full'));
      log.finish();
      await settle();
      assert.deepEqual(all, [['kept', 'taken'], ['STORAGE'], ['kept', 'taken']]);
      assert.equal(sent.flat().includes('b'), false);
    });

    it('forgets a message on disk only when it was dealt with, and none that is not written yet', async () => {
      const log = slowLog();
      const box = open({ mode: 'disk', log });
      put(box, 'a');
      await settle();
      log.finish();
      put(box, 'b');
      await settle();
      assert.equal(log.items.length, 0);
      log.finish();
      assert.equal(log.items.length, 1, 'b is not covered by what was said of a');
      await settle();
      assert.equal(log.items.length, 0);
    });

    it('forgets on disk what was refused, dropped or too old, but never what lies before it', async () => {
      const log = slowLog();
      platform = async () => Promise.reject(away());
      const box = open({ mode: 'disk', log, maxItems: 3, whenFull: 'drop-oldest', backoff: { base: 1000, max: 1000 } });
      for (const record of ['a', 'b', 'c', 'd']) {
        put(box, record);
        await settle();
        log.finish();
        await settle();
      }
      assert.deepEqual(
        log.items.map(({ records }) => records[0]),
        ['b', 'c', 'd'],
      );
      platform = async ([record]) => (record === 'b' ? Promise.reject(refused()) : 'taken');
      await clock.tickAsync(1000);
      assert.deepEqual(log.items, []);
      assert.deepEqual(
        told.map((each) => each.at(-1)),
        ['QUEUE_FULL', 'PLATFORM_ERROR', 'taken', 'taken'],
      );
    });

    it('drops the oldest of a burst that is not on disk yet, and tells it once', async () => {
      const log = slowLog();
      const box = open({ mode: 'disk', log, maxItems: 2, whenFull: 'drop-oldest' });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      for (let n = 0; n < 3; n++) log.finish();
      await settle();
      assert.deepEqual(all, [['QUEUE_FULL'], ['kept', 'taken'], ['kept', 'taken']]);
      assert.deepEqual(log.items, []);
    });

    it('sends first what an earlier run left, and tells it to nobody but the orphan', async () => {
      const stored = [
        { seq: 5, at: Date.now(), records: ['old 1'] },
        { seq: 6, at: Date.now(), records: ['old 2'] },
      ];
      const log = slowLog(stored);
      const box = open({ mode: 'disk', log });
      const message = put(box, 'new');
      await settle();
      log.finish();
      await settle();
      assert.deepEqual(sent, [['old 1'], ['old 2'], ['new']]);
      assert.deepEqual(orphans, ['accepted', 'accepted']);
      assert.deepEqual(message, ['kept', 'taken']);
      assert.deepEqual(log.items, []);
    });

    it('sends what an earlier run left though no message comes', async () => {
      open({ mode: 'disk', log: slowLog([{ seq: 5, at: Date.now(), records: ['old'] }]) });
      await settle();
      assert.deepEqual(sent, [['old']]);
    });

    it('tells the orphan of what is too old or refused', async () => {
      platform = async () => Promise.reject(refused());
      const log = slowLog([
        { seq: 5, at: Date.now() - 100_000, records: ['too old'] },
        { seq: 6, at: Date.now(), records: ['bad'] },
      ]);
      open({ mode: 'disk', log, maxAge: 60_000 });
      await settle();
      assert.deepEqual(orphans, ['EXPIRED', 'PLATFORM_ERROR']);
    });

    it('gives numbers beyond those of an earlier run, though the clock was set back (no battery on a Pi)', async () => {
      const log = slowLog([], 1_900_000_000_000);
      const box = open({ mode: 'disk', log });
      platform = async () => Promise.reject(away());
      put(box, 'a');
      await settle();
      log.finish();
      assert.ok((log.items[0]?.seq ?? 0) > 1_900_000_000_000);
    });

    it('leaves messages on disk when it closes, untold: they go on after the restart', async () => {
      platform = async () => Promise.reject(away());
      const log = slowLog();
      const box = open({ mode: 'disk', log });
      const all = ['a', 'b'].map((record) => put(box, record));
      await settle();
      log.finish();
      await settle();
      await box.close();
      assert.deepEqual(all, [['kept'], ['kept']]);
      assert.equal(log.items.length, 2);
    });

    it('that is closed while it loads refuses what waited for it', async () => {
      let loaded = (_: LoggedItem[]): void => undefined;
      const log = slowLog();
      log.load = () =>
        new Promise((resolve) => {
          loaded = resolve;
        });
      const box = open({ mode: 'disk', log });
      const message = put(box, 'a');
      const closing = box.close();
      loaded([{ seq: 5, at: 0, records: ['old'] }]);
      await closing;
      await settle();
      assert.deepEqual(message, ['CLOSED']);
      assert.deepEqual(sent, []);
      assert.deepEqual(log.advanced, []);
    });

    it('that cannot be read says so and works for new messages', async () => {
      const log = slowLog();
      log.load = () => Promise.reject(new PlatformError('STORAGE', 'unreadable'));
      const box = open({ mode: 'disk', log });
      const message = put(box, 'a');
      await settle();
      log.finish();
      await settle();
      assert.deepEqual(
        outages.map(({ code }) => code),
        ['STORAGE'],
      );
      assert.deepEqual(message, ['kept', 'taken']);
    });

    it('that cannot be advanced still tells its messages', async () => {
      const log = slowLog();
      log.advance = () => Promise.reject(new PlatformError('STORAGE', 'read-only'));
      const box = open({ mode: 'disk', log });
      const message = put(box, 'a');
      await settle();
      log.finish();
      await settle();
      assert.deepEqual(message, ['kept', 'taken']);
      assert.equal(outages.length, 1);
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
        platform = async (records) => {
          if (records.includes('bad')) throw new PlatformError('PLATFORM_ERROR', 'no', details);
          return 'taken';
        };
        const box = open();
        const fates = ['bad', 'good'].map((record) => {
          const words: string[] = [];
          box.put([record], { accepted: () => words.push('accepted'), failed: () => words.push('failed') });
          return words;
        });
        await clock.tickAsync(600_000);
        assert.deepEqual(fates, [['failed'], ['accepted']]);
      });

      it(`is found in the middle of a batch, answered with ${how}, and the others arrive in order`, async () => {
        platform = async (records) => {
          if (records.includes('bad')) throw new PlatformError('PLATFORM_ERROR', 'no', details);
          return 'taken';
        };
        const box = open({ batchSize: 3, batchTime: 1000 });
        const all = ['a', 'bad', 'c', 'd', 'e', 'f'].map((record) => put(box, record));
        await clock.tickAsync(600_000);
        assert.deepEqual(all, [['taken'], ['PLATFORM_ERROR'], ['taken'], ['taken'], ['taken'], ['taken']]);
        const taken = sent.filter((records) => !records.includes('bad')).flat();
        assert.deepEqual(taken, ['a', 'c', 'd', 'e', 'f']);
      });

      for (const batchSize of [1, 2]) {
        it(`holds nothing up for good together with others of its kind, answered with ${how}, in batches of ${batchSize}`, async () => {
          platform = async (records) => {
            if (records.some((record) => record.startsWith('bad')))
              throw new PlatformError('PLATFORM_ERROR', 'no', details);
            return 'taken';
          };
          const box = open({ batchSize, batchTime: 1000 });
          const bad = ['bad 1', 'bad 2', 'bad 3', 'bad 4'].map((record) => put(box, record));
          const good = ['a', 'b'].map((record) => put(box, record));
          await clock.tickAsync(3_600_000);
          assert.deepEqual(good, [['taken'], ['taken']]);
          const last = put(box, 'c');
          await clock.tickAsync(3_600_000);
          assert.deepEqual(last, ['taken']);
          assert.ok(bad.filter((words) => words.length > 0).length >= 3, JSON.stringify(bad));
        });
      }

      it(`is kept, answered with ${how}, as long as no other one is taken either`, async () => {
        platform = async () => {
          throw new PlatformError('PLATFORM_ERROR', 'no', details);
        };
        const box = open();
        const words: string[] = [];
        for (const record of ['a', 'b']) {
          box.put([record], { accepted: () => words.push('accepted'), failed: () => words.push('failed') });
        }
        await clock.tickAsync(600_000);
        assert.deepEqual(words, []);
        platform = async () => 'taken';
        await clock.tickAsync(120_000);
        assert.deepEqual(words, ['accepted', 'accepted']);
      });
    }
  });
});

describe('outbox on a real disk', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'farfield-outbox-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const options = (send: OutboxOptions<string>['send']): OutboxOptions<string> => ({
    mode: 'disk',
    log: openDiskLog(folder, assert.fail),
    maxItems: 1000,
    maxAge: 0,
    whenFull: 'reject',
    batchSize: 10,
    batchTime: 0,
    backoff: { base: 10, max: 10 },
    send,
    onState: () => undefined,
    onOutage: () => undefined,
    orphan: { accepted: () => undefined, failed: assert.fail },
  });

  const keep = (box: Outbox<string>, record: string): Promise<void> =>
    new Promise((resolve, reject) => {
      box.put([record], { kept: resolve, accepted: () => undefined, failed: reject });
    });

  it('sends after every restart what no run before it could, each message once and in order', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `{"n":${n}}`);
    for (let run = 0; run < 3; run++) {
      const box = createOutbox(options(() => Promise.reject(away())));
      await Promise.all(names.slice(run * 20, run * 20 + 20).map((name) => keep(box, name)));
      await box.close();
    }
    const arrived: string[] = [];
    const box = await new Promise<Outbox<string>>((resolve) => {
      const last = createOutbox<string>({
        ...options(async (records) => {
          arrived.push(...records);
          return 'taken';
        }),
        onState: ({ state }) => {
          if (state === 'idle') setImmediate(() => resolve(last));
        },
      });
    });
    await box.close();
    assert.deepEqual(arrived, names);
    const empty = openDiskLog(folder, assert.fail);
    assert.deepEqual(await empty.load(), []);
  });

  it('loses no message of a run whose clock was behind the one before', async () => {
    const clock = sinon.useFakeTimers({ now: 1_900_000_000_000, toFake: ['Date'] });
    try {
      const first = createOutbox(options(async () => 'taken'));
      await keep(first, '"first"');
      await first.close();
      clock.setSystemTime(1_750_000_000_000);
      const second = createOutbox(options(() => Promise.reject(away())));
      await keep(second, '"second"');
      await second.close();
    } finally {
      sinon.restore();
    }
    const left = await openDiskLog(folder, assert.fail).load();
    assert.equal(left.at(-1)?.records[0], '"second"');
  });
});
