import sinon from 'sinon';

/**
 * A clock that only the test moves. Microtasks, `nextTick` and `setImmediate` stay real: promises settle by themselves,
 * and mocha's own work does not count as a timer left behind.
 */
export function fakeClock(now = 0): sinon.SinonFakeTimers {
  return sinon.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
}
