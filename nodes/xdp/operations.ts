import {
  findOperation,
  inBody,
  inPath,
  inQuery,
  type Operation,
  type ParameterOptions,
} from '../core/operation/operation';
import { ADDRESS, nwkAddrFromDevEui } from './device-address';
import { endDeviceEventsProblem, withFormsOfEvents } from './end-device-events';
import { positionProblem, uuidProblem } from './field-checks';
import type { StreamName } from './streams';

const nwkAddr: ParameterOptions = { ...ADDRESS, pick: 'end-devices' };
const endDeviceTopic: ParameterOptions = { required: true, pick: 'end-device-types' };
const observationTopic: ParameterOptions = { pick: 'observation-types' };
/** AES-128 keys of LoRaWAN. */
const key: ParameterOptions = { bytes: 16, secret: true };

/** Every operation of the platform text, in its order. Field tables of the text give types and what is required. */
export const operations: readonly Operation[] = [
  {
    id: 'putEndDevice',
    node: 'xdp-provision',
    transport: 'http',
    method: 'PUT',
    path: '/end-devices/{nwkAddr}',
    params: [
      inPath('nwkAddr', { ...nwkAddr, derive: ({ devEUI }) => nwkAddrFromDevEui(devEUI) }),
      inBody('endDeviceTopic', endDeviceTopic),
      inBody('name'),
      inBody('devEUI', { bytes: 8 }),
      inBody('appKey', key),
      inBody('nwkKey', key),
      inBody('appSKey', key),
      inBody('fNwkSIntKey', key),
      inBody('nwkSEncKey', key),
      inBody('sNwkSIntKey', key),
      inBody('position', { type: 'object', check: positionProblem }),
      inBody('version', { type: 'integer', min: 0, max: 0xffff_ffff }),
      inBody('secretsUpdatedNonce', { check: uuidProblem }),
    ],
  },
  {
    id: 'deleteEndDevice',
    node: 'xdp-provision',
    transport: 'http',
    method: 'DELETE',
    path: '/end-devices/{nwkAddr}',
    params: [inPath('nwkAddr', nwkAddr)],
  },
  {
    id: 'deleteEndDeviceSession',
    node: 'xdp-provision',
    transport: 'http',
    method: 'DELETE',
    path: '/end-devices/{nwkAddr}/session',
    params: [inPath('nwkAddr', nwkAddr)],
  },
  {
    id: 'postEndDeviceEvents',
    node: 'xdp-provision',
    transport: 'http',
    method: 'POST',
    path: '/end-devices/events',
    body: 'json-lines',
    params: [
      inQuery('provisionKeys', { type: 'boolean' }),
      inBody('events', {
        type: 'array',
        whole: true,
        required: true,
        secret: true,
        convert: withFormsOfEvents,
        check: endDeviceEventsProblem,
      }),
    ],
  },
  {
    id: 'putEndDeviceType',
    node: 'xdp-provision',
    transport: 'http',
    method: 'PUT',
    path: '/end-device-types/{topic}',
    params: [inPath('topic', { pick: 'end-device-types' }), inBody('name', { required: true })],
  },
  {
    id: 'deleteEndDeviceType',
    node: 'xdp-provision',
    transport: 'http',
    method: 'DELETE',
    path: '/end-device-types/{topic}',
    params: [inPath('topic', { pick: 'end-device-types' })],
  },
  {
    id: 'putObservationType',
    node: 'xdp-provision',
    transport: 'http',
    method: 'PUT',
    path: '/observation-types/{topic}',
    // "A key value will also be generated and stored": whether a second one would take its place is not said.
    repeatable: ({ provisionKeys }) => provisionKeys !== true,
    params: [
      inPath('topic', observationTopic),
      inQuery('provisionKeys', { type: 'boolean' }),
      inBody('name', { required: true }),
      inBody('secretPath', { required: true }),
      inBody('view', { required: true, multiline: true }),
    ],
  },
  {
    id: 'deleteObservationType',
    node: 'xdp-provision',
    transport: 'http',
    method: 'DELETE',
    path: '/observation-types/{topic}',
    params: [inPath('topic', observationTopic)],
  },
  {
    id: 'putSecret',
    node: 'xdp-provision',
    transport: 'http',
    method: 'PUT',
    path: '/secrets/{path}',
    body: 'text',
    params: [inPath('path'), inBody('value', { required: true, whole: true, secret: true })],
  },
  {
    id: 'postRecordings',
    node: 'xdp-record',
    transport: 'http',
    method: 'POST',
    path: '/recordings/events',
    body: 'json-lines',
    params: [inBody('observations', { type: 'array', whole: true, required: true })],
  },
  ...streamOperations('xdp-query'),
  ...streamOperations('xdp-events'),
];

/** The four GET (SSE) resources. `xdp-query` asks with `finite=true`, which makes the service close at the end. */
function streamOperations(node: 'xdp-query' | 'xdp-events'): Operation[] {
  const finite = node === 'xdp-query' ? [inQuery('finite', { type: 'boolean', derive: () => true })] : [];
  const stream = (id: string, ...params: Operation['params']): Operation => ({
    id,
    node,
    transport: 'sse',
    method: 'GET',
    path: `/${id}/events`,
    params: [...finite, ...params],
  });
  return [
    stream('end-devices', inQuery('includeDeviceSecrets', { type: 'boolean' })),
    stream('end-device-types'),
    stream('recordings', inQuery('offsets', { type: 'object' })),
    stream('observation-types'),
  ];
}

/** The operation that streams a resource. */
export function streamOperation(node: 'xdp-query' | 'xdp-events', stream: StreamName): Operation {
  return findOperation(operations, node, stream) as Operation;
}
