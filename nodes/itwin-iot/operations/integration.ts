import { isObject } from '../../core/values/json';

/** What happens to a connection, device or sensor (platform text, "Create Entites"). */
export const CHANGE_STATES = ['new', 'update', 'remove'] as const;

/** The template for sensors that none of the platform's describes; its metrics and units are defined with it. */
export const GENERIC_SENSOR = 'GENERIC_SENSOR_SDE';

/** The template for devices that none of the platform's describes. */
export const IMPORT_DEVICE = 'IMPORT_DEVICE_SDE';

/**
 * What the platform would refuse in the `integration` of POST /integrations/integrate: the simple form makes the
 * connection too (`changeState: "new"`), the advanced one names it (`nodeId`).
 */
export function integrationProblem(value: unknown): string | undefined {
  const { changeState, nodeId, devices } = isObject(value) ? value : {};
  // "failing to provide will result in a 422 error"; without a connection there is nothing to update or remove.
  if (nodeId === undefined && changeState !== 'new')
    return 'must hold "changeState": "new" for a new connection, or "nodeId" of an existing one';
  return changeStateProblem(changeState, '') ?? nodeIdProblem(nodeId) ?? listProblem(devices, 'devices', deviceProblem);
}

function nodeIdProblem(nodeId: unknown): string | undefined {
  if (nodeId === undefined || (typeof nodeId === 'string' && nodeId.startsWith('/'))) return undefined;
  return 'must hold a "nodeId" that begins with "/", as in /api/13DC2F/node';
}

type Check = (item: Record<string, unknown>, where: string) => string | undefined;

function listProblem(list: unknown, where: string, check: Check): string | undefined {
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) return `must hold a list as "${where}"`;
  for (const [index, item] of list.entries()) {
    const place = `${where}[${index}]`;
    const problem = isObject(item) ? check(item, place) : `must hold an object as "${place}"`;
    if (problem) return problem;
  }
  return undefined;
}

function deviceProblem(device: Record<string, unknown>, where: string): string | undefined {
  return (
    changeStateProblem(device.changeState, where) ??
    templateProblem(device, where) ??
    identityProblem(device, where) ??
    listProblem(device.sensors, `${where}.sensors`, sensorProblem)
  );
}

function sensorProblem(sensor: Record<string, unknown>, where: string): string | undefined {
  return (
    changeStateProblem(sensor.changeState, where) ??
    templateProblem(sensor, where) ??
    identityProblem(sensor, where) ??
    metricsProblem(sensor, where)
  );
}

function changeStateProblem(state: unknown, where: string): string | undefined {
  if (state === undefined || CHANGE_STATES.some((each) => each === state)) return undefined;
  return `must hold one of ${CHANGE_STATES.join(', ')} as "${where && `${where}.`}changeState"`;
}

/** "new Devices and Sensors must have a valid `props.INTEGRATION_ID` set." */
function templateProblem({ changeState, props }: Record<string, unknown>, where: string): string | undefined {
  const id = isObject(props) ? props.INTEGRATION_ID : undefined;
  if (changeState !== 'new' || (typeof id === 'string' && id !== '')) return undefined;
  return `must hold the id of a template as "${where}.props.INTEGRATION_ID"`;
}

/** "Unique entity id can be used to update or delete devices or sensors." */
function identityProblem({ changeState, refId }: Record<string, unknown>, where: string): string | undefined {
  if (changeState !== 'remove' && changeState !== 'update') return undefined;
  if (typeof refId === 'string' && refId !== '') return undefined;
  return `must hold "${where}.refId": which one is to be changed ("changeState": "${changeState}")? In the answer that made it, its SERIAL_NO is the refId`;
}

/** "Generic sensors MUST have their metrics and units defined on the sensor during the time of creation", by index. */
function metricsProblem({ changeState, props }: Record<string, unknown>, where: string): string | undefined {
  if (changeState !== 'new' || !isObject(props) || props.INTEGRATION_ID !== GENERIC_SENSOR) return undefined;
  const metrics = indexesOf(props.KNOWN_METRICS, props.UNKNOWN_METRICS);
  const units = indexesOf(props.KNOWN_UNITS, props.UNKNOWN_UNITS);
  if (metrics.length === 0)
    return `must hold KNOWN_METRICS or UNKNOWN_METRICS in "${where}.props": a generic sensor has none of its own`;
  const bare = metrics.find((index) => !units.includes(index));
  return bare && `must hold a unit "${bare}" in "${where}.props.KNOWN_UNITS" or "${where}.props.UNKNOWN_UNITS"`;
}

function indexesOf(...lists: unknown[]): string[] {
  return lists.flatMap((list) => (isObject(list) ? Object.keys(list) : []));
}
