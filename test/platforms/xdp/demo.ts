import type { XdpSimulator } from '../../../simulators/xdp';
import type { Demo } from '../descriptor';

/** The function node "judge", which keeps the score. */
const JUDGE = 'e9009595179ff3fb';

/** The four motes of the data file, shortly before somebody induces anomalies on two of them, again and again. */
export const demo: Demo<XdpSimulator> = {
  // Enough for the replay to be seen.
  stored: 100,
  about: 'real readings of four motes, ten times faster than measured',
  lookAt: [
    'tab "Watch sensors": the newest humidity stands below each mote',
    'debug sidebar (the bug): about half a minute from now mote 1 is disturbed, then mote 4, and the flow raises anomalies; the same happens again every three minutes',
    'press the button of "let mote 2 jump": the reading goes to xDP, comes back in the stream and raises an anomaly',
    'the other tabs show one node type each; Import > Examples has them for your own Node-RED',
  ],
  ask: [{ what: 'how well the flow finds the anomalies, in percent of readings', path: `context/node/${JUDGE}/score` }],
  reached: ({ counters }) => counters.openStreams > 0,
};
