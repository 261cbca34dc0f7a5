import { inBody, inRpc, type Operation } from '../../core/operation/operation';
import { rpcProject } from './common';

const NODE = 'itwin-iot-upload';

export const uploadOperations: readonly Operation[] = [
  {
    id: 'uploadData',
    node: NODE,
    transport: 'jsonrpc',
    method: 'uploadData',
    path: '',
    params: [inRpc('data', { type: 'array', required: true }), rpcProject],
  },
  {
    id: 'uploadObservations',
    node: NODE,
    transport: 'http',
    method: 'POST',
    path: '/data/upload',
    params: [inBody('observations', { type: 'array', required: true })],
    anyReply: true,
  },
];
