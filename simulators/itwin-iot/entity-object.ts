import { deviceIdOf, type Entity, type Sensor } from './entity';
import type { Network } from './network';

/** An entity as `getNodes`, `getDevices`, `getSensors` and the subscriptions to them write it. */
export function entityObject(network: Network, entity: Entity): Record<string, unknown> {
  const { id, type, kind } = entity;
  const props = { ...entity.props, ...observedProps(network, entity) };
  if (kind === 'node') return { type, id, props, customProps: {} };
  return kind === 'device' ? { type, id, props } : { type, device: deviceIdOf(id), id, props };
}

/** The properties that are not set but counted: SIZE, OBSERVATION_COUNT, LAST_OBSERVATION, LAST_COMM. */
export function observedProps(network: Network, entity: Entity): Record<string, unknown> {
  if (entity.kind === 'sensor') return lastObservationOf(entity as Sensor);
  const sensors = sensorsBelow(network, entity);
  const count = sensors.reduce((sum, { series }) => sum + series.count, 0);
  const times = sensors.flatMap(({ series }) => (series.count > 0 ? [series.time(series.at(series.count - 1))] : []));
  const newest = times.length > 0 ? new Date(Math.max(...times)).toISOString() : undefined;
  if (entity.kind === 'node') return { OBSERVATION_COUNT: count, ...(newest && { LAST_COMM: newest }) };
  return { SIZE: sensors.length, OBSERVATION_COUNT: count, ...(newest && { LAST_OBSERVATION: { timestamp: newest } }) };
}

function sensorsBelow(network: Network, entity: Entity): Sensor[] {
  const children = network.children(entity);
  return entity.kind === 'device'
    ? (children as Sensor[])
    : children.flatMap((device) => network.children(device) as Sensor[]);
}

function lastObservationOf(sensor: Sensor): Record<string, unknown> {
  const { series } = sensor;
  if (series.count === 0) return { OBSERVATION_COUNT: 0 };
  return { OBSERVATION_COUNT: series.count, LAST_OBSERVATION: observationObject(sensor, series.at(series.count - 1)) };
}

/** One stored observation as LAST_OBSERVATION shows it: `{sensorId, timestamp, values: [raw values]}`. */
export function observationObject({ id, series }: Sensor, position: number): Record<string, unknown> {
  const timestamp = new Date(series.time(position)).toISOString();
  return { sensorId: id, timestamp, values: series.values(position) };
}
