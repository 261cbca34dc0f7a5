import { strict as assert } from 'node:assert';
import { getEventListeners } from 'node:events';
import sinon from 'sinon';
import { PlatformError } from '../../nodes/core/errors';
import { abortable, deadline, nextTurn, sleep } from '../../nodes/core/timing';
import { fakeClock } from '../support/clock';

/** A month: beyond the 2^31-1 ms at which Node.js makes one millisecond of any wait. */
const MONTH = 30 * 24 * 3600 * 1000;

describe('timing', () => {
  let clock: sinon.SinonFakeTimers;

  beforeEach(() => {
    clock = fakeClock();
  });
  afterEach(() => sinon.restore());

  const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

  /** Leaves the clock what real timers would still do; none may be left. */
  const nothingLeft = (...signals: AbortSignal[]): void => {
    assert.equal(clock.countTimers(), 0);
    for (const signal of signals) assert.equal(listeners(signal), 0);
  };

  describe('sleep', () => {
    it('resolves after its time and not before', async () => {
      let over = false;
      const { signal } = new AbortController();
      const wait = sleep(1000, signal).then(() => {
        over = true;
      });
      await clock.tickAsync(999);
      assert.equal(over, false);
      await clock.tickAsync(1);
      await wait;
      nothingLeft(signal);
    });

    it('ends at once, without an error, when the signal fires', async () => {
      const controller = new AbortController();
      const wait = sleep(1000, controller.signal);
      controller.abort(new Error('enough'));
      await wait;
      nothingLeft(controller.signal);
    });

    it('does not begin when the signal has fired already', async () => {
      const signal = AbortSignal.abort();
      await sleep(1000, signal);
      nothingLeft(signal);
    });

    it('leaves nothing at a signal that outlives a thousand waits', async () => {
      const { signal } = new AbortController();
      for (let n = 0; n < 1000; n++) {
        const wait = sleep(1, signal);
        await clock.tickAsync(1);
        await wait;
      }
      nothingLeft(signal);
    });

    it('does not make a moment of a wait longer than Node.js timers can be (Retry-After of a month)', async () => {
      let over = false;
      const controller = new AbortController();
      const wait = sleep(MONTH, controller.signal).then(() => {
        over = true;
      });
      await clock.tickAsync(1000);
      assert.equal(over, false);
      controller.abort();
      await wait;
      nothingLeft(controller.signal);
    });
  });

  describe('abortable', () => {
    it('gives what the work gives and forgets the signal', async () => {
      const { signal } = new AbortController();
      assert.equal(await abortable(Promise.resolve(7), signal), 7);
      await assert.rejects(abortable(Promise.reject(new Error('work')), signal), /work/);
      await nextMicrotasks();
      nothingLeft(signal);
    });

    it('rejects with the reason of the signal while the work goes on', async () => {
      const controller = new AbortController();
      let finish = (): void => undefined;
      const work = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const result = abortable(work, controller.signal);
      controller.abort(new PlatformError('CLOSED', 'closed'));
      await assert.rejects(result, { code: 'CLOSED' });
      finish();
      await nextMicrotasks();
      nothingLeft(controller.signal);
    });

    it('rejects at once for a signal that has fired already, and swallows a late failure of the work', async () => {
      const signal = AbortSignal.abort(new PlatformError('CLOSED', 'closed'));
      await assert.rejects(abortable(Promise.reject(new Error('late')), signal), { code: 'CLOSED' });
      await nextMicrotasks();
      nothingLeft(signal);
    });
  });

  describe('deadline', () => {
    it('fires with a TIMEOUT that names the seconds', async () => {
      const limit = deadline(2500);
      await clock.tickAsync(2499);
      assert.equal(limit.signal.aborted, false);
      await clock.tickAsync(1);
      assert.equal(limit.signal.aborted, true);
      assert.equal(limit.signal.reason.code, 'TIMEOUT');
      assert.match(limit.signal.reason.message, /2\.5 s/);
      assert.equal(limit.signal.reason.retryable, true);
      limit.clear();
      nothingLeft();
    });

    it('tells the time left, never less than nothing', async () => {
      const limit = deadline(1000);
      await clock.tickAsync(400);
      assert.equal(limit.remaining(), 600);
      await clock.tickAsync(2000);
      assert.equal(limit.remaining(), 0);
      limit.clear();
    });

    it('starts over when something happened', async () => {
      const limit = deadline(1000);
      for (let n = 0; n < 5; n++) {
        await clock.tickAsync(900);
        limit.restart();
      }
      assert.equal(limit.signal.aborted, false);
      assert.equal(limit.remaining(), 1000);
      await clock.tickAsync(1000);
      assert.equal(limit.signal.aborted, true);
      limit.clear();
    });

    it('fires with the reason of an outer signal, before or after it began', () => {
      const reason = new PlatformError('CLOSED', 'closed');
      const controller = new AbortController();
      const running = deadline(1000, controller.signal);
      controller.abort(reason);
      const late = deadline(1000, controller.signal);
      for (const limit of [running, late]) {
        assert.equal(limit.signal.reason, reason);
        limit.clear();
      }
      nothingLeft(controller.signal);
    });

    it('leaves neither timer nor listener behind once cleared', () => {
      const { signal } = new AbortController();
      for (let n = 0; n < 100; n++) deadline(1000, signal).clear();
      nothingLeft(signal);
    });

    it('does not fire at once for a time longer than Node.js timers can be', async () => {
      const limit = deadline(MONTH);
      await clock.tickAsync(1000);
      assert.equal(limit.signal.aborted, false);
      limit.clear();
    });
  });

  it('nextTurn lets run first what setImmediate has queued', async () => {
    sinon.restore();
    const order: string[] = [];
    setImmediate(() => order.push('first'));
    setImmediate(() => order.push('second'));
    await nextTurn();
    order.push('turn');
    assert.deepEqual(order, ['first', 'second', 'turn']);
  });
});

async function nextMicrotasks(): Promise<void> {
  for (let n = 0; n < 5; n++) await Promise.resolve();
}
