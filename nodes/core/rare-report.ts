import type { PlatformError } from './errors';
import { silently } from './safely';
import { startTimer } from './timing';

/** Tells what happens again and again: the first time at once, then once a minute with the number. */
export interface RareReport {
  /** @param times so many of the kind came together; default 1 */
  note(error: PlatformError, times?: number): void;
  /** Tells what is left to tell. */
  close(): void;
}

/** Milliseconds between two reports. */
const PAUSE = 60_000;

export function createRareReport(listener: (error: PlatformError) => void): RareReport {
  // What a timer throws ends Node-RED.
  const tell = silently(listener);
  let timer: NodeJS.Timeout | undefined;
  let count = 0;
  let last: PlatformError | undefined;
  let first = true;

  const tellCount = (): void => {
    timer = undefined;
    if (!last || count === 0) return;
    const { message } = last;
    const words = count === 1 ? message : `${message}; ${count} like this${first ? '' : ' since the last report'}`;
    first = false;
    count = 0;
    timer = startTimer(tellCount, PAUSE);
    tell(last.with({ message: words }));
  };

  return {
    note(error, times = 1) {
      last = error;
      count += times;
      if (!timer) tellCount();
    },
    close() {
      clearTimeout(timer);
      tellCount();
      clearTimeout(timer);
    },
  };
}
