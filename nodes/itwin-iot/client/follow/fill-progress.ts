import type { Points } from '../session/series';

/** How far a back-fill has come. */
export interface Progress {
  /** ISO time up to which all has come; undefined: from the first observation on nothing is sure. */
  readonly since: string | undefined;
  /** The points of one answer, which have been handed on. */
  take(points: Points): void;
  /** An answer could not be read: only the beginning is sure, and stays so. */
  stop(): void;
}

/**
 * The platform text says nowhere in which order the answers to `getData` come. So the order must prove itself: only the
 * second answer that lies behind the first moves the beginning, and one that goes back puts it where it was.
 */
export function createProgress(begin: string | undefined, instantOf: (time: string) => number): Progress {
  let since = begin;
  let answers = 0;
  let newestAt = Number.NEGATIVE_INFINITY;
  let inOrder = true;
  return {
    get since() {
      return since;
    },
    stop() {
      inOrder = false;
      since = begin;
    },
    take(points) {
      let last: string | undefined;
      let oldestAt = Number.POSITIVE_INFINITY;
      let lastAt = newestAt;
      for (const time in points) {
        const at = instantOf(time);
        if (Number.isNaN(at)) continue;
        if (at < oldestAt) oldestAt = at;
        if (at <= lastAt) continue;
        last = time;
        lastAt = at;
      }
      if (oldestAt === Number.POSITIVE_INFINITY) return;
      answers++;
      if (oldestAt < newestAt) inOrder = false;
      newestAt = lastAt;
      if (!inOrder) since = begin;
      else if (answers > 1 && last !== undefined) since = last;
    },
  };
}
