import { inRpc, type Operation, type Parameter } from '../../core/operation';
import { rpcProject, seriesParams } from './common';

const NODE = 'itwin-iot-subscribe';

/** What can be subscribed to; each is the id of an operation. */
export const SUBSCRIPTIONS = ['data', 'nodes', 'devices', 'sensors'] as const;

export type Subscription = (typeof SUBSCRIPTIONS)[number];

export const subscribeOperations: readonly Operation[] = [
  subscribe('data', 'subscribeData', seriesParams(idsOf('sensors'), true)),
  subscribe('nodes', 'subscribeNodes', [idsOf('nodes')]),
  subscribe('devices', 'subscribeDevices', [idsOf('devices')]),
  subscribe('sensors', 'subscribeSensors', [idsOf('sensors')]),
];

function idsOf(kind: string): Parameter {
  return inRpc(kind, { type: 'list', required: true, pick: kind });
}

function subscribe(id: Subscription, method: string, params: readonly Parameter[]): Operation {
  return { id, node: NODE, transport: 'jsonrpc', method, path: '', params: [...params, rpcProject] };
}
