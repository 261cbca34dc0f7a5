import type { ItwinSimulator } from '../../simulators/itwin-iot';
import type { XdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witness, witnessedTab, xdpAccount } from '../../test/support/flow-nodes';
import { itwinAccount } from '../../test/support/itwin';

/** The platforms of the bench, started. */
export interface Platforms {
  readonly xdp: XdpSimulator;
  readonly itwin: ItwinSimulator;
}

/**
 * What a node of the bench promises: an `input` each event once and in any case, a `port` what comes while it is green,
 * a `kept` upload what it is done with, a `failing` one and a `request` that each message ends, done or with an error.
 */
export type Promised = 'input' | 'port' | 'kept' | 'failing' | 'request';

/** The nodes of the bench by id: their names in the table, and what they promise. */
export const SUBJECTS = {
  events: ['`xdp-events`', 'input'],
  'xdp-query': ['`xdp-query`', 'request'],
  'record-disk': ['`xdp-record` disk', 'kept'],
  'record-memory': ['`xdp-record` memory', 'kept'],
  'record-fail': ['`xdp-record` fail', 'failing'],
  'xdp-provision': ['`xdp-provision`', 'request'],
  data: ['`itwin-iot-subscribe`', 'input'],
  'data-tcp': ['`itwin-iot-subscribe` TCP', 'input'],
  'query-socket': ['`itwin-iot-query` socket', 'request'],
  'query-rest': ['`itwin-iot-query` REST', 'request'],
  'itwin-provision': ['`itwin-iot-provision`', 'request'],
  'upload-disk': ['`itwin-iot-upload` REST, disk', 'kept'],
  'upload-socket': ['`itwin-iot-upload` socket, memory', 'kept'],
  'thread-in': ['`itwin-iot-thread-in`', 'port'],
  'thread-out': ['`itwin-iot-thread-out`', 'request'],
  'thread-command': ['`itwin-iot-thread-command`', 'request'],
} as const satisfies Record<string, readonly [string, Promised]>;

export type SubjectId = keyof typeof SUBJECTS;
export const SUBJECT_IDS = Object.keys(SUBJECTS) as SubjectId[];

/** Which of the simulator's sensors is whose. */
export function sensorsOf({ itwin }: Platforms): { data: string[]; dataTcp: string; upload: string } {
  const [first = '', second = '', upload = '', dataTcp = ''] = itwin.sensorIds;
  return { data: [first, second], dataTcp, upload };
}

/** The `T` of an observation says which upload node it went through. */
export const UPLOAD_MARKS = { 'upload-disk': 20, 'upload-socket': 30 } as const;

/** A flow with every kind of node, and messages to them without end until `halt` is injected. */
export function benchFlow(platforms: Platforms): FlowNode[] {
  return [
    ...witnessedTab(),
    ...accounts(platforms),
    ...inputs(platforms),
    ...ticking('uploads', 0.1, ['to-xdp', 'to-itwin']),
    ...ticking('requests', 0.3, [...REQUESTS.filter((id) => id !== 'thread-out'), 'as-line']),
    change('as-line', "return { payload: msg.n + '\\r\\n', n: msg.n };", ['thread-out']),
    change('to-xdp', 'return msg;', ['record-disk', 'record-memory', 'record-fail']),
    change(
      'to-itwin',
      `const pack = (T) => ({ payload: { RH: msg.payload.n, T }, n: msg.n });
return [pack(${UPLOAD_MARKS['upload-disk']}), pack(${UPLOAD_MARKS['upload-socket']})];`,
      ['upload-disk'],
      ['upload-socket'],
    ),
    ...uploads(platforms),
    ...requests(platforms),
    ...SUBJECT_IDS.filter((id) => SUBJECTS[id][1] !== 'input' && SUBJECTS[id][1] !== 'port').flatMap((id) => [
      { id: `complete-${id}`, type: 'complete', z: 'flow', scope: [id], wires: [[`done-${id}`]] },
      witness(`done-${id}`),
    ]),
    { id: 'status', type: 'status', z: 'flow', scope: SUBJECT_IDS, wires: [['statuses']] },
    witness('statuses'),
    { id: 'halt', type: 'inject', z: 'flow', props: [], repeat: '', crontab: '', wires: [['halted']] },
    change('halted', `flow.set('halted', true);`),
  ];
}

const REQUESTS = SUBJECT_IDS.filter((id) => SUBJECTS[id][1] === 'request');

function accounts({ xdp, itwin }: Platforms): FlowNode[] {
  const common = { timeout: 3, retryMax: 2 };
  return [
    { ...xdpAccount(xdp, common), id: 'xdp' },
    { ...itwinAccount(itwin, { ...common, keepalive: 0.5 }), id: 'itwin' },
    { ...itwinAccount(itwin, { ...common, keepalive: 0.5, url: itwin.tcpUrl }), id: 'itwin-tcp' },
    { id: 'thread', type: 'itwin-iot-thread', url: itwin.edge.url, wsUrl: itwin.edge.wsUrl, ...common },
  ];
}

function inputs(platforms: Platforms): FlowNode[] {
  const { data, dataTcp } = sensorsOf(platforms);
  const subscription = { z: 'flow', subscription: 'data', metric: 'RH', unit: '%', backfill: true, lostFrom: '-1h' };
  return [
    {
      id: 'events',
      type: 'xdp-events',
      z: 'flow',
      account: 'xdp',
      stream: 'recordings',
      eventTypes: ['ObservationRecorded'],
      resume: true,
      idleTimeout: 2,
      wires: [['out']],
    },
    { id: 'data', type: 'itwin-iot-subscribe', account: 'itwin', ids: data, ...subscription, wires: [['out']] },
    {
      id: 'data-tcp',
      type: 'itwin-iot-subscribe',
      account: 'itwin-tcp',
      ids: [dataTcp],
      ...subscription,
      wires: [['out']],
    },
    {
      id: 'thread-in',
      type: 'itwin-iot-thread-in',
      z: 'flow',
      thread: 'thread',
      port: '1',
      encoding: 'utf8',
      wires: [['port']],
    },
    witness('port'),
  ];
}

function uploads(platforms: Platforms): FlowNode[] {
  const recording = { type: 'xdp-record', z: 'flow', account: 'xdp', nwkAddr: '7', wires: [[]] };
  const observing = { type: 'itwin-iot-upload', z: 'flow', account: 'itwin', sensorId: sensorsOf(platforms).upload };
  return [
    { id: 'record-disk', ...recording, source: 'record-disk', offline: 'disk' },
    { id: 'record-memory', ...recording, source: 'record-memory', offline: 'memory' },
    { id: 'record-fail', ...recording, source: 'record-fail', offline: 'fail' },
    { id: 'upload-disk', ...observing, via: 'rest', offline: 'disk', wires: [[]] },
    { id: 'upload-socket', ...observing, via: 'socket', offline: 'memory', wires: [[]] },
  ];
}

function requests(platforms: Platforms): FlowNode[] {
  const fixed = (values: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { type: 'json', value: JSON.stringify(value) }]),
    );
  const request = { z: 'flow', wires: [[]] };
  return [
    { id: 'xdp-query', type: 'xdp-query', account: 'xdp', stream: 'observation-types', ...request },
    {
      id: 'xdp-provision',
      type: 'xdp-provision',
      account: 'xdp',
      operation: 'putEndDeviceType',
      params: fixed({ topic: 'acme-tank', name: 'Acme tank' }),
      ...request,
    },
    { id: 'query-socket', type: 'itwin-iot-query', account: 'itwin', operation: 'getSensors', ...request },
    { id: 'query-rest', type: 'itwin-iot-query', account: 'itwin', operation: 'listDevices', ...request },
    {
      id: 'itwin-provision',
      type: 'itwin-iot-provision',
      account: 'itwin',
      operation: 'updateSensor',
      params: fixed({ sensor: sensorsOf(platforms).upload, props: { NAME: 'Tank' } }),
      ...request,
    },
    { id: 'thread-out', type: 'itwin-iot-thread-out', z: 'flow', thread: 'thread', port: '3', encoding: 'utf8' },
    { id: 'thread-command', type: 'itwin-iot-thread-command', thread: 'thread', operation: 'getTime', ...request },
  ];
}

/** Messages with running numbers that no run before has used, over kills too. */
function ticking(name: string, seconds: number, to: readonly string[]): FlowNode[] {
  const count = `if (flow.get('halted')) return;
const run = context.get('run') || Date.now() * 1000;
context.set('run', run);
const n = (context.get('n') || 0) + 1;
context.set('n', n);
return { payload: { n: run + n }, n: run + n };`;
  return [
    {
      id: `tick-${name}`,
      type: 'inject',
      z: 'flow',
      props: [],
      repeat: String(seconds),
      crontab: '',
      wires: [[`count-${name}`]],
    },
    change(`count-${name}`, count, [`asked-${name}`, ...to]),
    witness(`asked-${name}`),
  ];
}

function change(id: string, func: string, ...wires: (readonly string[])[]): FlowNode {
  return { id, type: 'function', z: 'flow', outputs: wires.length, func, wires };
}
