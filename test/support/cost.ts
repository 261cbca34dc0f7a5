import { performance } from 'node:perf_hooks';

/** Milliseconds below which a ratio says nothing. */
const NOISE = 25;

/** A busy machine may spoil one look; what costs the square of its length costs it each time. */
const LOOKS = 5;

/**
 * What is wrong when four times the length costs ten times as much or more: sixteen times it is when the square counts.
 * undefined when all is well. `prepare` makes the work for so long an input; only the work is timed.
 */
export function squareCost(prepare: (length: number) => () => void, length: number): string | undefined {
  let problem: string | undefined;
  for (let look = 0; look < LOOKS; look++) {
    const once = timeOf(prepare(length));
    const more = timeOf(prepare(4 * length));
    if (more < 10 * Math.max(once, NOISE)) return undefined;
    problem = `${once} ms, then ${more} ms`;
  }
  return problem;
}

/** The best of some runs: what else the machine does makes none shorter. */
function timeOf(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 4; run++) {
    const begin = performance.now();
    work();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}
