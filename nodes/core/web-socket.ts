import WebSocket from 'ws';
import { dial } from './dial';
import { PlatformError } from './errors';
import type { ProxySettings, TlsSettings } from './http-client';
import { networkError, statusError } from './http-errors';
import { createInbox } from './inbox';
import { abortable } from './timing';

export interface WebSocketOptions {
  /** The platform as people call it, for error messages. */
  platform: string;
  url: string;
  tls?: TlsSettings | undefined;
  proxy?: ProxySettings | undefined;
  /** Ends the connection, also while it is being opened. */
  signal: AbortSignal;
  /** Longest message in bytes. */
  limit: number;
  onMessage(data: Buffer, isBinary: boolean): void;
  /** The peer answered a ping. */
  onPong?(): void;
}

export interface WebSocketConnection {
  /** Resolves when the message is on its way; rejects when the connection is over. */
  send(data: string | Buffer): Promise<void>;
  /** Asks for a sign of life (RFC 6455 §5.5.2). */
  ping(): void;
  /** Resolves when the peer ends the connection in order, rejects when it breaks. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Close codes of an orderly end (RFC 6455 §7.4.1); 1005: none was given. */
const ORDERLY = [1000, 1001, 1005];

interface Message {
  data: Buffer;
  isBinary: boolean;
}

/**
 * Opens a WebSocket with TLS and proxy. A flow that is busy slows the peer down.
 *
 * @throws PlatformError
 */
export async function openWebSocket(options: WebSocketOptions): Promise<WebSocketConnection> {
  const { platform, url, tls, proxy, signal, limit, onMessage, onPong } = options;
  const context = { platform, baseUrl: url };
  const parsed = new URL(url);
  const defaultPort = parsed.protocol === 'wss:' ? 443 : 80;
  const tcp = await dial({ url: parsed, defaultPort, tls, proxy, signal }).catch((error) => {
    throw networkError(error, context);
  });
  const socket = new WebSocket(url, {
    createConnection: () => tcp,
    maxPayload: limit,
    perMessageDeflate: false,
    skipUTF8Validation: false,
  });
  const inbox = createInbox<Message>({
    take: ({ data, isBinary }) => onMessage(data, isBinary),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  });

  const ended = new Promise<void>((resolve, reject) => {
    // For the whole life of the socket: an error without a listener ends the process.
    socket.on('error', (error) => reject(networkError(error, context)));
    socket.once('unexpected-response', (request, { statusCode = 0, headers }) => {
      request.destroy();
      reject(statusError(statusCode, headers, '', context));
    });
    socket.once('close', (code, reason) => {
      inbox.close();
      if (ORDERLY.includes(code)) resolve();
      else reject(brokenOff(`${platform} at ${url} ended the connection (${code} ${reason})`.trim()));
    });
  });
  ended.catch(() => undefined);
  socket.on('message', (data: Buffer, isBinary) => inbox.push({ data, isBinary }));
  if (onPong) socket.on('pong', onPong);

  const close = (): void => {
    inbox.close();
    // Not close(): a half-open peer would never answer the closing handshake.
    socket.terminate();
    tcp.destroy();
  };
  signal.addEventListener('abort', close, { once: true });
  ended.finally(() => signal.removeEventListener('abort', close)).catch(() => undefined);
  const opened = new Promise<void>((resolve) => socket.once('open', () => resolve()));
  try {
    await abortable(Promise.race([opened, ended]), signal);
  } catch (error) {
    close();
    throw error;
  }
  return {
    send: (data) =>
      new Promise((resolve, reject) => {
        socket.send(data, (error) => {
          if (!error) return resolve();
          close();
          reject(brokenOff(`the connection to ${platform} broke: ${error.message}`));
        });
      }),
    ping: () => socket.ping(() => undefined),
    ended,
    close,
  };
}

function brokenOff(message: string): PlatformError {
  return new PlatformError('ECONNRESET', message, { retryable: true });
}
