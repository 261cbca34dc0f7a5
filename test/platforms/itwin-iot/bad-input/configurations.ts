import type { ItwinSimulator } from '../../../../simulators/itwin-iot';
import type { BadCase } from '../../descriptor';
import { command, data, port, SENSOR, upload } from './nodes';

/** What is wrong with a node or its account as it was deployed. */
export const configurations: BadCase<ItwinSimulator>[] = [
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
    says: /issued no token; check client id, secret and scope/,
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
