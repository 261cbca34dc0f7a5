import { deviceIdOf, nodeIdOf, type Sensor } from './entity';
import type { Network } from './network';
import type { Project } from './projects';
import { rawMetricsOf } from './sensor-metrics';
import { sensorTypeNamed } from './types';

/** The THREAD the motes hang on; also the serial number of the Edge THREAD. */
export const THREAD_SERIAL = '6C4F6D';
export const NODE_ID = `/fn/${THREAD_SERIAL}/node`;
/** A connection for other sources, with one generic sensor of the raw metrics `humidity` and `temperature`. */
export const IMPORT_NODE_ID = '/api/13DC2F/node';
export const IMPORT_SENSOR_ID = `${IMPORT_NODE_ID}/dynamic/62D7C7/device/F55FE5/sensor`;
/** The connection of the second project; its generic sensor has metrics and units nobody else knows. */
export const OTHER_NODE_ID = '/api/B08851/node';
export const OTHER_SENSOR_ID = `${OTHER_NODE_ID}/dynamic/AB10E2/device/D76619/sensor`;

/** Sensor of a mote, 1 to 4: raw metrics RH and T. */
export function sensorIdOf(mote: number): string {
  return `${NODE_ID}/telosb/mote${mote}/device/humidity-temperature/sensor`;
}

/** Places of the four motes; made up. */
const PLACES = [
  [-53.900861, 30.602073, 12],
  [-53.90079, 30.602211, 12],
  [-53.901322, 30.601644, 3.5],
  [-53.901687, 30.602952, 3.5],
];

/** Makes the hierarchy that is there from the start. */
export function furnish(network: Network, project: Project, other: Project): void {
  network.add('node', NODE_ID, 'THREAD', {
    ACCESSIBLE: true,
    DEVICE_GROUP: NODE_ID,
    NAME: 'North Sector THREAD #1',
    POWER_MODE: 'HIGH_POWER',
    SERIAL_NO: THREAD_SERIAL,
    VERSION: 'v4_6',
    PROJECT_ID: project.id,
  });
  for (const [index, coordinates] of PLACES.entries()) addMote(network, index + 1, coordinates);
  addImport(network, IMPORT_SENSOR_ID, project, 'Import', ['humidity', 'temperature'], ['percent', 'degree Celsius']);
  const metrics = ['Alignment_Left_SD', 'Alignment_Right_SD'];
  addImport(network, OTHER_SENSOR_ID, other, 'Track', metrics, ['millimeter', 'millimeter']);
}

function addMote(network: Network, mote: number, coordinates: number[]): void {
  const id = `${NODE_ID}/telosb/mote${mote}/device`;
  const common = { ACCESSIBLE: true, LOCATION: { coordinates }, SAMPLING_RATE_MAX: 0.2 };
  const where = mote <= 2 ? 'indoor' : 'outdoor';
  network.add('device', id, 'DEMO', { ...common, EXTERNAL_PORT: 1, NAME: `Mote ${mote} (${where})`, SENSOR_GROUP: id });
  addSensor(network, sensorIdOf(mote), 'HUMIDITY_TEMPERATURE_SDE', 'HUMIDITY_TEMPERATURE_SDE', {
    ...common,
    NAME: `Mote ${mote} humidity and temperature`,
    MUX_INDEX: mote,
  });
}

/** A connection with one device and one generic sensor, as `integrate` makes them. */
function addImport(
  network: Network,
  sensorId: string,
  project: Project,
  name: string,
  metrics: string[],
  units: string[],
): void {
  const nodeId = nodeIdOf(sensorId);
  const deviceId = deviceIdOf(sensorId);
  const serial = nodeId.split('/')[2];
  const created = { CREATION_DATE: '2024-02-19T12:50:48.705+00:00' };
  const node = { ...created, SERIAL_NO: serial, INTEGRATION_ID: 'NODE_API_SDE', NAME: `${name} connection` };
  network.add('node', nodeId, 'DYNAMIC', { ...node, PROJECT_ID: project.id });
  network.add('device', deviceId, 'DYNAMIC', {
    ...created,
    INTEGRATION_ID: 'IMPORT_DEVICE_SDE',
    NAME: `${name} device`,
  });
  addSensor(network, sensorId, 'GENERIC_SENSOR_SDE', 'DYNAMIC', {
    ...created,
    INTEGRATION_ID: 'GENERIC_SENSOR_SDE',
    NAME: `${name} sensor`,
    UNKNOWN_METRICS: { ...metrics },
    UNKNOWN_UNITS: { ...units },
  });
}

function addSensor(
  network: Network,
  id: string,
  template: string,
  type: string,
  props: Record<string, unknown>,
): Sensor {
  const sensorType = sensorTypeNamed(template);
  const rawMetrics = sensorType && rawMetricsOf(sensorType, props);
  if (!rawMetrics) throw new Error(`${id}: no metrics`);
  return network.addSensor(id, type, type, props, rawMetrics);
}
