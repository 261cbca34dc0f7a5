import { freeRequest } from '../../core/operation/free-request';
import { inBody, inPath, inRpc, notSent, type Operation, type Parameter } from '../../core/operation/operation';
import { isObject } from '../../core/values/json';
import { restProject, rpcProject } from './common';
import { integrationProblem } from './integration';

const NODE = 'itwin-iot-provision';

/** What changes connections, devices and sensors. */
export const provisionOperations: readonly Operation[] = [
  rpc('createNode', [
    inRpc('node', { required: true }),
    inRpc('type', { required: true }),
    inRpc('props', { type: 'object', required: true, check: needs('VERSION') }),
  ]),
  rpc('createDevice', [
    inRpc('device', { required: true }),
    inRpc('type', { required: true, pick: 'legacy-device-types' }),
    inRpc('props', { type: 'object', required: true, check: needs('NODE_ID') }),
  ]),
  rpc('createSensor', [
    inRpc('sensor', { required: true }),
    inRpc('type', { required: true, pick: 'legacy-sensor-types' }),
    inRpc('observationType'),
    inRpc('props', { type: 'object' }),
  ]),
  update('updateNode', 'node', 'nodes'),
  update('updateDevice', 'device', 'devices'),
  update('updateSensor', 'sensor', 'sensors'),
  {
    id: 'integrate',
    node: NODE,
    transport: 'http',
    method: 'POST',
    path: '/integrations/integrate',
    params: [
      { ...restProject, required: true },
      inBody('integration', { type: 'object', required: true, check: integrationProblem }),
    ],
    envelope: 'integration',
  },
  {
    id: 'deleteProject',
    node: NODE,
    transport: 'http',
    method: 'DELETE',
    path: '/projects/{projectId}',
    // Never a default: what deletes a whole project must be told which.
    params: [inPath('projectId'), notSent('confirm', { required: true })],
    check: ({ projectId, confirm }) =>
      confirm === projectId ? undefined : '"confirm" must be the same id as "projectId": nothing was deleted',
  },
  freeRequest(NODE),
];

/** "If the node, device or sensor already exists, this will return an error": not repeated. */
function rpc(id: string, params: readonly Parameter[]): Operation {
  return { id, node: NODE, transport: 'jsonrpc', method: id, path: '', params: [...params, rpcProject] };
}

/** "Overwrite existing configuration parameters": twice does no harm. */
function update(id: string, entity: string, pick: string): Operation {
  const params = [inRpc(entity, { required: true, pick }), inRpc('type'), inRpc('props', { type: 'object' })];
  return {
    ...rpc(id, params),
    repeatable: true,
    check: ({ type, props }) =>
      type === undefined && (!isObject(props) || Object.keys(props).length === 0)
        ? 'needs "type" or "props": there is nothing to update'
        : undefined,
  };
}

function needs(name: string): Parameter['check'] {
  return (value) => {
    const given = isObject(value) ? value[name] : undefined;
    return typeof given === 'string' && given !== '' ? undefined : `must hold "${name}"`;
  };
}
