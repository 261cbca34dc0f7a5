import { PlatformError } from '../../core/errors';
import { createHttpClient } from '../../core/http/client';
import type { RequestLoad } from '../../core/http/request-turns';
import type { OperationClient } from '../../core/operation/answer';
import { executeHttp } from '../../core/operation/execute-http';
import { findOperation, type Operation } from '../../core/operation/operation';
import { isObject } from '../../core/values/json';
import { threadOperations } from '../operations/thread';
import type { ThreadPort } from './port';
import type { ThreadSettings } from './settings';

/** `execute` sends an operation of the Edge REST API once. */
export interface ThreadClient extends OperationClient {
  /** The connect code: "a 6-character hex string". */
  serialNumber(): Promise<string>;
  /**
   * Opens the WebSocket of a port, and closes it at once.
   *
   * @throws PlatformError
   */
  probePort(): Promise<void>;
  /** A device port, 1 to 3; the same object each time. */
  port(number: number): ThreadPort;
  load(): RequestLoad;
  close(): Promise<void>;
}

const EVERY_ROW = {
  // "All REST API requests and responses use the Content-Type "application/json"", those without a body too.
  contentType: 'application/json',
  // Of most answers the text shows no example: JSON as the THREAD gave it (`{"value": 14.5288}`), or what it is.
  anyReply: true,
};

const SERIAL_NUMBER = findOperation(threadOperations, 'itwin-iot-thread-command', 'getSerialNumber') as Operation;

/** A client of one Edge THREAD. Imports nothing of Node-RED. */
export function createThreadClient(settings: ThreadSettings): ThreadClient {
  const { url, timeout, retryMax, maxAnswer, maxRequests, tls, proxy } = settings;
  const http = createHttpClient({
    platform: 'THREAD',
    baseUrl: url,
    timeout,
    retryMax,
    maxAnswer,
    maxRequests,
    tls,
    proxy,
  });
  const life = new AbortController();
  const ports = new Map<number, ThreadPort>();

  const execute: ThreadClient['execute'] = (operation, values, options) =>
    executeHttp(http, { ...EVERY_ROW, ...operation }, values, options);

  return {
    execute,
    async serialNumber() {
      const { payload } = await execute(SERIAL_NUMBER, {});
      return serialNumberOf(payload);
    },
    probePort() {
      const { probePort } = require('./port') as typeof import('./port');
      return probePort(settings, life.signal);
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
    load: http.load,
    async close() {
      life.abort(new PlatformError('CLOSED', 'the THREAD has been closed'));
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
