import { PlatformError } from '../../core/errors';
import { monotonicNow } from '../../core/timing';

/** Counts the observations of a sensor that have to be left out, and tells of them. */
export interface LeftOut {
  add(why: string): void;
  /** Tells what has been counted: at once at first, then one a minute. */
  tell(): void;
  /** Tells what has been counted and not been told yet. */
  flush(): void;
}

/** Milliseconds between two reports. */
const INTERVAL = 60_000;

export function createLeftOut(sensor: string, onTold: (error: PlatformError) => void): LeftOut {
  let count = 0;
  let reason = '';
  let told = Number.NEGATIVE_INFINITY;

  const flush = (): void => {
    if (count === 0) return;
    const what = count === 1 ? '1 observation is' : `${count} observations are`;
    onTold(new PlatformError('INVALID_RESPONSE', `${sensor}: ${what} left out: ${reason}`));
    count = 0;
    told = monotonicNow();
  };
  return {
    add(why) {
      if (count === 0) reason = why;
      count++;
    },
    tell() {
      if (monotonicNow() - told >= INTERVAL) flush();
    },
    flush,
  };
}
