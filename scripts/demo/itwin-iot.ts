import { IMPORT_SENSOR_ID, type ItwinSimulator, NODE_ID, startItwinSimulator } from '../../simulators/itwin-iot';
import type { DemoPlatform } from './platform';
import { firstReading, SPEED } from './readings';

/** An hour, as measured: what the bands of the first example are made of. */
const STORED = 720;

/** The button "provision" of the bridge. */
const PROVISION_BRIDGE = '0bba7d474d178824';

/** A site with the four motes, as they come to xDP too, and a THREAD whose first port sends the readings of mote 1. */
export async function itwinIot(): Promise<DemoPlatform> {
  const simulator = await startItwinSimulator({ speed: SPEED, stored: STORED, startReading: firstReading(STORED) });
  return {
    name: 'Bentley iTwin IoT',
    folder: 'iTwin IoT',
    about: `the same readings as observations of four sensors, and a THREAD at the edge (${simulator.url})`,
    lookAt: [
      'tab "iTwin site": each sensor has a band from its last hour; the disturbed motes leave theirs',
      'press the button of "let sensor 2 leave its band": the observation is uploaded and comes back in the subscription',
      'tab "xDP to iTwin": recordings of xDP become observations of sensors that the flow has provisioned',
      'tab "iTwin THREAD": readings of a device port, and commands',
    ],
    variables: itwinVariables(simulator),
    press: [PROVISION_BRIDGE],
    reached: () => simulator.counters.openSubscriptions > 0,
    stop: () => simulator.stop(),
  };
}

/** What the examples name: accounts, sensors, and the THREAD. */
export function itwinVariables(simulator: ItwinSimulator): Record<string, string> {
  const sensors = simulator.sensorIds.map((id, index) => [`ITWIN_SENSOR_${index + 1}`, id]);
  return {
    ITWIN_URL: simulator.socketUrl,
    ITWIN_REST_URL: simulator.url,
    ITWIN_API_KEY: simulator.apiKey,
    ITWIN_PROJECT_ID: simulator.project.id,
    ITWIN_CONNECTION: NODE_ID,
    ITWIN_DEVICE: `${NODE_ID}/telosb/mote1/device`,
    ITWIN_UPLOAD_SENSOR: IMPORT_SENSOR_ID,
    ITWIN_THREAD_URL: simulator.edge.url,
    ITWIN_THREAD_WS_URL: simulator.edge.wsUrl,
    ...(Object.fromEntries(sensors) as Record<string, string>),
  };
}
