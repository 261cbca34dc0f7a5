import { PlatformError } from '../../core/errors';
import { headersForFlow, takenData } from '../../core/http/answer';
import { createHttpClient, type RequestOptions } from '../../core/http/client';
import type { Operation, Values } from '../../core/operation/operation';
import { buildRequest } from '../../core/operation/request-builder';
import { isObject } from '../../core/values/json';
import type { ThreadPort } from './port';
import type { ThreadSettings } from './settings';

export interface ThreadAnswer {
  /** The body's JSON as the THREAD gave it (`{"value": 14.5288}`), text where it is none, null where it is empty. */
  payload: unknown;
  statusCode: number;
  headers: unknown;
}

export interface ThreadClient {
  /**
   * An operation of the Edge REST API, sent once. `values` have been checked.
   *
   * @throws PlatformError
   */
  execute(operation: Operation, values: Values, options?: RequestOptions): Promise<ThreadAnswer>;
  /** The connect code: "a 6-character hex string". */
  serialNumber(): Promise<string>;
  /** A device port, 1 to 3; the same object each time. */
  port(number: number): ThreadPort;
  close(): Promise<void>;
}

/** A client of one Edge THREAD. Imports nothing of Node-RED. */
export function createThreadClient(settings: ThreadSettings): ThreadClient {
  const { url, timeout, retryMax, maxAnswer, tls, proxy } = settings;
  const http = createHttpClient({
    platform: 'THREAD',
    baseUrl: url,
    timeout,
    retryMax,
    maxAnswer,
    // "All REST API requests and responses use the Content-Type "application/json"", those without a body too.
    headers: { 'content-type': 'application/json' },
    tls,
    proxy,
  });
  const ports = new Map<number, ThreadPort>();

  return {
    async execute(operation, values, options) {
      const request = buildRequest(operation, values);
      // Of most answers the text shows no example.
      const answer = await http.request({ ...request, ...options });
      return {
        payload: takenData(answer, operation.id),
        statusCode: answer.statusCode,
        headers: headersForFlow(answer.headers),
      };
    },
    async serialNumber() {
      const operation = 'getSerialNumber';
      const answer = await http.request({ method: 'GET', path: '/serialNumber', operation, repeatable: false });
      return serialNumberOf(takenData(answer, operation));
    },
    port(number) {
      const known = ports.get(number);
      if (known) return known;
      // Here: a flow that only sends commands needs no WebSocket.
      const { createThreadPort } = require('./port') as typeof import('./port');
      const port = createThreadPort(settings, number);
      ports.set(number, port);
      return port;
    },
    async close() {
      await Promise.all([http.close(), ...[...ports.values()].map((port) => port.close())]);
    },
  };
}

/** The text shows no answer: bare, or wrapped as others are. */
function serialNumberOf(payload: unknown): string {
  const code = isObject(payload) ? (payload.content ?? payload.value) : payload;
  if (typeof code === 'string' || typeof code === 'number') return String(code).trim();
  throw new PlatformError(
    'INVALID_RESPONSE',
    'the answer to getSerialNumber holds no connect code; is the URL that of a THREAD?',
    { operation: 'getSerialNumber' },
  );
}
