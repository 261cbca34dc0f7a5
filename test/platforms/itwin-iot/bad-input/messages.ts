import type { ItwinSimulator } from '../../../../simulators/itwin-iot';
import type { BadCase } from '../../descriptor';
import { command, getData, port, provision, query, upload, values } from './nodes';

/** What is wrong with a message to a node. */
export const messages: BadCase<ItwinSimulator>[] = [
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
    says: /holds values by time, but names no sensor and no metric/,
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
