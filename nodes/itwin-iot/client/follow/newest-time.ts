import type { Session } from '../session/session';

/** The newest time that the flow has of one sensor. */
export interface NewestTime {
  /** ISO time; undefined: it has none. */
  readonly time: string | undefined;
  /** The same as `instantOf` gives it; -Infinity: none. */
  readonly at: number;
  /** Moves it, unless that would be to a time which the platform has yet to see. */
  reach(time: string, at: number): void;
}

/** Milliseconds by which a logger's clock may be ahead of the platform's; beyond it, a gap that began there would hide what is missing. */
const AHEAD = 24 * 60 * 60 * 1000;

/** No text with milliseconds and `Z` is longer. */
const SHORT = '2016-06-24T18:01:00.000Z'.length;

export function createNewestTime(since: string | undefined, platformTime: Session['now']): NewestTime {
  let time = since;
  let at = since === undefined ? Number.NEGATIVE_INFINITY : instantOf(since);
  return {
    get time() {
      return time;
    },
    get at() {
      return at;
    },
    reach(next, nextAt) {
      if (!(nextAt > at)) return;
      const now = nextAt - at > AHEAD ? platformTime() : undefined;
      if (now !== undefined && nextAt - now > AHEAD) return;
      time = next;
      at = nextAt;
    },
  };
}

/**
 * Milliseconds since 1970, with the digits that `Date` leaves out: of two observations within one millisecond neither is
 * the other once more.
 */
export function instantOf(time: string): number {
  const at = Date.parse(time);
  const beyond = time.length > SHORT ? /\.\d{3}(\d+)/.exec(time)?.[1] : undefined;
  return beyond === undefined ? at : at + Number(`0.${beyond}`);
}
