import { anyText, checkObject, field } from '../core/fields';
import { HttpError } from '../core/http-answer';
import { object } from './call';
import type { ReceivedObservation } from './counters';
import { isoDate } from './data-query';
import type { Sensor } from './entity';
import type { Platform } from './platform';

/** An observation as it is uploaded; "all fields are mandatory". */
export interface Observation {
  readonly sensorId: string;
  readonly timestamp: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const SHAPE = { sensorId: anyText, timestamp: isoDate, values: object };

/** A list of observations with all their fields. */
export const observationList = field<Observation[]>(
  'an array of observations, one at least, each {sensorId, timestamp, values}',
  (value) => Array.isArray(value) && value.length > 0 && value.every((one) => problemOf(one) === undefined),
);

/** What is wrong with one observation on its own, in words. */
export function problemOf(value: unknown): string | undefined {
  try {
    checkObject(value, SHAPE);
    return undefined;
  } catch (error) {
    if (error instanceof HttpError) return error.message;
    throw error;
  }
}

/**
 * Stores what can be stored and returns it: the sensor "must already exist in the system", and the values must have
 * "a key-value pair for each raw metric defined for this type of sensor". What is over in the values is left.
 */
export function store(
  { network, counters, settings }: Platform,
  observations: readonly Observation[],
  via: ReceivedObservation['via'],
): Observation[] {
  return observations.filter(({ sensorId, timestamp, values }) => {
    const sensor = network.sensor(sensorId);
    const row = sensor && rawValues(sensor, values);
    const time = Date.parse(timestamp);
    if (!sensor || !row || (settings.duplicates === 'ignore' && sensor.series.has(time))) return false;
    network.observe(sensor, time, row);
    counters.received.push({ sensorId, timestamp, values, via });
    return true;
  });
}

/** The values in the order of the sensor's raw metrics; undefined when one is missing or no number. */
export function rawValues({ rawMetrics }: Sensor, values: Readonly<Record<string, unknown>>): number[] | undefined {
  const row = rawMetrics.map(({ metric }) => values[metric.id]);
  return row.every((value): value is number => typeof value === 'number') ? row : undefined;
}
