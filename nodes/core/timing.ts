import { setMaxListeners } from 'node:events';
import { PlatformError } from './errors';

/** The next turn of the event loop: everything queued with `setImmediate` before this call has run by then. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Milliseconds by a clock that only goes forward. The clock of the day may be set at any time (a Raspberry Pi has none
 * of its own and learns the time after the start): it says when something was, this says how long something took.
 */
export function monotonicNow(): number {
  return performance.now();
}

/** Node.js makes one millisecond of every longer wait. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A timer that a month does not turn into a moment: 24.8 days at the most. */
export function startTimer(callback: () => void, ms: number): NodeJS.Timeout {
  return setTimeout(callback, Math.min(ms, LONGEST_TIMER));
}

/** The same over and over, until `clearInterval`. */
export function startInterval(callback: () => void, ms: number): NodeJS.Timeout {
  return setInterval(callback, Math.min(ms, LONGEST_TIMER));
}

/**
 * Resolves after `ms` milliseconds, or at once when the signal fires: a wait that is cut short is not an error,
 * the caller looks at its signal anyway.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = startTimer(end, ms);
    signal?.addEventListener('abort', end);
  });
}

/** The promise, or a rejection with the signal's reason should that fire first. The work itself goes on. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A time limit and outer signals in one. Call `clear` when the work is over, or the timer stays. */
export interface Deadline {
  signal: AbortSignal;
  /** Milliseconds left. */
  remaining(): number;
  /** Starts the time over: something happened. */
  restart(): void;
  clear(): void;
}

/**
 * AbortSignal.any and AbortSignal.timeout would do the same, but on Node.js 20 a long-lived outer signal
 * keeps every signal derived from it.
 */
export function deadline(ms: number, ...outer: readonly (AbortSignal | undefined)[]): Deadline {
  const controller = new AbortController();
  let end = monotonicNow() + ms;
  const onOuter = (): void => controller.abort(outer.find((signal) => signal?.aborted)?.reason);
  const timer = startTimer(() => {
    controller.abort(new PlatformError('TIMEOUT', `no answer within ${ms / 1000} s`, { retryable: true }));
  }, ms);
  if (outer.some((signal) => signal?.aborted)) onOuter();
  for (const signal of outer) {
    if (!signal) continue;
    // One for each request under way; Node.js calls more than ten a leak.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', onOuter, { once: true });
  }
  return {
    signal: controller.signal,
    remaining: () => Math.max(0, end - monotonicNow()),
    restart() {
      end = monotonicNow() + ms;
      timer.refresh();
    },
    clear() {
      clearTimeout(timer);
      for (const signal of outer) signal?.removeEventListener('abort', onOuter);
    },
  };
}
