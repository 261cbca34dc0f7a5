import { OBSERVATION_TOPIC, type XdpSimulator } from '../../../simulators/xdp';
import { type FlowNode, xdpAccount, xdpCredentials } from '../../support/flow-nodes';
import type { BadCase, BadInput } from '../descriptor';

const provision = { type: 'xdp-provision', operation: 'putEndDeviceType' };
const query = { type: 'xdp-query', stream: 'recordings' };
const record = { type: 'xdp-record', source: OBSERVATION_TOPIC, nwkAddr: '7' };
const events = { type: 'xdp-events', stream: 'recordings' };
const topic = { topic: 'x-data-up-mac-payload' };

const configurations: BadCase<XdpSimulator>[] = [
  { what: 'no account', node: { ...events, account: '' }, says: /no xdp-account is chosen/, code: 'NOT_CONFIGURED' },
  {
    what: 'an account that was deleted',
    node: { ...events, account: 'gone' },
    says: /does not exist or is disabled/,
    code: 'NOT_CONFIGURED',
  },
  {
    what: 'another kind of node as account',
    node: { ...query, account: 'tls' },
    says: /of type tls-config, not xdp-account/,
  },
  {
    what: 'a bad URL',
    node: { ...events, account: 'bad-url' },
    says: /xdp-account "the bad-url": "url" must be a URL/,
    from: 'bad-url',
  },
  {
    what: 'an environment variable that is not set',
    node: { ...events, account: 'unset' },
    says: /FARFIELD_NOWHERE, named in "url", is not set/,
    from: 'unset',
  },
  {
    what: 'a TLS configuration that is not valid',
    node: { ...events, account: 'bad-tls' },
    says: /TLS configuration is not valid/,
    from: 'bad-tls',
  },
  {
    what: 'an empty password',
    node: { ...events, account: 'no-password' },
    says: /"password" is empty/,
    from: 'no-password',
  },
  {
    what: 'a wrong password',
    node: { ...events, account: 'wrong-password' },
    says: /refused the credentials/,
    code: 'UNAUTHORIZED',
  },
  {
    what: 'a port where nothing listens',
    node: { ...events, account: 'refused' },
    says: /nothing listens there/,
    code: 'ECONNREFUSED',
  },
  {
    what: 'a context store that does not exist',
    node: { ...events, resume: true, store: 'nowhere' },
    says: /context store "nowhere" does not exist/,
  },
  { what: 'an unknown stream', node: { ...events, stream: 'weather' }, says: /"stream" must be one of/ },
  { what: 'an unknown event type', node: { ...events, eventTypes: ['Rain'] }, says: /"eventTypes" holds "Rain"/ },
  { what: 'a word for a number', node: { ...events, idleTimeout: 'soon' }, says: /"idleTimeout" must be a number/ },
  { what: 'a negative number', node: { ...record, maxItems: '-1' }, says: /"maxItems" must be a number of at least 1/ },
  { what: 'an unknown offline mode', node: { ...record, offline: 'tape' }, says: /"offline" must be one of/ },
];

const messages: BadCase<XdpSimulator>[] = [
  {
    what: 'no operation',
    node: { type: 'xdp-provision' },
    message: {},
    says: /no operation: choose one in the dialog or set msg.operation/,
    code: 'INVALID_PARAMETER',
  },
  {
    what: 'an unknown operation',
    node: { type: 'xdp-provision' },
    message: { operation: 'explode' },
    says: /unknown operation "explode"/,
  },
  {
    what: 'an operation that is not even a text',
    node: { type: 'xdp-provision' },
    message: { operation: { $: 1 } },
    says: /unknown operation/,
  },
  {
    what: 'a missing parameter',
    node: provision,
    message: { payload: { name: 'A' } },
    says: /putEndDeviceType needs the parameter "topic"/,
  },
  {
    what: 'a parameter of the wrong type',
    node: { ...provision, operation: 'deleteEndDevice' },
    message: { params: { nwkAddr: 'abc' } },
    says: /"nwkAddr" of deleteEndDevice must be a whole number/,
  },
  {
    what: 'params that are no object',
    node: provision,
    message: { params: 7, payload: [null] },
    says: /params/,
  },
  {
    what: 'an unknown context store in a parameter',
    node: { ...provision, params: { topic: { type: 'flow', value: '#:(nowhere)::x' } } },
    message: {},
    says: /parameter "topic" \(flow\): .*store "nowhere" does not exist/,
  },
  {
    what: 'JSONata that cannot be read',
    node: { ...provision, params: { topic: { type: 'jsonata', value: '$$$(' } } },
    message: {},
    says: /parameter "topic" \(jsonata\)/,
  },
  {
    what: 'JSON that cannot be read',
    node: { ...query, offsets: '{"a":', offsetsType: 'json' },
    message: {},
    says: /parameter "offsets" \(json\): it is not valid JSON/,
  },
  {
    what: 'an offset that JavaScript has rounded',
    node: query,
    message: { offsets: { [OBSERVATION_TOPIC]: 2 ** 60 } },
    says: /in "offsets" must be a text/,
  },
  { what: 'offsets that are a list', node: query, message: { offsets: [1] }, says: /"offsets" must be an object/ },
  {
    what: 'an unknown stream in the message',
    node: { ...query, stream: '' },
    message: { operation: '__proto__' },
    says: /unknown stream "__proto__"/,
  },
  { what: 'a text as reading', node: record, message: { payload: 'hello' }, says: /payload must be a reading/ },
  { what: 'nothing as reading', node: record, message: { payload: null }, says: /payload must be a reading/ },
  { what: 'an empty list', node: record, message: { payload: [] }, says: /payload is an empty list/ },
  {
    what: 'a bad time',
    node: record,
    message: { payload: { n: 1, time: 'yesterday' } },
    says: /"time" .*must be an ISO 8601 time/,
  },
  {
    what: 'a reading without an address',
    node: { ...record, nwkAddr: '' },
    message: { payload: { n: 1 } },
    says: /needs the parameter "nwkAddr"/,
  },
];

/** The server is what is bad: what it does wrong is armed for the path of these nodes only. */
const answers: BadCase<XdpSimulator>[] = [
  {
    what: 'a web page instead of stored events',
    node: query,
    message: {},
    arm: ({ faults }) => faults.htmlPage({ path: '/recordings', method: 'GET' }),
    says: /web page instead of data/,
  },
  {
    what: 'a web page instead of an acknowledgement',
    node: record,
    message: { payload: { n: 1 } },
    arm: ({ faults }) => faults.htmlPage({ path: '/recordings', method: 'POST' }),
    says: /web page/,
  },
  {
    what: 'an inner error of the server',
    node: provision,
    message: { params: topic, payload: { name: 'A' } },
    arm: ({ faults }) => faults.status({ status: 500, method: 'PUT' }),
    says: /failed at putEndDeviceType \(HTTP 500\)/,
  },
  {
    what: 'a device that the server does not know',
    node: { ...provision, operation: 'deleteEndDevice' },
    message: { params: { nwkAddr: 4711 } },
    arm: () => undefined,
    says: /does not know what was asked for/,
    code: 'NOT_FOUND',
  },
  {
    what: 'broken JSON in one stored event',
    node: query,
    message: {},
    arm: ({ faults }) => faults.malformedFrame({ times: 1, path: '/recordings' }),
    says: /not valid JSON/,
  },
  {
    what: 'an event of 10 MB',
    node: query,
    message: {},
    arm: ({ faults }) => faults.oversizedEvent({ bytes: 10 * 1024 * 1024, times: 1, path: '/recordings' }),
    says: /event longer than \d+ characters was left out/,
    code: 'EVENT_TOO_LARGE',
  },
  {
    what: 'a connection cut in the middle of an event',
    node: query,
    message: {},
    arm: ({ faults }) => faults.cutMidFrame({ times: 1, path: '/recordings' }),
    says: /cannot reach xDP|ended before/,
  },
];

const accounts = (simulator: XdpSimulator): FlowNode[] => [
  xdpAccount(simulator),
  ...[
    { id: 'bad-url', url: 'htp:/nonsense' },
    { id: 'unset', url: '$' + '{FARFIELD_NOWHERE}' },
    { id: 'refused', url: 'http://127.0.0.1:9/api' },
    { id: 'bad-tls', tls: 'tls' },
    { id: 'no-password' },
    { id: 'wrong-password' },
  ].map((properties) => xdpAccount(simulator, { name: `the ${properties.id}`, ...properties })),
];

/** Bad input to the xDP nodes. */
export const badInput: BadInput<XdpSimulator> = {
  accounts,
  credentials(simulator) {
    const { account: right } = xdpCredentials(simulator);
    const wrong: Record<string, Record<string, string>> = {
      'no-password': { password: '' },
      'wrong-password': { password: 'x' },
    };
    return Object.fromEntries(accounts(simulator).map(({ id }) => [id, { ...right, ...wrong[id] }]));
  },
  cases: [...configurations, ...messages, ...answers],
};
