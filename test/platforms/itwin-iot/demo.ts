import type { ItwinSimulator } from '../../../simulators/itwin-iot';
import type { Demo } from '../descriptor';

/** The button "provision" of the bridge. */
const PROVISION_BRIDGE = '0bba7d474d178824';

/** A site with the four motes, as they come to xDP too, and a THREAD whose first port sends the readings of mote 1. */
export const demo: Demo<ItwinSimulator> = {
  // An hour, as measured: what the bands of the first example are made of.
  stored: 720,
  about: 'the same readings as observations of four sensors, and a THREAD at the edge',
  lookAt: [
    'tab "iTwin site": each sensor has a band from its last hour; the disturbed motes leave theirs',
    'press the button of "let sensor 2 leave its band": the observation is uploaded and comes back in the subscription',
    'tab "xDP to iTwin": recordings of xDP become observations of sensors that the flow has provisioned',
    'tab "iTwin THREAD": readings of a device port, and commands',
  ],
  press: [PROVISION_BRIDGE],
  reached: ({ counters }) => counters.openSubscriptions > 0,
};
