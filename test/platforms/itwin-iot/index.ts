import { IMPORT_SENSOR_ID, type ItwinSimulator, NODE_ID, startItwinSimulator } from '../../../simulators/itwin-iot';
import type { FlowNode } from '../../support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../../support/itwin';
import type { Descriptor } from '../descriptor';
import { badInput } from './bad-input';
import { demo } from './demo';
import { faultBench } from './fault-bench';
import { redeploy } from './redeploy';
import { stream } from './stream';

const PORTS = [1, 2, 3];

/** Bentley iTwin IoT, with a THREAD. */
export const itwinIot: Descriptor<ItwinSimulator> = {
  id: 'itwin-iot',
  name: 'Bentley iTwin IoT',
  folder: 'iTwin IoT',
  start: startItwinSimulator,
  account: itwinAccount,
  credentials: itwinCredentials,
  variables,
  streaming: (simulator, nodes) =>
    simulator.counters.openSubscriptions === subscriptionsOf(nodes) &&
    PORTS.reduce((sum, port) => sum + simulator.edge.devicePort(port).clients, 0) === portsOf(nodes),
  demo,
  stream,
  upload: ({ counters, sensorIds }) => ({
    node: { type: 'itwin-iot-upload', via: 'socket', sensorId: sensorIds[0] },
    payload: (n) => `{ RH: ${n}, T: 20 }`,
    received: () => counters.received.map(({ values }) => values.RH),
  }),
  badInput,
  redeploy,
  faultBench,
};

/** What the examples name: accounts, sensors, and the THREAD. */
function variables(simulator: ItwinSimulator): Record<string, string> {
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

/** An update of data names no sensor: each has a subscription of its own. */
function subscriptionsOf(nodes: readonly FlowNode[]): number {
  return nodes
    .filter(({ type }) => type === 'itwin-iot-subscribe')
    .reduce((sum, { subscription, ids }) => sum + (subscription === 'data' ? (ids as string[]).length : 1), 0);
}

/** All nodes at a port share one socket. */
function portsOf(nodes: readonly FlowNode[]): number {
  const atPorts = nodes.filter(({ type }) => /^itwin-iot-thread-(in|out)$/.test(type));
  return new Set(atPorts.map(({ port }) => port)).size;
}
