import { IMPORT_SENSOR_ID, type MadeObservation } from '../../simulators/itwin-iot';
import { runtime, simulator } from './itwin-node';

const START = Date.UTC(2026, 2, 1, 12, 0, 0);

/** A sensor that the platform does not have. */
export const UNKNOWN = '/api/13DC2F/node/dynamic/62D7C7/device/nobody/sensor';

export type Uploaded = ReturnType<typeof observation>;

export function timeOf(n: number): string {
  return new Date(START + n * 1000).toISOString();
}

/** The nth observation of a test: its humidity is n. */
export function observation(n: number, sensorId = IMPORT_SENSOR_ID) {
  return { sensorId, timestamp: timeOf(n), values: { humidity: n, temperature: 20 } };
}

export function send(payload: unknown, fields: Record<string, unknown> = {}): void {
  runtime.send('node', { payload, ...fields });
}

/** Sends observations, each in a message of its own: the first, and so on up to but without the last. */
export function sendEach(from: number, to: number): void {
  for (let n = from; n < to; n++) send(observation(n));
}

/** What the platform has of a sensor. */
export function arrived(sensorId = IMPORT_SENSOR_ID): MadeObservation[] {
  return simulator.observations(sensorId);
}

/** Which of the observations of a test the platform has. */
export function numbers(): unknown[] {
  return arrived().map(({ values }) => values.humidity);
}

export function upTo(count: number): number[] {
  return [...Array(count).keys()];
}

/** Requests to upload so far, in either way. */
export function uploads(): number {
  const { calls, requests } = simulator.counters;
  return (calls.uploadData ?? 0) + (requests['POST /data/upload'] ?? 0);
}

/** Codes of the errors so far. */
export function codes(): unknown[] {
  return runtime.received('errors').map(({ error }) => (error as { code?: string }).code);
}
