import { PlatformError } from '../../core/errors';
import { htmlInstead, refusePage } from '../../core/http/answer';
import { createHttpClient, type HttpClient } from '../../core/http/client';
import { isHtml } from '../../core/http/errors';
import type { HttpStream } from '../../core/http/request';
import type { RequestLoad } from '../../core/http/request-turns';
import { createTokenHolder, jwtExpiry, type Token } from '../../core/http/token-holder';
import type { ExecuteOptions, OperationAnswer, OperationClient } from '../../core/operation/answer';
import { executeHttp } from '../../core/operation/execute-http';
import { findOperation, type Operation, type Values } from '../../core/operation/operation';
import { buildRequest } from '../../core/operation/request-builder';
import { WrittenItems } from '../../core/operation/written-items';
import { isObject, parseJson } from '../../core/values/json';
import { operations } from '../operations';
import type { XdpSettings } from './settings';

export interface XdpClient extends OperationClient {
  /** POST /recordings/events with one JSON text a line. */
  postRecordings(lines: readonly string[], options?: ExecuteOptions): Promise<OperationAnswer>;
  /** Opens one of the GET (SSE) operations. The time-out covers the head of the answer; `signal` ends the stream. */
  openStream(operation: Operation, values: Values, signal: AbortSignal): Promise<HttpStream>;
  /** Fetches a token: proves URL, TLS, user name and password. */
  logIn(): Promise<void>;
  load(): RequestLoad;
  close(): Promise<void>;
}

const RECORDINGS = findOperation(operations, 'xdp-record', 'postRecordings') as Operation;

/** A client of one namespace of a Control Center. Imports nothing of Node-RED. */
export function createXdpClient(settings: XdpSettings): XdpClient {
  const tokens = createTokenHolder({
    fetch: (signal) => logIn(http, settings, signal),
    credentialsRefusedFor: Math.min(10_000, settings.retryMax),
  });
  const http: HttpClient = createHttpClient({
    platform: 'xDP',
    baseUrl: settings.url,
    timeout: settings.timeout,
    retryMax: settings.retryMax,
    maxAnswer: settings.maxAnswer,
    maxRequests: settings.maxRequests,
    // "All API requests must therefore contain the xDP-Namespace header".
    headers: { 'xdp-namespace': settings.namespace },
    authorization: { tokens, header: (token) => ({ authorization: `Bearer ${token}` }) },
    tls: settings.tls,
    proxy: settings.proxy,
  });

  // No reply of a PUT, POST or DELETE is documented.
  const execute: XdpClient['execute'] = (operation, values, options) =>
    executeHttp(http, { anyReply: true, ...operation }, values, options);

  return {
    execute,
    postRecordings: (lines, options) => execute(RECORDINGS, { observations: new WrittenItems(lines) }, options),
    async openStream(operation, values, signal) {
      const request = buildRequest(operation, values);
      const abort = new AbortController();
      const end = (): void => abort.abort(signal.reason);
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
      const stream = await http.open({
        ...request,
        headers: { accept: 'text/event-stream' },
        signal: abort.signal,
        finite: values.finite === true,
      });
      if (!isEventStream(stream)) {
        abort.abort();
        throw isHtml(stream.headers)
          ? htmlInstead(operation.id, stream.statusCode)
          : noEventStream(stream, operation.id);
      }
      return stream;
    },
    async logIn() {
      await tokens.get();
    },
    load: http.load,
    close: () => http.close(),
  };
}

/** WHATWG HTML §9.2.5: another type fails the connection. What has none may be one. */
function isEventStream({ headers }: HttpStream): boolean {
  const type = headers['content-type'];
  return type === undefined || /^text\/event-stream\s*(;|$)/i.test(String(type).slice(0, 200));
}

function noEventStream({ headers, statusCode }: HttpStream, operation: string): PlatformError {
  const type = String(headers['content-type']).slice(0, 60);
  const message = `${operation} was not answered with an event stream (content type: ${type}): is the URL of the account right, or does a login page or proxy stand in between?`;
  return new PlatformError('INVALID_RESPONSE', message, { statusCode, operation, retryable: true });
}

/** POST /login (platform text, "Authentication"). The life of a token is not documented: a JWT tells its own. */
async function logIn(http: HttpClient, { username, password }: XdpSettings, signal: AbortSignal): Promise<Token> {
  const answer = await http.request({
    method: 'POST',
    path: '/login',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
    operation: 'login',
    secrets: [password],
    authorized: false,
    signal,
  });
  refusePage(answer, 'login');
  const value = tokenOf(answer.body);
  return { value, expiresAt: jwtExpiry(value) };
}

/**
 * "The resulting token is replied as a string text": bare or as a JSON string is not said. An object with a `token`
 * is taken too.
 */
function tokenOf(body: string): string {
  const text = body.trim();
  const quoted = text.startsWith('"') || text.startsWith('{');
  const reply = quoted ? parseJson(text, 'the reply to login') : text;
  const token = isObject(reply) ? reply.token : reply;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new PlatformError('INVALID_RESPONSE', 'the reply to login holds no token', { operation: 'login' });
  }
  return token;
}
