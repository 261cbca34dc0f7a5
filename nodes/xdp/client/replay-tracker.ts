import type { XdpEvent } from './events';

/** Tells stored events from live ones while a stream catches up. */
export interface ReplayTracker {
  /** Takes the next event; true when it is a stored one. */
  isStored(event: XdpEvent): boolean;
  /** All stored events have come, as far as can be told. */
  readonly finished: boolean;
}

/**
 * `Stored…Done` comes once for most streams, but once for each source of recordings ("The observation type topic that
 * pertains to this offset"). How many sources there are is not told, nor whether an empty one has a Done: an event that
 * was measured after the connection was opened is live in any case, and so is all that follows it from its source.
 *
 * @param openedAt Unix milliseconds by the server's clock
 */
export function trackReplay(openedAt: number): ReplayTracker {
  const catchingUp = new Set<string>();
  const live = new Set<string>();
  let anyDone = false;
  let allDone = false;

  const done = (source: string | undefined): void => {
    anyDone = true;
    if (source === undefined) {
      allDone = true;
      catchingUp.clear();
    } else {
      catchingUp.delete(source);
      live.add(source);
    }
  };

  return {
    isStored({ storedDone, source, data }) {
      if (storedDone) {
        done(source);
        return false;
      }
      if (allDone || (source !== undefined && live.has(source))) return false;
      if (source === undefined) return true;
      if (Date.parse(String(data.time)) >= openedAt) {
        catchingUp.delete(source);
        live.add(source);
        return false;
      }
      catchingUp.add(source);
      return true;
    },
    get finished() {
      return allDone || ((anyDone || live.size > 0) && catchingUp.size === 0);
    },
  };
}
