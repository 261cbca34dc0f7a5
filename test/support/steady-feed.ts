import { OBSERVATION_TOPIC, type XdpSimulator } from '../../simulators/xdp';

/** Recordings that come without end, as from devices that know nothing of any outage. */
export interface SteadyFeed {
  stop(): void;
}

const INTERVAL = 10;
const AT_ONCE = 4;

/** Some hundred recordings a second. */
export function startFeed(simulator: XdpSimulator): SteadyFeed {
  let count = 0;
  const timer = setInterval(() => {
    for (let n = 0; n < AT_ONCE; n++) {
      simulator.append({ data: { n: count++ }, nwkAddr: 7, source: OBSERVATION_TOPIC });
    }
  }, INTERVAL);
  return { stop: () => clearInterval(timer) };
}
