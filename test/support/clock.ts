import sinon from 'sinon';
import { nextTurn } from '../../nodes/core/timing';

/**
 * A clock that only the test moves; `setSystemTime` puts the time of day forward or back, as NTP does. Microtasks, `nextTick` and `setImmediate` stay real: promises settle by themselves,
 * and mocha's own work does not count as a timer left behind.
 */
export function fakeClock(now = 0): sinon.SinonFakeTimers {
  return sinon.useFakeTimers({
    now,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
}

/** Resolves when what is tested has set a timer, which may take a turn of the network; fails when that never comes. */
export async function timerSet(clock: sinon.SinonFakeTimers): Promise<void> {
  const limit = process.hrtime.bigint() + 30_000_000_000n;
  while (clock.countTimers() === 0) {
    if (process.hrtime.bigint() > limit) throw new Error('no timer has been set');
    await nextTurn();
  }
}
