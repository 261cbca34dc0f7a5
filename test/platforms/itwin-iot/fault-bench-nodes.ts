import type { ItwinSimulator } from '../../../simulators/itwin-iot';
import { type FlowNode, fixedParameters, functionNode, witness } from '../../support/flow-nodes';
import { itwinAccount } from '../../support/itwin';

/** The `T` of an observation says which upload node it went through. */
export const UPLOAD_MARKS = { 'upload-disk': 20, 'upload-socket': 30 } as const;

/** Which of the simulator's sensors is whose. */
export function sensorsOf({ sensorIds }: ItwinSimulator): { data: string[]; dataTcp: string; upload: string } {
  const [first = '', second = '', upload = '', dataTcp = ''] = sensorIds;
  return { data: [first, second], dataTcp, upload };
}

/** Every kind of node, with a WebSocket, a plain socket and a THREAD. */
export function benchNodes(simulator: ItwinSimulator): FlowNode[] {
  return [...accounts(simulator), ...inputs(simulator), ...uploads(simulator), ...requests(simulator)];
}

function accounts(simulator: ItwinSimulator): FlowNode[] {
  const { tcpUrl, edge } = simulator;
  const common = { timeout: 3, retryMax: 2 };
  return [
    { ...itwinAccount(simulator, { ...common, keepalive: 0.5 }), id: 'itwin' },
    { ...itwinAccount(simulator, { ...common, keepalive: 0.5, url: tcpUrl }), id: 'itwin-tcp' },
    { id: 'thread', type: 'itwin-iot-thread', url: edge.url, wsUrl: edge.wsUrl, ...common },
  ];
}

function inputs(simulator: ItwinSimulator): FlowNode[] {
  const { data, dataTcp } = sensorsOf(simulator);
  const subscription = {
    type: 'itwin-iot-subscribe',
    z: 'flow',
    subscription: 'data',
    metric: 'RH',
    unit: '%',
    backfill: true,
    lostFrom: '-1h',
    wires: [['out']],
  };
  const port = { z: 'flow', thread: 'thread', port: '1', encoding: 'utf8', wires: [['port']] };
  return [
    { id: 'data', account: 'itwin', ids: data, ...subscription },
    { id: 'data-tcp', account: 'itwin-tcp', ids: [dataTcp], ...subscription },
    { id: 'thread-in', type: 'itwin-iot-thread-in', ...port },
    witness('port'),
  ];
}

function uploads(simulator: ItwinSimulator): FlowNode[] {
  const sensorId = sensorsOf(simulator).upload;
  const observing = { type: 'itwin-iot-upload', z: 'flow', account: 'itwin', sensorId, wires: [[]] };
  return [
    functionNode(
      'to-itwin',
      `const pack = (T) => ({ payload: { RH: msg.payload.n, T }, n: msg.n });
return [pack(${UPLOAD_MARKS['upload-disk']}), pack(${UPLOAD_MARKS['upload-socket']})];`,
      ['upload-disk'],
      ['upload-socket'],
    ),
    { id: 'upload-disk', ...observing, via: 'rest', offline: 'disk' },
    { id: 'upload-socket', ...observing, via: 'socket', offline: 'memory' },
  ];
}

function requests(simulator: ItwinSimulator): FlowNode[] {
  const request = { z: 'flow', account: 'itwin', wires: [[]] };
  const sensor = { sensor: sensorsOf(simulator).upload, props: { NAME: 'Tank' } };
  return [
    { id: 'query-socket', type: 'itwin-iot-query', operation: 'getSensors', ...request },
    { id: 'query-rest', type: 'itwin-iot-query', operation: 'listDevices', ...request },
    {
      id: 'itwin-provision',
      type: 'itwin-iot-provision',
      operation: 'updateSensor',
      params: fixedParameters(sensor),
      ...request,
    },
    functionNode('as-line', "return { payload: msg.n + '\\r\\n', n: msg.n };", ['thread-out']),
    { id: 'thread-out', type: 'itwin-iot-thread-out', z: 'flow', thread: 'thread', port: '3', encoding: 'utf8' },
    {
      id: 'thread-command',
      type: 'itwin-iot-thread-command',
      z: 'flow',
      thread: 'thread',
      operation: 'getTime',
      wires: [[]],
    },
  ];
}
