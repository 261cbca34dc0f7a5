import { OBSERVATION_TOPIC, type XdpSimulator } from '../../../simulators/xdp';
import { type FlowNode, xdpAccount, xdpCredentials } from '../../support/flow-nodes';
import type { Redeploy } from '../descriptor';
import { OFFLINE_MODES } from '../offline-modes';

const FOLLOWED = ['recordings', 'end-devices'];
const QUERIED = 'observation-types';

/** Two streams, and each other node type. */
export function redeploy(simulator: XdpSimulator): Redeploy {
  const { counters, faults } = simulator;
  const common = { z: 'flow', account: 'farm', wires: [['out']] };
  const record = { type: 'xdp-record', ...common, source: OBSERVATION_TOPIC, nwkAddr: '7' };
  const workers: FlowNode[] = [
    { id: 'query', type: 'xdp-query', ...common, stream: QUERIED },
    { id: 'provision', type: 'xdp-provision', ...common, operation: 'putEndDeviceType' },
    ...OFFLINE_MODES.map((offline) => ({ id: `record-${offline}`, ...record, offline })),
  ];
  return {
    nodes: () => [
      xdpAccount(simulator, { id: 'farm' }),
      ...FOLLOWED.map((stream) => ({ id: `events-${stream}`, type: 'xdp-events', ...common, stream, resume: true })),
      ...workers,
    ],
    credentials: () => ({ farm: xdpCredentials(simulator).account ?? {} }),
    work: [
      {
        message: { payload: { name: 'Type' }, params: { topic: 'x-data-up-mac-payload' } },
        nodes: workers.map(({ id }) => id),
      },
    ],
    streamsOf: (nodes) => nodes.filter(({ type }) => type === 'xdp-events').length,
    opened: () => FOLLOWED.reduce((sum, stream) => sum + (counters.requests[`GET /${stream}/events`] ?? 0), 0),
    open: () => counters.openStreams,
    asked: () => [counters.requests[`GET /${QUERIED}/events`] ?? 0],
    connections: () => counters.openConnections,
    peers: [faults],
  };
}
