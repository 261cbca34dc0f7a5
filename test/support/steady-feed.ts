/** Events that come without end, as from devices that know nothing of any outage. */
export interface SteadyFeed {
  stop(): void;
}

const INTERVAL = 10;
const AT_ONCE = 4;

/** Some hundred events a second. `make` is given their number, from 0. */
export function startFeed(make: (count: number) => void): SteadyFeed {
  let count = 0;
  const timer = setInterval(() => {
    for (let n = 0; n < AT_ONCE; n++) make(count++);
  }, INTERVAL);
  return { stop: () => clearInterval(timer) };
}
