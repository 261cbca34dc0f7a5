import { freeRequest } from '../../core/operation/free-request';
import {
  inBody,
  inPath,
  inQuery,
  inRpc,
  notSent,
  type Operation,
  type Parameter,
} from '../../core/operation/operation';
import { isObject } from '../../core/values/json';
import { PROJECT, restProject, rpcProject, rpcRead, SENSOR, seriesParams } from './common';

const NODE = 'itwin-iot-query';

/** "We currently only support retrieving a single first or last value." */
const LIMITS = { all: undefined, first: oneOf('first'), last: oneOf('last') };

/** The reads of the platform text: JSON-RPC, then REST, each in its order. */
export const queryOperations: readonly Operation[] = [
  rpcRead(NODE, 'getNodes', [inRpc('nodes', { type: 'list', pick: 'nodes' }), rpcProject]),
  rpcRead(NODE, 'getDevices', [inRpc('devices', { type: 'list', pick: 'devices' }), rpcProject]),
  rpcRead(NODE, 'getSensors', [inRpc('sensors', { type: 'list', pick: 'sensors' }), rpcProject]),
  {
    ...rpcRead(NODE, 'getRawMetrics', [
      inRpc('sensors', { type: 'list', pick: 'sensors' }),
      inRpc('types', { type: 'list', pick: 'legacy-sensor-types' }),
      rpcProject,
    ]),
    check: ({ sensors, types }) =>
      sensors === undefined && types === undefined ? 'needs "sensors" or "types": metrics of which?' : undefined,
  },
  rpcRead(NODE, 'getMetrics', [inRpc('sensors', { type: 'list', required: true, pick: 'sensors' }), rpcProject]),
  rpcRead(NODE, 'getUnits', [inRpc('metrics', { type: 'list', required: true, pick: 'metric-types' }), rpcProject]),
  rpcRead(NODE, 'getData', seriesQuery(true)),
  rpcRead(NODE, 'getObservations', seriesQuery(false)),
  rpcRead(NODE, 'getObservationsSummary', seriesQuery(false)),
  rpcRead(NODE, 'help'),
  rpcRead(NODE, 'time'),
  {
    id: 'call',
    node: NODE,
    transport: 'jsonrpc',
    method: '*',
    path: '',
    params: [notSent('method', { required: true }), notSent('params', { type: 'object' })],
  },
  { ...list('listNodes', '/nodes/all'), envelope: 'nodes' },
  { ...list('listDevices', '/devices/all'), envelope: 'devices' },
  { ...list('listSensors', '/sensors/all'), envelope: 'sensors' },
  { ...get('listDocuments', '/documents', restProject), envelope: 'documents' },
  { ...get('listProfiles', '/profiles', restProject), envelope: 'profiles' },
  { ...get('getProject', '/projects/{projectId}', inPath('projectId', { setting: PROJECT })), envelope: 'project' },
  get('getProjectDataUsage', '/projects/{projectId}/dataUsage', inPath('projectId', { setting: PROJECT })),
  { ...get('listDeviceTypes', '/devices/types', excludeLegacy()), envelope: 'deviceTypes' },
  { ...get('listSensorTypes', '/sensors/types', excludeLegacy()), envelope: 'sensorTypes' },
  get('listMetricTypes', '/metrics/types', excludeLegacy()),
  {
    id: 'getSensorMetrics',
    node: NODE,
    transport: 'http',
    method: 'POST',
    path: '/sensors/metrics',
    params: [
      inBody('ids', { type: 'list', required: true, pick: 'sensors' }),
      { ...restProject, required: true },
      inQuery('filters', { choices: ['raw'] }),
    ],
    repeatable: true,
    envelope: 'metricsBySensor',
  },
  {
    id: 'getIntegration',
    node: NODE,
    transport: 'http',
    method: 'POST',
    path: '/integrations/{nodeId}',
    params: [inPath('nodeId', { slashes: true, pick: 'nodes', check: nodeIdProblem })],
    repeatable: true,
    envelope: 'integration',
  },
  freeRequest(NODE),
];

function seriesQuery(derived: boolean): Parameter[] {
  return [
    ...seriesParams(inRpc('sensor', SENSOR), derived),
    inRpc('startDate', { type: 'time' }),
    inRpc('endDate', { type: 'time' }),
    inRpc('limit', { type: 'any', choices: Object.keys(LIMITS), sentAs: LIMITS, convert: limitName }),
    rpcProject,
  ];
}

function oneOf(which: 'first' | 'last'): object {
  return { function: which, params: { size: 1 } };
}

/** The name of a limit that is written as the platform takes it, as an object or as JSON; anything else as it is. */
function limitName(value: unknown): unknown {
  const { function: which, params } = objectOf(value);
  return typeof which === 'string' && isObject(params) && params.size === 1 ? which : value;
}

function objectOf(value: unknown): Record<string, unknown> {
  try {
    const read: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return isObject(read) ? read : {};
  } catch {
    // A name.
    return {};
  }
}

function get(id: string, path: string, ...params: Parameter[]): Operation {
  return { id, node: NODE, transport: 'http', method: 'GET', path, params };
}

function list(id: string, path: string): Operation {
  return get(id, path, restProject, inQuery('pageSize', { type: 'integer', min: 1 }));
}

function excludeLegacy(): Parameter {
  return inQuery('excludeLegacy', { type: 'boolean' });
}

/** `/api/13DC2F/node`: the double slash this makes in the path is right. */
function nodeIdProblem(value: unknown): string | undefined {
  return String(value).startsWith('/') ? undefined : 'must begin with "/", as in /api/13DC2F/node';
}
