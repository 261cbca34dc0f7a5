import { nextTurn } from '../core/signal';
import type { Call } from './call';
import { type DataQuery, dataQuery, rawQuery } from './data-query';
import { observationObject } from './entity-object';

const FINISHED = { requestStatus: 'finished' };

/** Observations in the metric and unit asked for: `{data: {time: value}}` in 0 to n answers, then the finished one. */
export async function getData(call: Call): Promise<unknown> {
  const query = dataQuery(call);
  const { value = () => undefined } = query;
  await replyInChunks(call, query, (position) => value(position));
  return FINISHED;
}

/** The same in raw metrics and units; without a metric each value is the array of all, as in LAST_OBSERVATION. */
export async function getObservations(call: Call): Promise<unknown> {
  const query = rawQuery(call);
  const { value, sensor } = query;
  await replyInChunks(call, query, value ?? ((position) => sensor.series.values(position)));
  return FINISHED;
}

/** `{first, last}`, each as LAST_OBSERVATION is written: "Currently returns the first and last observations". */
export function getObservationsSummary(call: Call): unknown {
  const { sensor, from, to } = rawQuery(call);
  if (to <= from) return {};
  const observation = (rank: number) => observationObject(sensor, sensor.series.at(rank));
  return { first: observation(from), last: observation(to - 1) };
}

/** Sends the points of a query, no faster than the client reads, each chunk made when it is its turn. */
async function replyInChunks(
  { platform, reply, closed }: Call,
  { sensor, from, to }: DataQuery,
  valueAt: (position: number) => number | number[] | undefined,
): Promise<void> {
  const { chunkSize, dataOrder } = platform.settings;
  for (let sent = 0; from + sent < to && !closed.aborted; sent += chunkSize) {
    const points: string[] = [];
    for (let n = sent; n < Math.min(sent + chunkSize, to - from); n += 1) {
      const position = sensor.series.at(dataOrder === 'ascending' ? from + n : to - 1 - n);
      const value = valueAt(position);
      if (value !== undefined) points.push(pointJson(sensor.series.time(position), value));
    }
    if (points.length > 0) await reply(`{"data":{${points.join(',')}}}`);
    await nextTurn();
  }
}

/** One data point: "the key representing the observation time stamp and the value representing the observation value". */
export function pointJson(time: number, value: number | number[]): string {
  return `"${new Date(time).toISOString()}":${JSON.stringify(value)}`;
}
