import type { ItwinSimulator } from '../../../../simulators/itwin-iot';
import type { BadCase } from '../../descriptor';
import { command, provision, query, SENSOR, upload, values } from './nodes';

/** What is wrong with the answer of the platform or of the THREAD. */
export const answers: BadCase<ItwinSimulator>[] = [
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
