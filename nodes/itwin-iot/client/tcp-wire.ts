import { connect } from 'node:net';
import { networkError } from '../../core/http-errors';
import { createInbox } from '../../core/inbox';
import { abortable } from '../../core/timing';
import { createJsonSplitter } from './json-splitter';
import type { Wire, WireOptions } from './wire';

/** Port 4200: JSON texts back to back over plain TCP. No TLS is documented for it. */
export async function openTcpWire({ url, signal, limit, onText }: WireOptions): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 4200), noDelay: true });
  const fail = (error: unknown): Error => networkError(error, { platform: 'iTwin IoT', baseUrl: url });
  const inbox = createInbox<string>({ take: onText, pause: () => socket.pause(), resume: () => socket.resume() });
  const splitter = createJsonSplitter(limit, inbox.push);

  const ended = new Promise<void>((resolve, reject) => {
    // For the whole life of the socket: an error without a listener ends the process.
    socket.on('error', (error) => reject(fail(error)));
    socket.once('close', () => {
      inbox.close();
      resolve();
    });
  });
  ended.catch(() => undefined);
  socket.on('data', (piece) => {
    try {
      splitter.push(piece);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });

  const close = (): void => {
    inbox.close();
    socket.destroy();
  };
  signal.addEventListener('abort', close, { once: true });
  const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  try {
    await abortable(Promise.race([connected, ended]), signal);
  } catch (error) {
    close();
    throw error;
  }
  return { send: (text) => void socket.write(text), ended, close };
}
