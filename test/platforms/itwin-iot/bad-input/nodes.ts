import { type ItwinSimulator, sensorIdOf } from '../../../../simulators/itwin-iot';
import type { BadCase } from '../../descriptor';

export const SENSOR = sensorIdOf(1);
export const NOWHERE = 'ws://127.0.0.1:9/ws';

export const data = { type: 'itwin-iot-subscribe', subscription: 'data', ids: [SENSOR], metric: 'RH', unit: '%' };
export const getData = {
  type: 'itwin-iot-query',
  operation: 'getData',
  params: { sensor: SENSOR, metric: 'RH', unit: '%' },
};
export const query = (operation: string): BadCase<ItwinSimulator>['node'] => ({ type: 'itwin-iot-query', operation });
export const provision = (operation: string): BadCase<ItwinSimulator>['node'] => ({
  type: 'itwin-iot-provision',
  operation,
});
export const upload = { type: 'itwin-iot-upload', sensorId: SENSOR };
export const port = { type: 'itwin-iot-thread-out', thread: 'thread', port: '2' };
export const command = (operation: string): BadCase<ItwinSimulator>['node'] => ({
  type: 'itwin-iot-thread-command',
  thread: 'thread',
  operation,
});
export const values = { RH: 50, T: 20 };
