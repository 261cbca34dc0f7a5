import { isObject } from '../core/fields';
import type { Entity, Sensor } from './entity';
import { rawMetricsOf, type SensorMetric } from './sensor-metrics';
import { DEVICE_TYPES, sensorTypeNamed } from './types';

/** What one entry of `devices` or `sensors` asks for; without a changeState it only names what holds its sensors. */
type Change<New> =
  | ({ changeState: 'new'; props: Record<string, unknown>; refId?: string } & New)
  | { changeState: 'update' | 'remove' | undefined; entity: Entity; props: Record<string, unknown> };

export type SensorChange = Change<{ rawMetrics: readonly SensorMetric[] }>;
export type DeviceChange = Change<object> & { sensors: SensorChange[] };

const MINIMUM =
  'Minimum request parameters not provided, new Devices and Sensors must have a valid `props.INTEGRATION_ID` set.';
const STATES: readonly unknown[] = ['new', 'update', 'remove', undefined];

/** The changes of an integration, all of them checked; a text that says what is wrong otherwise. */
export function changesOf(
  devices: unknown,
  known: readonly Entity[],
  sensorsOf: (device: Entity) => readonly Sensor[],
): DeviceChange[] | string {
  return all(devices, (entry) => {
    const change = changeOf(entry, known, (props) => (isDeviceType(props.INTEGRATION_ID) ? {} : MINIMUM));
    if (typeof change === 'string') return change;
    const below = 'entity' in change ? sensorsOf(change.entity) : [];
    const sensors = all(entry.sensors, (sensor) => changeOf(sensor, below, newSensor));
    return typeof sensors === 'string' ? sensors : { ...change, sensors };
  });
}

function changeOf<New extends object>(
  entry: Record<string, unknown>,
  known: readonly Entity[],
  check: (props: Record<string, unknown>) => New | string,
): Change<New> | string {
  const { changeState, refId } = entry;
  const props = isObject(entry.props) ? entry.props : {};
  if (!STATES.includes(changeState)) return '`changeState` must be new, update or remove.';
  if (changeState === 'new') {
    const checked = check(props);
    if (typeof checked === 'string') return checked;
    return { changeState, props, ...(typeof refId === 'string' ? { refId } : {}), ...checked };
  }
  const id = entry.id ?? refId;
  const entity = known.find((one) => id !== undefined && (one.id === id || one.props.SERIAL_NO === id));
  if (!entity)
    return changeState === undefined ? MINIMUM : 'Cannot process integration ensure the provided refId is valid.';
  return { changeState: changeState as 'update' | 'remove' | undefined, entity, props };
}

/** "Generic sensors MUST have their metrics and units defined on the sensor during the time of creation." */
function newSensor(props: Record<string, unknown>): { rawMetrics: readonly SensorMetric[] } | string {
  const type = sensorTypeNamed(props.INTEGRATION_ID);
  if (!type) return MINIMUM;
  const rawMetrics = rawMetricsOf(type, props);
  return rawMetrics ? { rawMetrics } : 'Generic sensors must have their metrics and units defined.';
}

function isDeviceType(id: unknown): boolean {
  return DEVICE_TYPES.some((type) => type.id === id);
}

function all<T>(entries: unknown, read: (entry: Record<string, unknown>) => T | string): T[] | string {
  const results: T[] = [];
  for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
    const result = isObject(entry) ? read(entry) : MINIMUM;
    if (typeof result === 'string') return result;
    results.push(result);
  }
  return results;
}
