import type { Cursor } from '../../core/storage/cursor-store';
import { startTimer } from '../../core/timing';
import type { XdpEvent } from './events';

/** Passes over what was stored before the very first start, source by source, until that has all come. */
export interface PastFilter {
  /** @param finished all stored events have come, as far as can be told */
  isPast(event: XdpEvent, replayed: boolean, finished: boolean): boolean;
  /** What is to be kept of where the stream stands: a restart passes over the rest of the past, and nothing else. */
  kept(seen: Cursor): Cursor;
  /** When all seemed to have come before the connection ended, it had. */
  connectionEnded(): void;
}

/** In a cursor: the past is still being passed over, but for the sources named. No topic is called so. */
const PASSING = '';

/**
 * How many sources there are is not told: another one may begin when all seemed to have come. So many milliseconds later
 * none does any more, and a recording that reaches the platform late is no past one.
 */
const QUIET = 5000;

/** A cursor as it was kept: the offsets, and whether the past was still being passed over. */
export function readKept({ [PASSING]: passing, ...offsets }: Cursor): { offsets: Cursor; passing: boolean } {
  return { offsets, passing: passing !== undefined };
}

/**
 * @param sources those whose past has been passed over before
 * @param onOver called once when the past is over without an event that says so
 */
export function createPastFilter(sources: Iterable<string>, onOver: () => void): PastFilter {
  const present = new Set(sources);
  let quiet: NodeJS.Timeout | undefined;
  let over = false;

  const end = (): void => {
    over = true;
    clearTimeout(quiet);
  };

  const watch = (finished: boolean): void => {
    if (!finished) {
      clearTimeout(quiet);
      quiet = undefined;
    } else {
      quiet ??= startTimer(() => {
        end();
        onOver();
      }, QUIET);
    }
  };

  return {
    isPast({ source, storedDone }, replayed, finished) {
      if (over) return false;
      if (storedDone) {
        if (source === undefined) end();
        else present.add(source);
      }
      const past = !over && !storedDone && replayed && !(source !== undefined && present.has(source));
      if (!past && !storedDone && source !== undefined) present.add(source);
      if (!over) watch(finished);
      return past;
    },
    kept(seen) {
      if (over) return { ...seen };
      const passed = Object.entries(seen).filter(([source]) => present.has(source));
      return { [PASSING]: 'new', ...Object.fromEntries(passed) };
    },
    connectionEnded() {
      if (quiet) end();
    },
  };
}
