/** A device template, as `GET /devices/types` lists it. */
export interface DeviceType {
  readonly id: string;
  readonly name: string;
  readonly icon: string;
  readonly iconUnicode: string;
  readonly manufacturer: string;
  readonly minThreadVersion: string;
  readonly editOnly: boolean;
  readonly isDynamic: boolean;
}

/** A sensor template; `rawMetrics` by id, undefined for the generic sensor, whose own properties name them. */
export interface SensorType {
  readonly id: string;
  readonly name: string;
  readonly rawMetrics: readonly string[] | undefined;
  readonly isDynamic: boolean;
}

/** The generic sensor: "GENERIC_SENSOR_SDE can be set to sensors props.INTEGRATION_ID property". */
export const GENERIC_SENSOR = 'GENERIC_SENSOR_SDE';

/** Device templates; those that are not dynamic count as legacy. */
export const DEVICE_TYPES: readonly DeviceType[] = [
  deviceType('IMPORT_DEVICE_SDE', 'Import Device', 'smicon-device-import', true),
  deviceType('DEMO', 'Demo device', 'smicon-circle', false),
  deviceType('DGSI_M_LOGGER', 'DGSI M Logger', 'smicon-circle', false),
];

/** Sensor templates; those that are not dynamic count as legacy. The socket API's sensor types are the same list. */
export const SENSOR_TYPES: readonly SensorType[] = [
  { id: GENERIC_SENSOR, name: GENERIC_SENSOR, rawMetrics: undefined, isDynamic: true },
  { id: 'TEMPERATURE_SDE', name: 'Temperature', rawMetrics: ['T'], isDynamic: true },
  { id: 'HUMIDITY_TEMPERATURE_SDE', name: 'Humidity and temperature', rawMetrics: ['RH', 'T'], isDynamic: true },
  { id: 'PRESSURE_SDE', name: 'Pressure', rawMetrics: ['P_raw', 'T'], isDynamic: true },
  { id: 'DEMO_SENSOR', name: 'Demo sensor', rawMetrics: ['T'], isDynamic: false },
];

export function sensorTypeNamed(id: unknown): SensorType | undefined {
  return SENSOR_TYPES.find((type) => type.id === id);
}

function deviceType(id: string, name: string, icon: string, isDynamic: boolean): DeviceType {
  const common = { iconUnicode: '', manufacturer: 'sensemetrics', minThreadVersion: '1.0', editOnly: false };
  return { id, name, icon, ...common, isDynamic };
}
