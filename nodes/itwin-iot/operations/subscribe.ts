import { inBody, inRpc, type Operation, type Parameter } from '../../core/operation/operation';
import { isoTime } from '../../core/values/iso-time';
import { rpcProject, seriesParams } from './common';

const NODE = 'itwin-iot-subscribe';

/** What can be subscribed to; each is the id of an operation. */
export const SUBSCRIPTIONS = ['data', 'nodes', 'devices', 'sensors'] as const;

export type Subscription = (typeof SUBSCRIPTIONS)[number];

/** From where to fetch when the remembered position is lost: ISO 8601, or so long ago (`-7d`). */
export const LOST_FROM = inBody('lostFrom', {
  check: (value) =>
    lostFromTime(String(value)) === undefined ? 'must be an ISO 8601 time, or so long ago, as in -7d' : undefined,
});

/** @returns ISO time; undefined when it is none */
export function lostFromTime(text: string, now = Date.now()): string | undefined {
  return isoTime(text, () => now);
}

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
