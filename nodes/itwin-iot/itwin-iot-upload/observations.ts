import { PlatformError } from '../../core/errors';
import { isEmpty } from '../../core/operation/given-value';
import { inBody } from '../../core/operation/operation';
import { checkParameter } from '../../core/operation/parameters';
import { checkForeign, groupValues, type SenmlGroup } from '../../core/senml/groups';
import { fromSenml, isSenml } from '../../core/senml/reader';
import { described } from '../../core/values/described';
import { isObject } from '../../core/values/json';
import { meantWords, nearestName } from '../../core/values/nearest-name';
import { itemsOf } from '../../core/values/payload-items';

/** What is uploaded (platform text, "Uploading Data": "all fields are mandatory"). */
export interface Observation {
  sensorId: string;
  /** ISO 8601, UTC. */
  timestamp: string;
  /** "recorded and stored as raw numerical values": by raw metric of the sensor. */
  values: Record<string, number>;
}

export interface ObservationDefaults {
  /** Sensor of what names none itself. */
  sensorId: unknown;
  /** Operation id, for errors. */
  operation: string;
}

const KINDS = 'an observation, an object with the values of metrics, a list of them or a SenML pack';

const EXAMPLE = '{"T": 21.5}';

/**
 * The observations in a payload: `{sensorId, timestamp, values}`, bare objects with the values of metrics, a list of
 * either, or a SenML pack.
 *
 * @throws PlatformError INVALID_PARAMETER naming field and position
 */
export function observationsOf(
  payload: unknown,
  defaults: ObservationDefaults,
  now: () => number = Date.now,
): Observation[] {
  if (isSenml(payload)) return fromPack(groupValues(fromSenml(payload, now)), defaults, now);
  return itemsOf(payload, KINDS, EXAMPLE).map(({ item, where }) => {
    if (Object.keys(item).some((key) => TIME.test(key))) throw nameless(where);
    return observationOf(item, defaults, where, now);
  });
}

/** A key of the points that `getData` and a `data` subscription give. */
const TIME = /^\d{4}-\d\d-\d\dT/;

function nameless(where: string): PlatformError {
  return new PlatformError(
    'INVALID_PARAMETER',
    `the payload${where} holds values by time, but names no sensor and no metric: set the node it comes from to SenML, or turn it into {"sensorId", "timestamp", "values"}`,
  );
}

function observationOf(
  item: Record<string, unknown>,
  defaults: ObservationDefaults,
  where: string,
  now: () => number,
): Observation {
  const { sensorId, timestamp, values, ...others } = item;
  const { time, ...rest } = others;
  // Beside a timestamp, `time` is a metric like any other.
  const [at, metrics] = isEmpty(timestamp) ? [time, rest] : [timestamp, others];
  const place = { operation: defaults.operation, where };
  if (!isEmpty(values)) checkBeside(metrics, place);
  checkSpelling(metrics, place);
  return {
    sensorId: sensorOf(isEmpty(sensorId) ? defaults.sensorId : sensorId, place),
    timestamp: timeOf(at, place, now),
    values: valuesOf(isEmpty(values) ? metrics : values, place),
  };
}

const MEMBERS = ['sensorId', 'timestamp', 'values'];

/** @throws PlatformError for what stands beside `values` and would be dropped */
function checkBeside(others: Record<string, unknown>, { operation, where }: Place): void {
  const [strange] = Object.keys(others);
  if (strange === undefined) return;
  const name = strange.slice(0, 60);
  throw new PlatformError(
    'INVALID_PARAMETER',
    `an observation of ${operation} can only hold "values", sensorId and timestamp, but this one${where} also has "${name}"${meantWords(name, MEMBERS)}`,
    { operation },
  );
}

/** @throws PlatformError for `sensorid`: as a metric it would leave the observation to another sensor */
function checkSpelling(metrics: Record<string, unknown>, { operation, where }: Place): void {
  const wrong = Object.keys(metrics).find((name) => {
    const meant = nearestName(name, MEMBERS);
    return meant !== undefined && meant !== name && meant.toLowerCase() === name.toLowerCase().replace(/[_-]/g, '');
  });
  if (wrong === undefined) return;
  throw new PlatformError(
    'INVALID_PARAMETER',
    `an observation of ${operation}${where} has "${wrong}": write "${nearestName(wrong, MEMBERS)}", or put the metrics into "values"`,
    { operation },
  );
}

/** Values of one sensor at one time make one observation. */
function fromPack(pack: readonly SenmlGroup[], defaults: ObservationDefaults, now: () => number): Observation[] {
  const place = { operation: defaults.operation, where: ' (SenML pack)' };
  checkForeign(pack, 'itwin-iot');
  return pack.map(({ platform, device, time, values }) => ({
    // A device of another platform is no sensor of this one: the node's own stands for it.
    sensorId: sensorOf(platform === 'itwin-iot' ? device : defaults.sensorId, place),
    timestamp: timeOf(time, place, now),
    values: valuesOf(values, place),
  }));
}

/** What an error names: the operation, and the place in the payload. */
type Place = Pick<ObservationDefaults, 'operation'> & { where: string };

const SENSOR_ID = inBody('sensorId');

function sensorOf(value: unknown, { operation, where }: Place): string {
  if (!isEmpty(value)) return checkParameter(SENSOR_ID, value, operation, where) as string;
  throw new PlatformError(
    'INVALID_PARAMETER',
    `${operation} needs the parameter "sensorId"${where}: set it in the dialog, in the observation, in msg.params.sensorId or in msg.device`,
    { operation },
  );
}

const TIMESTAMP = inBody('timestamp', { type: 'time' });

function timeOf(value: unknown, { operation, where }: Place, now: () => number): string {
  if (isEmpty(value)) return new Date(now()).toISOString();
  return checkParameter(TIMESTAMP, value, operation, where) as string;
}

function valuesOf(values: unknown, { operation, where }: Place): Record<string, number> {
  const given = isObject(values) ? Object.entries(values).filter(([, value]) => !isEmpty(value)) : [];
  if (given.length > 0) {
    return Object.fromEntries(
      given.map(([metric, value]) => [
        metric,
        checkParameter(inBody(metric, { type: 'number' }), value, operation, where) as number,
      ]),
    );
  }
  throw new PlatformError(
    'INVALID_PARAMETER',
    `the values of ${operation}${where} must be an object with a number for each raw metric of the sensor, e.g. ${EXAMPLE}, but are ${described(values)}`,
    { operation },
  );
}
