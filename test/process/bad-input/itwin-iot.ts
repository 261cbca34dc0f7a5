import { type ItwinSimulator, sensorIdOf, startItwinSimulator } from '../../../simulators/itwin-iot';
import type { FlowNode } from '../../support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../../support/itwin';
import type { BadInput, Case } from './case';

const SENSOR = sensorIdOf(1);
const NOWHERE = 'ws://127.0.0.1:9/ws';

const data = { type: 'itwin-iot-subscribe', subscription: 'data', ids: [SENSOR], metric: 'RH', unit: '%' };
const getData = { type: 'itwin-iot-query', operation: 'getData', params: { sensor: SENSOR, metric: 'RH', unit: '%' } };
const query = (operation: string): Case<ItwinSimulator>['node'] => ({ type: 'itwin-iot-query', operation });
const provision = (operation: string): Case<ItwinSimulator>['node'] => ({ type: 'itwin-iot-provision', operation });
const upload = { type: 'itwin-iot-upload', sensorId: SENSOR };
const port = { type: 'itwin-iot-thread-out', thread: 'thread', port: '2' };
const command = (operation: string): Case<ItwinSimulator>['node'] => ({
  type: 'itwin-iot-thread-command',
  thread: 'thread',
  operation,
});
const values = { RH: 50, T: 20 };

const configurations: Case<ItwinSimulator>[] = [
  {
    what: 'no account',
    node: { ...data, account: '' },
    says: /no itwin-iot-account is chosen/,
    code: 'NOT_CONFIGURED',
  },
  {
    what: 'no THREAD',
    node: { type: 'itwin-iot-thread-in', port: '1' },
    says: /no itwin-iot-thread is chosen/,
    code: 'NOT_CONFIGURED',
  },
  {
    what: 'an account as THREAD',
    node: { ...command('getTime'), thread: 'account' },
    says: /of type itwin-iot-account, not itwin-iot-thread/,
  },
  {
    what: 'an URL of another protocol',
    node: { ...data, account: 'bad-url' },
    says: /itwin-iot-account "the bad-url": "url" must be a URL/,
    from: 'bad-url',
  },
  {
    what: 'a THREAD with a web page for its WebSocket',
    node: { ...port, thread: 'bad-thread' },
    says: /"wsUrl" must be a URL/,
    from: 'bad-thread',
  },
  { what: 'an empty key', node: { ...data, account: 'no-key' }, says: /"apiKey" is empty/, from: 'no-key' },
  {
    what: 'a wrong key',
    node: { ...data, account: 'wrong-key' },
    says: /refused the credentials; check them in the account/,
    code: 'UNAUTHORIZED',
  },
  {
    what: 'a wrong secret for IMS',
    node: { ...data, account: 'wrong-secret' },
    says: /gives no token; check client id, secret and scope/,
    code: 'UNAUTHORIZED',
  },
  {
    what: 'a port where nothing listens',
    node: { ...data, account: 'refused' },
    says: /nothing listens there/,
    code: 'ECONNREFUSED',
  },
  { what: 'an unknown subscription', node: { ...data, subscription: 'rain' }, says: /"subscription" must be one of/ },
  { what: 'nothing to subscribe to', node: { ...data, ids: [] }, says: /data needs the parameter "sensors"/ },
  { what: 'ids that are no texts', node: { ...data, ids: [{}] }, says: /"ids" must be a list of texts/ },
  {
    what: 'an environment variable that is not set, among others',
    node: { ...data, ids: [SENSOR, '$' + '{FARFIELD_NOWHERE}'] },
    says: /FARFIELD_NOWHERE, named in "ids", is not set/,
  },
  { what: 'no metric', node: { ...data, metric: '' }, says: /data needs the parameter "metric"/ },
  { what: 'a sensor that does not exist', node: { ...data, ids: ['/fn/nowhere/sensor'] }, says: /iTwin IoT refused/ },
  {
    what: 'a context store that does not exist',
    node: { ...data, backfill: true, store: 'nowhere' },
    says: /context store "nowhere" does not exist/,
  },
  { what: 'a fourth port', node: { ...port, port: '4' }, says: /"port" must be one of/ },
  { what: 'an unknown encoding', node: { ...port, encoding: 'morse' }, says: /"encoding" must be one of/ },
  { what: 'an unknown way to upload', node: { ...upload, via: 'pigeon' }, says: /"via" must be one of/ },
  { what: 'a batch of none', node: { ...upload, batchSize: 0 }, says: /"batchSize" must be a number of at least 1/ },
];

const messages: Case<ItwinSimulator>[] = [
  {
    what: 'no operation',
    node: query(''),
    message: {},
    says: /no operation: choose one in the dialog or set msg.operation/,
    code: 'INVALID_PARAMETER',
  },
  {
    what: 'an operation of another node',
    node: query('createNode'),
    message: {},
    says: /unknown operation "createNode"/,
  },
  { what: 'no sensor', node: query('getData'), message: {}, says: /getData needs the parameter "sensor"/ },
  {
    what: 'a date that is none',
    node: getData,
    message: { params: { startDate: 'yesterday' } },
    says: /"startDate" of getData must be/,
  },
  {
    what: 'a limit of two',
    node: getData,
    message: { params: { limit: { function: 'last', params: { size: 2 } } } },
    says: /"limit" of getData must be/,
  },
  {
    what: 'a subscription as call',
    node: query('call'),
    message: { params: { method: 'subscribeData' } },
    says: /use a node "itwin-iot-subscribe"/,
  },
  {
    what: 'the id of a connection without its slash',
    node: query('getIntegration'),
    message: { params: { nodeId: 'api/13DC2F/node' } },
    says: /"nodeId" of getIntegration must begin with "\/"/,
  },
  {
    what: 'a path out of the API',
    node: query('request'),
    message: { params: { path: '/../admin' } },
    says: /"path" of request must hold neither/,
  },
  {
    what: 'a connection without its version',
    node: provision('createNode'),
    message: { payload: { node: '/fn/X/node', type: 'THREAD', props: {} } },
    says: /"props" of createNode must hold "VERSION"/,
  },
  {
    what: 'an integration of nothing',
    node: provision('integrate'),
    message: { params: { projectIds: 'P' }, payload: { integration: {} } },
    says: /"integration" of integrate must hold "changeState": "new"/,
  },
  {
    what: 'an integration without a project',
    node: provision('integrate'),
    message: { payload: { integration: { changeState: 'new' } } },
    says: /integrate needs the parameter "projectIds"/,
  },
  {
    what: 'the deletion of a project by mistake',
    node: provision('deleteProject'),
    message: { params: { projectId: 'P', confirm: 'Q' } },
    says: /"confirm" must be the same id as "projectId": nothing was deleted/,
  },
  { what: 'a text as observation', node: upload, message: { payload: 'wet' }, says: /payload must be an observation/ },
  { what: 'an empty list of observations', node: upload, message: { payload: [] }, says: /payload is an empty list/ },
  {
    what: 'a word as value',
    node: upload,
    message: { payload: { RH: 'wet', T: 20 } },
    says: /"RH" of uploadData must be a number/,
  },
  {
    what: 'observations of no sensor',
    node: { ...upload, sensorId: '' },
    message: { payload: values },
    says: /uploadData needs the parameter "sensorId"/,
  },
  {
    what: 'points that name no metric',
    node: upload,
    message: { payload: { '2026-01-01T00:00:00.000Z': 50 } },
    says: /holds values by time, but neither sensor nor metric/,
  },
  { what: 'an object for a port', node: port, message: { payload: {} }, says: /a port takes text or a Buffer/ },
  { what: 'nothing for a port', node: port, message: {}, says: /there is nothing to send/ },
  {
    what: 'text for a port that is not connected',
    node: { ...port, thread: 'away' },
    message: { payload: 'hello' },
    says: /not sent, and not kept to be sent later/,
    code: 'DISCONNECTED',
  },
  {
    what: 'the current of a fourth port',
    node: command('readPortCurrent'),
    message: { params: { port: 4 } },
    says: /"port" of readPortCurrent must be/,
  },
  {
    what: 'USB at the second port',
    node: command('setPortMode'),
    message: { payload: { portNumber: 2, content: 'USB' } },
    says: /"content" may be USB on port 1 only/,
  },
  {
    what: 'half of a range',
    node: command('setBatterySaver'),
    message: { payload: { value: true, low: 10 } },
    says: /give both "low" and "high", or neither/,
  },
];

const answers: Case<ItwinSimulator>[] = [
  {
    what: 'a web page instead of devices',
    node: query('listDevices'),
    message: {},
    arm: ({ faults }) => faults.htmlPage({ path: '/devices/all' }),
    says: /web page instead of data/,
  },
  {
    what: 'an inner error of the server',
    node: provision('integrate'),
    message: { params: { projectIds: 'P' }, payload: { integration: { changeState: 'new' } } },
    arm: ({ faults }) => faults.status({ status: 500, method: 'POST' }),
    says: /failed at integrate \(HTTP 500\)/,
  },
  {
    what: 'a refusal over the socket',
    node: query('getNodes'),
    message: {},
    arm: ({ faults }) => faults.status({ status: 500, method: 'getNodes' }),
    says: /iTwin IoT refused: simulated 500/,
    code: 'PLATFORM_ERROR',
  },
  {
    what: 'a sensor that the server does not know',
    node: { ...upload, sensorId: '/fn/nowhere/sensor' },
    message: { payload: values },
    says: /took 0 of 1 observations/,
  },
  {
    what: 'a project that the server does not know',
    node: query('getProject'),
    message: { params: { projectId: 'P' } },
    says: /does not know what was asked for/,
    code: 'NOT_FOUND',
  },
  {
    what: 'a connection that breaks before the answer to what must not be repeated',
    node: provision('createNode'),
    message: { payload: { node: '/fn/ABCDEF/node', type: 'THREAD', props: { VERSION: 'v4_6' } } },
    arm: ({ faults }) => faults.loseAnswer({ method: 'createNode', times: 1 }),
    says: /iTwin IoT/,
    code: 'ECONNRESET',
  },
  {
    what: 'broken JSON in an answer',
    node: { ...query('getMetrics'), account: 'hasty', params: { sensors: [SENSOR] } },
    message: {},
    arm: ({ faults }) => faults.malformedFrame({ method: 'getMetrics', times: 1 }),
    says: /no answer to getMetrics .* within 1 s: .*not valid JSON/,
    code: 'INVALID_RESPONSE',
  },
  {
    what: 'an answer of a THREAD that is none',
    node: command('getTime'),
    message: {},
    arm: ({ edge }) => edge.faults.status({ status: 500, times: 1 }),
    says: /THREAD failed at getTime \(HTTP 500\)/,
  },
];

const accounts = (simulator: ItwinSimulator): FlowNode[] => [
  itwinAccount(simulator),
  ...[
    { id: 'bad-url', url: simulator.url },
    { id: 'refused', url: NOWHERE },
    { id: 'no-key' },
    { id: 'wrong-key' },
    { id: 'wrong-secret', auth: 'ims' },
    { id: 'hasty', timeout: 1 },
  ].map((properties) => itwinAccount(simulator, { name: `the ${properties.id}`, ...properties })),
  ...[
    { id: 'thread', wsUrl: simulator.edge.wsUrl },
    { id: 'away', wsUrl: NOWHERE },
    { id: 'bad-thread', wsUrl: simulator.edge.url },
  ].map((properties) => ({ type: 'itwin-iot-thread', url: simulator.edge.url, retryMax: 1, ...properties })),
];

/** Bad input to the nodes of iTwin IoT and of the THREAD. */
export const itwinIot: BadInput<ItwinSimulator> = {
  start: () => startItwinSimulator({ live: false, stored: 10 }),
  accounts,
  credentials(simulator) {
    const { account: right } = itwinCredentials(simulator);
    const wrong: Record<string, Record<string, string>> = {
      'no-key': { apiKey: '' },
      'wrong-key': { apiKey: 'x' },
      'wrong-secret': { clientSecret: 'x' },
    };
    return Object.fromEntries(accounts(simulator).map(({ id }) => [id, { ...right, ...wrong[id] }]));
  },
  cases: [...configurations, ...messages, ...answers],
};
