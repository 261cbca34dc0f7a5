import { monotonicNow } from '../../core/timing';
import type { XdpEvent } from './events';

/** Passes over what was stored before the very first start, source by source, until that has all come. */
export interface PastFilter {
  /** @param finished all stored events have come, as far as can be told */
  isPast(event: XdpEvent, replayed: boolean, finished: boolean): boolean;
}

/**
 * How many sources there are is not told: another one may begin when all seemed to have come. So many milliseconds later
 * none does any more, and a recording that reaches the platform late is no past one.
 */
const QUIET = 5000;

export function createPastFilter(): PastFilter {
  const present = new Set<string>();
  let finishedAt: number | undefined;
  let over = false;

  return {
    isPast({ source, storedDone }, replayed, finished) {
      if (over) return false;
      if (storedDone) {
        if (source === undefined) over = true;
        else present.add(source);
        return false;
      }
      if (finished) finishedAt ??= monotonicNow();
      else finishedAt = undefined;
      if (finishedAt !== undefined && monotonicNow() - finishedAt >= QUIET) over = true;
      if (over || !replayed || (source !== undefined && present.has(source))) {
        if (source !== undefined) present.add(source);
        return false;
      }
      return true;
    },
  };
}
