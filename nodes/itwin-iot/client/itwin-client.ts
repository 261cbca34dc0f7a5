import { PlatformError } from '../../core/errors';
import { createHttpClient, type HttpClient } from '../../core/http/client';
import type { RequestLoad } from '../../core/http/request-turns';
import type { ExecuteOptions, OperationAnswer, OperationClient } from '../../core/operation/answer';
import { executeHttp } from '../../core/operation/execute-http';
import { isRepeatable, type Operation, type Values } from '../../core/operation/operation';
import { createAuthorization } from './authorization';
import { rememberCredentialRefusals } from './credential-refusals';
import { type Points, readWholeSeries } from './session/series';
import { createSharedSocket, type SharedSocket } from './session/socket';
import type { ItwinSettings } from './settings';

export interface ItwinExecuteOptions extends ExecuteOptions {
  /** `getData` and `getObservations`: takes the points of each answer as they arrive; `payload` is then undefined. */
  onPoints?: ((points: Points) => void) | undefined;
}

/** A client of one account: the shared socket and REST, with one authorization. Imports nothing of Node-RED. */
export interface ItwinClient extends OperationClient {
  readonly settings: ItwinSettings;
  readonly socket: SharedSocket;
  readonly rest: HttpClient;
  /** Not subscriptions, which have many answers. */
  execute(operation: Operation, values: Values, options?: ItwinExecuteOptions): Promise<OperationAnswer>;
  load(): RequestLoad;
  close(): Promise<void>;
}

export function createItwinClient(settings: ItwinSettings): ItwinClient {
  const authorization = createAuthorization(settings);
  const socket = createSharedSocket(settings, authorization.tokens);
  const { restUrl, timeout, retryMax, accept, maxAnswer, maxRequests, tls, proxy } = settings;
  const http = createHttpClient({
    platform: 'iTwin IoT',
    baseUrl: restUrl,
    timeout,
    retryMax,
    maxAnswer,
    maxRequests,
    // The text's examples send a Content-Type with requests that have no body, too.
    headers: { accept, 'content-type': 'application/json' },
    authorization: { tokens: authorization.tokens, header: authorization.header },
    tls,
    proxy,
  });
  const rest = rememberCredentialRefusals(http, retryMax);
  const named = withProjectName(rest, settings);
  return {
    settings,
    socket,
    rest,
    async execute(operation, values, options = {}) {
      if (operation.transport === 'jsonrpc') return { payload: await call(socket, operation, values, options) };
      // In a free request names are the user's.
      return executeHttp(operation.path === '*' ? rest : named, operation, values, options);
    },
    load: http.load,
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
  { signal, onRetry, onPoints }: ItwinExecuteOptions,
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

/** The newer Sensor Data API calls the project `iTwinId`. */
function withProjectName(rest: HttpClient, { projectParameter }: ItwinSettings): Pick<HttpClient, 'request'> {
  return {
    request: ({ query = [], ...request }) =>
      rest.request({
        ...request,
        query: query.map(([name, value]) => [name === 'projectIds' ? projectParameter : name, value]),
      }),
  };
}
