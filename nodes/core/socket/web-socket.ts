import type { Socket } from 'node:net';
import WebSocket from 'ws';
import { PlatformError } from '../errors';
import { type ErrorContext, networkError, redact } from '../http/errors';
import type { ProxySettings, TlsSettings } from '../network-settings';
import { silently } from '../safely';
import { abortable } from '../timing';
import { dial } from './dial';
import { createIntake } from './intake';
import { refusedUpgrade, webSocketError } from './web-socket-errors';

export interface WebSocketOptions {
  /** The platform as people call it, for error messages. */
  platform: string;
  url: string;
  tls?: TlsSettings | undefined;
  proxy?: ProxySettings | undefined;
  /** What stands in no error, whatever the peer quotes. */
  secrets?: readonly string[] | undefined;
  /** Ends the connection, also while it is being opened. */
  signal: AbortSignal;
  /** Longest message in bytes. */
  limit: number;
  /** Takes text messages. One that is no UTF-8 ends the connection (RFC 6455 §8.1). */
  onText?: ((text: string) => void) | undefined;
  /** Takes binary messages; without `onText` the text messages too, and then any bytes may stand in them. */
  onBytes?: ((data: Buffer) => void) | undefined;
  /** The peer gave a sign of life: a message, a ping or the answer to one; at once, however busy the flow is. */
  onActivity?(): void;
}

export interface WebSocketConnection {
  /** Resolves when the message is on its way; rejects when the connection is over. */
  send(data: string | Buffer): Promise<void>;
  /** Asks for a sign of life (RFC 6455 §5.5.2). */
  ping(): void;
  /**
   * Resolves when the peer ends the connection in order, rejects with a PlatformError when it breaks; either when all
   * that came before has been handed on.
   */
  readonly ended: Promise<void>;
  /** Leaves out what has not been handed on yet. */
  close(): void;
}

/** Close codes of an orderly end (RFC 6455 §7.4.1); 1005: none was given. */
const ORDERLY = [1000, 1001, 1005];

/** Milliseconds a peer has to cut the connection it has ended. */
const CLOSE_LIMIT = 2000;

/**
 * Opens a WebSocket with TLS and proxy. A flow that is busy slows the peer down.
 *
 * @throws PlatformError
 */
export async function openWebSocket(options: WebSocketOptions): Promise<WebSocketConnection> {
  const { platform, url, tls, proxy, secrets, signal } = options;
  const context = { platform, baseUrl: url, secrets };
  let close = (): void => undefined;
  try {
    const target = new URL(url);
    const defaultPort = target.protocol === 'wss:' ? 443 : 80;
    const tcp = await dial({ url: target, defaultPort, tls, proxy, signal });
    close = () => tcp.destroy();
    const { connection, opened } = speak(tcp, options, context);
    close = connection.close;
    await abortable(Promise.race([opened, connection.ended]), signal);
    return connection;
  } catch (thrown) {
    close();
    throw networkError(thrown, context);
  }
}

/** Begins the handshake on a connection and watches over it until its end. */
function speak(
  tcp: Socket,
  { url, signal, limit, onText, onBytes, onActivity }: WebSocketOptions,
  context: ErrorContext,
): { connection: WebSocketConnection; opened: Promise<void> } {
  const settings = {
    createConnection: () => tcp,
    maxPayload: limit,
    perMessageDeflate: false,
    skipUTF8Validation: !onText,
    closeTimeout: CLOSE_LIMIT,
  };
  const socket = new WebSocket(url, settings);
  // What a listener of a socket throws ends Node-RED.
  const alive = silently(() => onActivity?.());
  const intake = createIntake<string | Buffer>({
    take(message) {
      if (typeof message === 'string') onText?.(message);
      else onBytes?.(message);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    onBusy: alive,
    cut() {
      // Not close(): a half-open peer would never answer the closing handshake.
      socket.terminate();
      tcp.destroy();
    },
  });
  const aborted = (): void => intake.end(networkError(signal.reason, context));

  // For the whole life of the socket: an error without a listener would end the process.
  socket.on('error', (error) => {
    intake.announce(webSocketError(error, context, limit));
    tcp.destroy();
  });
  socket.once('unexpected-response', (request, { statusCode = 0, headers }) => {
    intake.announce(refusedUpgrade(statusCode, headers, context));
    request.destroy();
  });
  socket.once('close', (code, reason) => {
    intake.announce(ORDERLY.includes(code) ? undefined : brokenOff(code, String(reason), context));
  });
  socket.on('message', (data: Buffer, isBinary) => {
    alive();
    intake.push(onText && !isBinary ? String(data) : data);
  });
  socket.on('ping', alive);
  socket.on('pong', alive);

  signal.addEventListener('abort', aborted, { once: true });
  intake.ended.finally(() => signal.removeEventListener('abort', aborted)).catch(() => undefined);

  const connection: WebSocketConnection = {
    send: (data) =>
      new Promise((resolve, reject) => {
        // An open socket that fails to send ends by itself.
        socket.send(data, (error) => (error ? reject(notSent(error, context)) : resolve()));
      }),
    ping: () => socket.ping(() => undefined),
    ended: intake.ended,
    close: () => intake.end(new PlatformError('CLOSED', `the connection to ${context.platform} has been closed`)),
  };
  return { connection, opened: new Promise((resolve) => socket.once('open', () => resolve())) };
}

function brokenOff(code: number, reason: string, { platform, baseUrl, secrets }: ErrorContext): PlatformError {
  // 1006: without a closing handshake (RFC 6455 §7.1.5).
  const words = `${code} ${redact(reason, secrets).replace(/\s+/g, ' ')}`.trim();
  const how = code === 1006 ? 'broke' : `was ended by it (${words})`;
  return new PlatformError('ECONNRESET', `the connection to ${platform} at ${baseUrl} ${how}`, { retryable: true });
}

function notSent(error: Error, { platform, baseUrl }: ErrorContext): PlatformError {
  const message = `not sent: the connection to ${platform} at ${baseUrl} is over (${error.message})`;
  return new PlatformError('ECONNRESET', message, { retryable: true });
}
