import { isObject } from '../core/fields';
import { type Answer, readJson } from '../core/http-answer';
import type { Platform } from './platform';
import { fieldError, jsonAnswer } from './rest-answers';
import type { RestCall } from './rest-call';
import { type Observation, problemOf, rawValues, store } from './uploads';

/** POST /data/upload `{observations}` → 202 `{"status": "ACCEPTED"}`. All or nothing, since the answer has no count. */
export async function uploadObservations({ platform, exchange }: RestCall): Promise<Answer> {
  const body = await readJson(exchange.req);
  const given: unknown = isObject(body) ? body.observations : undefined;
  if (!Array.isArray(given) || given.length === 0) throw fieldError(400, 'must not be empty', 'observations');
  const observations = given.map((one: unknown, index) => checked(platform, one, `observations[${index}]`));
  store(platform, observations, 'rest');
  return jsonAnswer(202, { status: 'ACCEPTED' });
}

function checked({ network }: Platform, value: unknown, path: string): Observation {
  const problem = problemOf(value);
  if (problem !== undefined) throw fieldError(400, problem, path);
  const observation = value as Observation;
  const sensor = network.sensor(observation.sensorId);
  if (!sensor) throw fieldError(400, 'sensor does not exist', `${path}.sensorId`);
  if (!rawValues(sensor, observation.values)) {
    throw fieldError(400, 'must have a number for each raw metric of the sensor', `${path}.values`);
  }
  return observation;
}
