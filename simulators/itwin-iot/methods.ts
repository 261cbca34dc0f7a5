import type { Call } from './call';
import { getData, getObservations, getObservationsSummary } from './methods-data';
import {
  createDevice,
  createNode,
  createSensor,
  getEntities,
  subscribeEntities,
  unsubscribe,
  updateEntity,
} from './methods-entities';
import { getMetrics, getRawMetrics, getUnits } from './methods-metrics';
import { subscribeData, uploadData } from './methods-observations';
import { authenticate, help, time } from './methods-utility';

/** A method of the socket API; returns the result, or nothing when there is no answer. */
export interface Method {
  /** What `help` says. */
  readonly description: string;
  readonly params: readonly string[];
  handle(call: Call): unknown;
}

const DATA_PARAMS = ['sensor', 'metric', 'unit', 'params', 'startDate', 'endDate', 'limit', 'projectIds'];

/** Every method of the platform text, by name. */
export const METHODS: Readonly<Record<string, Method>> = {
  authenticate: method('Authenticates a socket connection', ['code'], authenticate),
  help: method('Retrieves information on all available API requests and their parameters', [], (call) =>
    help(call, METHODS),
  ),
  time: method('Retrieves the current time from the server', [], time),
  getNodes: method('Retrieves connections', ['nodes', 'projectIds'], getEntities('node')),
  getDevices: method('Retrieves devices', ['devices', 'projectIds'], getEntities('device')),
  getSensors: method('Retrieves sensors', ['sensors', 'projectIds'], getEntities('sensor')),
  subscribeNodes: method('Subscribes to changes of connections', ['nodes', 'projectIds'], subscribeEntities('node')),
  subscribeDevices: method('Subscribes to changes of devices', ['devices', 'projectIds'], subscribeEntities('device')),
  subscribeSensors: method('Subscribes to changes of sensors', ['sensors', 'projectIds'], subscribeEntities('sensor')),
  unsubscribeNodes: method('Ends a subscription', ['id'], unsubscribe('Nodes')),
  unsubscribeDevices: method('Ends a subscription', ['id'], unsubscribe('Devices')),
  unsubscribeSensors: method('Ends a subscription', ['id'], unsubscribe('Sensors')),
  createNode: method('Creates a connection', ['node', 'type', 'props', 'projectIds'], createNode),
  createDevice: method('Creates a device', ['device', 'type', 'props', 'projectIds'], createDevice),
  createSensor: method('Creates a sensor', ['sensor', 'observationType', 'type', 'props', 'projectIds'], createSensor),
  updateNode: method(
    'Overwrites parameters of a connection',
    ['node', 'type', 'props', 'projectIds'],
    updateEntity('node'),
  ),
  updateDevice: method(
    'Overwrites parameters of a device',
    ['device', 'type', 'props', 'projectIds'],
    updateEntity('device'),
  ),
  updateSensor: method(
    'Overwrites parameters of a sensor',
    ['sensor', 'type', 'props', 'projectIds'],
    updateEntity('sensor'),
  ),
  getRawMetrics: method('Retrieves raw metrics', ['sensors', 'types', 'projectIds'], getRawMetrics),
  getMetrics: method('Retrieves all metrics', ['sensors', 'projectIds'], getMetrics),
  getUnits: method('Retrieves units', ['metrics', 'projectIds'], getUnits),
  getData: method('Retrieves observations', DATA_PARAMS, getData),
  getObservations: method('Retrieves observations in raw metrics and units', DATA_PARAMS, getObservations),
  getObservationsSummary: method('Retrieves the first and the last observation', DATA_PARAMS, getObservationsSummary),
  subscribeData: method(
    'Subscribes to new observations',
    ['sensors', 'metric', 'unit', 'params', 'projectIds'],
    subscribeData,
  ),
  unsubscribeData: method('Ends a subscription', ['id'], unsubscribe('Data')),
  uploadData: method('Uploads observations', ['data', 'projectIds'], uploadData),
};

function method(description: string, params: readonly string[], handle: Method['handle']): Method {
  return { description, params, handle };
}
