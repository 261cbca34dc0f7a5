import { anyText, checkObject, optional } from '../core/fields';
import { type Answer, readJson } from '../core/http-answer';
import type { Exchange, Handler } from '../core/http-api';
import type { Route } from '../core/router';
import { allows } from './access';
import { texts } from './call';
import { isoDate } from './data-query';
import { entityObject } from './entity-object';
import { integrate } from './integrate';
import type { Platform } from './platform';
import type { Project } from './projects';
import { codedError, jsonAnswer, RestError } from './rest-answers';
import type { RestCall, RestHandler } from './rest-call';
import { uploadObservations } from './rest-upload';

/** Path of the newer API, which stands at `https://api.bentley.com/sensor-data` (docs/platforms.md). */
export const SENSOR_DATA_BASE = '/sensor-data';

const ACCEPT = 'application/vnd.bentley.itwin-platform.v1+json';

/** As much of the newer API as is publicly known: another base, an Accept header, `iTwinId`, tokens only. */
const OPERATIONS: Readonly<Record<string, { right: 'read' | 'modify'; handle: RestHandler }>> = {
  'POST /data/upload': { right: 'modify', handle: uploadObservations },
  'DELETE /data/observations': { right: 'modify', handle: deleteObservations },
  'GET /integrations/nodes': { right: 'read', handle: listNodes },
  'POST /integrations/integrate': { right: 'modify', handle: (call) => integrate(call, iTwinOf(call)) },
};

/** Its routes, with the base in their paths, so that requests to it are counted apart from `/api`. */
export function sensorDataRoutes(platform: Platform): Route<Handler>[] {
  return Object.entries(OPERATIONS).map(([operation, { right, handle }]) => {
    const [method = '', path = ''] = operation.split(' ');
    return {
      method,
      path: `${SENSOR_DATA_BASE}${path}`,
      handle: (exchange) => handle(callOf(platform, exchange, right)),
    };
  });
}

function callOf(platform: Platform, exchange: Exchange, right: 'read' | 'modify'): RestCall {
  const { authorization, accept = '' } = exchange.req.headers;
  if (authorization === undefined) throw targetedError(401, 'HeaderNotFound', 'the header is missing', 'Authorization');
  const access = platform.credentials.ofHeader(authorization);
  if ('problem' in access || access.by !== 'token' || platform.faults.take('wrong-credentials', exchange)) {
    throw targetedError(
      401,
      'InvalidToken',
      'problem' in access ? access.problem : 'the token is not valid',
      'Authorization',
    );
  }
  if (!allows(access, right)) throw codedError(403, 'InsufficientPermissions', 'a scope is missing');
  if (!accept.includes(ACCEPT)) throw targetedError(400, 'HeaderNotFound', `"${ACCEPT}" is expected`, 'Accept');
  return { platform, exchange, access };
}

/** DELETE /data/observations: those from startDate to endDate and those of the timestamps. 202. */
async function deleteObservations({ platform, exchange }: RestCall): Promise<Answer> {
  const body = await readJson(exchange.req);
  const range = { startDate: optional(isoDate), endDate: optional(isoDate), timestamps: optional(texts) };
  const { sensorId, startDate, endDate, timestamps = [] } = checkObject(body, { sensorId: anyText, ...range });
  const series = platform.network.sensor(sensorId)?.series;
  if (!series) throw codedError(404, 'ResourceNotFound', 'there is no such sensor');
  const remove = (from: number, until: number) => series.remove(series.rankFrom(from), series.rankFrom(until + 1));
  for (const timestamp of timestamps) remove(Date.parse(timestamp), Date.parse(timestamp));
  if (startDate !== undefined && endDate !== undefined) remove(Date.parse(startDate), Date.parse(endDate));
  platform.counters.provisioned.push({ operation: 'deleteObservations', body });
  return jsonAnswer(202, { status: 'ACCEPTED' });
}

/** GET /integrations/nodes?iTwinId= */
function listNodes(call: RestCall): Answer {
  const { network } = call.platform;
  const nodes = network.list('node', iTwinOf(call).id).map((node) => entityObject(network, node));
  return jsonAnswer(200, { nodes });
}

function iTwinOf({ platform, exchange }: RestCall): Project {
  const iTwinId = exchange.query.get('iTwinId') ?? '';
  if (iTwinId === '') throw targetedError(422, 'InvalidRequest', 'the parameter is missing', 'iTwinId');
  const project = platform.projects.all.find((one) => one.iTwinId === iTwinId);
  if (!project) throw targetedError(404, 'ResourceNotFound', 'there is no such iTwin', 'iTwinId');
  return project;
}

function targetedError(status: number, code: string, message: string, target: string): RestError {
  return new RestError(status, { error: { code, message, target } }, message);
}
