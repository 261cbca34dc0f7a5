import { PlatformError } from '../../core/errors';
import { answerData, type HttpAnswer, headersForFlow } from '../../core/http/answer';
import { createHttpClient, type HttpClient, type RequestOptions } from '../../core/http/client';
import { isRepeatable, type Operation, type Values } from '../../core/operation/operation';
import { buildRequest } from '../../core/operation/request-builder';
import { isObject } from '../../core/values/json';
import { createAuthorization } from './authorization';
import { ownRefusals } from './refusals';
import { type Points, readWholeSeries } from './session/series';
import { createSharedSocket, type SharedSocket } from './session/socket';
import type { ItwinSettings } from './settings';

/** What the platform answered, without its envelope. */
export interface ItwinAnswer {
  payload: unknown;
  /** REST only. */
  statusCode?: number;
  headers?: unknown;
}

export interface ExecuteOptions extends RequestOptions {
  signal: AbortSignal;
  /** `getData` and `getObservations`: takes the points of each answer as they arrive; `payload` is then undefined. */
  onPoints?: ((points: Points) => void) | undefined;
}

/** A client of one account: the shared socket and REST, with one authorization. Imports nothing of Node-RED. */
export interface ItwinClient {
  readonly settings: ItwinSettings;
  readonly socket: SharedSocket;
  readonly rest: HttpClient;
  /**
   * Any operation of the table but subscriptions. `values` have been checked.
   *
   * @throws PlatformError
   */
  execute(operation: Operation, values: Values, options: ExecuteOptions): Promise<ItwinAnswer>;
  close(): Promise<void>;
}

export function createItwinClient(settings: ItwinSettings): ItwinClient {
  const authorization = createAuthorization(settings);
  const socket = createSharedSocket(settings, authorization.tokens);
  const { restUrl, timeout, retryMax, accept, maxAnswer, tls, proxy } = settings;
  const http = createHttpClient({
    platform: 'iTwin IoT',
    baseUrl: restUrl,
    timeout,
    retryMax,
    maxAnswer,
    // The text's examples send a Content-Type with requests that have no body, too.
    headers: { accept, 'content-type': 'application/json' },
    authorization: { tokens: authorization.tokens, header: authorization.header },
    tls,
    proxy,
  });
  const rest = ownRefusals(http, retryMax);
  return {
    settings,
    socket,
    rest,
    async execute(operation, values, options) {
      if (operation.transport === 'jsonrpc') return { payload: await call(socket, operation, values, options) };
      const request = buildRequest(operation, values);
      const answer = await rest.request({
        ...request,
        // In a free request names are the user's.
        ...(operation.path !== '*' && { query: projectNamed(request.query, settings) }),
        signal: options.signal,
        onRetry: options.onRetry,
      });
      return {
        payload: opened(answer, operation),
        statusCode: answer.statusCode,
        headers: headersForFlow(answer.headers),
      };
    },
    async close() {
      await Promise.all([socket.close(), rest.close(), authorization.close()]);
    },
  };
}

/** Requests with any number of answers. */
const SERIES = ['getData', 'getObservations'];

async function call(
  socket: SharedSocket,
  operation: Operation,
  values: Values,
  { signal, onRetry, onPoints }: ExecuteOptions,
): Promise<unknown> {
  const method = operation.method === '*' ? String(values.method) : operation.method;
  const params = operation.method === '*' ? (values.params as object | undefined) : rpcParams(operation, values);
  if (/^(un)?subscribe/.test(method)) {
    const message = `${method} has many answers: use a node "itwin-iot-subscribe"`;
    throw new PlatformError('INVALID_PARAMETER', message, { operation: operation.id });
  }
  if (!SERIES.includes(method)) {
    // null for an answer without a result, as REST has it for an empty body.
    return (
      (await socket.request(method, params, { repeatable: isRepeatable(operation, values), signal, onRetry })) ?? null
    );
  }
  const whole: Points = {};
  const take = onPoints ?? ((points: Points) => Object.assign(whole, points));
  await readWholeSeries(socket, method, params ?? {}, take, { signal, onRetry });
  return onPoints ? undefined : whole;
}

function rpcParams({ params }: Operation, values: Values): object | undefined {
  const entries = params.flatMap(({ name, in: place }) =>
    place === 'rpc' && values[name] !== undefined ? [[name, values[name]]] : [],
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

type Query = readonly (readonly [name: string, value: string])[];

/** The newer Sensor Data API calls the project `iTwinId`. */
function projectNamed(query: Query = [], { projectParameter }: ItwinSettings): Query {
  return query.map(([name, value]) => [name === 'projectIds' ? projectParameter : name, value]);
}

/** The data of a REST answer. The text has one such wrapper with a blank before its name: `" sensorTypes"`. */
function opened(answer: HttpAnswer, { id, envelope }: Operation): unknown {
  const data = answerData(answer, id);
  if (envelope === undefined || !isObject(data)) return data;
  const [member, ...others] = Object.keys(data);
  return member?.trim() === envelope && others.length === 0 ? data[member] : data;
}
