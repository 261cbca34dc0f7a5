/** The first wait after a failure is at most so long, in milliseconds. */
export const FIRST_WAIT = 1000;

/** Longest pause that a platform may ask for, in milliseconds: more is a wrong clock or a bug, an hour's silence no flood. */
export const LONGEST_PAUSE = 3_600_000;

/** Bounds of an exponential back-off, in milliseconds. */
export interface BackoffBounds {
  /** Upper bound of the first wait. */
  base: number;
  /** Upper bound of every wait. */
  max: number;
}

/**
 * Milliseconds to wait before attempt number `attempt` (0 is the first retry): exponential with full jitter,
 * so that many clients of one server that comes back do not all knock at once.
 */
export function backoffDelay(
  attempt: number,
  { base, max }: BackoffBounds,
  random: () => number = Math.random,
): number {
  // 2^30 is beyond every bound; more would only overflow.
  const ceiling = Math.min(max, base * 2 ** Math.min(attempt, 30));
  return Math.round(random() * ceiling);
}
