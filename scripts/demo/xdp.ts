import { nwkAddrOf, startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import type { DemoPlatform } from './platform';
import { firstReading, SPEED } from './readings';

/** Enough for the replay to be seen. */
const STORED = 400;
/** The four motes give one reading each. */
const STORED_ROUNDS = STORED / 4;

/** The four motes of the data file, shortly before somebody induces anomalies on two of them. */
export async function xdp(): Promise<DemoPlatform> {
  const simulator = await startXdpSimulator({
    speed: SPEED,
    stored: STORED,
    startReading: firstReading(STORED_ROUNDS),
  });
  return {
    name: 'Titan Class xDP',
    folder: 'xDP',
    about: `real readings of four motes, ${SPEED} times faster than measured (${simulator.url})`,
    lookAt: [
      'tab "Watch sensors": the newest humidity stands below each mote',
      'debug sidebar (the bug): about half a minute from now mote 1 is disturbed, then mote 4, and the flow raises anomalies',
      'press the button of "let mote 2 jump": the reading goes to xDP, comes back in the stream and raises an anomaly',
      'the other tabs show one node type each; Import > Examples has them for your own Node-RED',
    ],
    variables: xdpVariables(simulator),
    reached: () => simulator.counters.openStreams > 0,
    stop: () => simulator.stop(),
  };
}

/** What the examples name: the account, and a device. */
export function xdpVariables({ url, namespace, username, password }: XdpSimulator): Record<string, string> {
  return {
    XDP_URL: url,
    XDP_NAMESPACE: namespace,
    XDP_USERNAME: username,
    XDP_PASSWORD: password,
    XDP_DEVICE: String(nwkAddrOf(1)),
  };
}
