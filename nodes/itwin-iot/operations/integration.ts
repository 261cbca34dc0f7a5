import { isObject } from '../../core/json';

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
  if (nodeId === undefined && changeState === undefined)
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
    listProblem(device.sensors, `${where}.sensors`, sensorProblem)
  );
}

function sensorProblem(sensor: Record<string, unknown>, where: string): string | undefined {
  return (
    changeStateProblem(sensor.changeState, where) ?? templateProblem(sensor, where) ?? metricsProblem(sensor, where)
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

/** "Generic sensors MUST have their metrics and units defined on the sensor during the time of creation." */
function metricsProblem({ changeState, props }: Record<string, unknown>, where: string): string | undefined {
  if (changeState !== 'new' || !isObject(props) || props.INTEGRATION_ID !== GENERIC_SENSOR) return undefined;
  const metrics = countOf(props.KNOWN_METRICS) + countOf(props.UNKNOWN_METRICS);
  const units = countOf(props.KNOWN_UNITS) + countOf(props.UNKNOWN_UNITS);
  if (metrics > 0 && metrics === units) return undefined;
  return `must hold metrics and as many units in "${where}.props": a generic sensor has none of its own`;
}

function countOf(list: unknown): number {
  return isObject(list) ? Object.keys(list).length : 0;
}
