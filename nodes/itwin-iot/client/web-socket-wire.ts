import WebSocket from 'ws';
import { PlatformError } from '../../core/errors';
import { networkError, statusError } from '../../core/http-errors';
import { createInbox } from '../../core/inbox';
import { abortable } from '../../core/timing';
import type { Wire, WireOptions } from './wire';

/** Close codes of an orderly end (RFC 6455 §7.4.1); 1005: none was given. */
const ORDERLY = [1000, 1001, 1005];

/** Port 4201: one JSON text a message. */
export async function openWebSocketWire({ url, tls, signal, limit, onText }: WireOptions): Promise<Wire> {
  const context = { platform: 'iTwin IoT', baseUrl: url };
  const socket = new WebSocket(url, { ...tls, maxPayload: limit, perMessageDeflate: false });
  const inbox = createInbox<string>({ take: onText, pause: () => socket.pause(), resume: () => socket.resume() });

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
      else
        reject(
          new PlatformError('ECONNRESET', `iTwin IoT at ${url} ended the connection (${code} ${reason})`.trim(), {
            retryable: true,
          }),
        );
    });
  });
  ended.catch(() => undefined);
  socket.on('message', (data, isBinary) => {
    if (!isBinary) inbox.push(String(data));
  });

  const close = (): void => {
    inbox.close();
    // Not close(): a half-open peer would never answer the closing handshake.
    socket.terminate();
  };
  signal.addEventListener('abort', close, { once: true });
  const opened = new Promise<void>((resolve) => socket.once('open', () => resolve()));
  try {
    await abortable(Promise.race([opened, ended]), signal);
  } catch (error) {
    close();
    throw error;
  }
  return {
    send: (text) => socket.send(text, (error) => error && close()),
    ended,
    close,
  };
}
