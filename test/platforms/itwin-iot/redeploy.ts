import { type ItwinSimulator, NODE_ID } from '../../../simulators/itwin-iot';
import type { FlowNode } from '../../support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../../support/itwin';
import type { Redeploy } from '../descriptor';
import { OFFLINE_MODES } from '../offline-modes';

const PORTS = ['1', '2'];

/** Three subscriptions, two ports of a THREAD, and each other node type. */
export function redeploy(simulator: ItwinSimulator): Redeploy {
  const { counters, edge } = simulator;
  const siteWorkers = workersOf(simulator);
  return {
    nodes: () => [
      itwinAccount(simulator, { id: 'itwin-account' }),
      ...subscriptions(simulator),
      ...siteWorkers,
      { id: 'thread', type: 'itwin-iot-thread', url: edge.url, wsUrl: edge.wsUrl },
      ...PORTS.map((port) => ({ id: `port-${port}`, type: 'itwin-iot-thread-in', ...AT_THREAD, port })),
      ...THREAD_WORKERS,
    ],
    credentials: () => ({ 'itwin-account': itwinCredentials(simulator).account ?? {} }),
    work: [
      { message: { payload: { RH: 50, T: 20 } }, nodes: siteWorkers.map(({ id }) => id) },
      { message: { payload: 'hello' }, nodes: THREAD_WORKERS.map(({ id }) => id) },
    ],
    // An update of data names no sensor, so each sensor has a subscription of its own.
    streamsOf: (nodes) =>
      nodes.flatMap(({ type, ids }) => (type === 'itwin-iot-subscribe' ? (ids as string[]) : [])).length,
    opened: () => counters.subscriptions,
    open: () => counters.openSubscriptions,
    // One socket for all nodes of an account; all nodes at a port share one, open while one of them is there.
    shared: () => [
      { wanted: 1, open: counters.openConnections },
      { wanted: PORTS.length, open: PORTS.reduce((sum, port) => sum + edge.devicePort(Number(port)).clients, 0) },
    ],
    asked: () => [counters.requests['GET /nodes/all'] ?? 0, edge.counters.requests['GET /time'] ?? 0],
    connections: () => counters.openConnections + edge.counters.openConnections,
    peers: [simulator.faults, edge.faults],
  };
}

const AT_SITE = { z: 'flow', account: 'itwin-account', wires: [['out']] };
const AT_THREAD = { z: 'flow', thread: 'thread', wires: [['out']] };
const THREAD_WORKERS: FlowNode[] = [
  { id: 'write', type: 'itwin-iot-thread-out', ...AT_THREAD, port: PORTS[0], wires: [] },
  { id: 'ask', type: 'itwin-iot-thread-command', ...AT_THREAD, operation: 'getTime' },
];

function subscriptions({ sensorIds }: ItwinSimulator): FlowNode[] {
  const [first = '', ...others] = sensorIds;
  const common = { type: 'itwin-iot-subscribe', ...AT_SITE };
  const data = { subscription: 'data', metric: 'RH', unit: '%', backfill: true };
  return [
    { id: 'data-1', ...common, ...data, ids: [first] },
    { id: 'data-3', ...common, ...data, ids: others },
    { id: 'nodes', ...common, subscription: 'nodes', ids: [NODE_ID] },
  ];
}

function workersOf({ sensorIds: [first = ''] }: ItwinSimulator): FlowNode[] {
  const query = { type: 'itwin-iot-query', ...AT_SITE };
  const series = { sensor: first, metric: 'RH', unit: '%' };
  const update = { operation: 'updateNode', params: { node: NODE_ID } };
  const upload = { type: 'itwin-iot-upload', ...AT_SITE, sensorId: first, via: 'socket' };
  return [
    { id: 'read-nodes', ...query, operation: 'listNodes' },
    { id: 'read-data', ...query, operation: 'getData', params: series, deliver: 'sequence' },
    { id: 'update', type: 'itwin-iot-provision', ...AT_SITE, ...update },
    ...OFFLINE_MODES.map((offline) => ({ id: `upload-${offline}`, ...upload, offline })),
  ];
}
