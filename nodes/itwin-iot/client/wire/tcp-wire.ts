import { connect } from 'node:net';
import { PlatformError } from '../../../core/errors';
import { networkError } from '../../../core/http/errors';
import { hostOf } from '../../../core/proxy-choice';
import { createIntake } from '../../../core/socket/intake';
import { abortable } from '../../../core/timing';
import { createJsonSplitter } from './json-splitter';
import type { Wire, WireOptions } from './wire';

/** Port 4200: JSON texts back to back over plain TCP. No TLS is documented for it. */
export async function openTcpWire({ url, signal, limit, onText }: WireOptions): Promise<Wire> {
  const target = new URL(url);
  const socket = connect({ host: hostOf(target), port: Number(target.port || 4200), noDelay: true });
  const context = { platform: 'iTwin IoT', baseUrl: url };
  const intake = createIntake<string>({
    take: onText,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    cut: () => socket.destroy(),
  });
  const splitter = createJsonSplitter(limit, intake.push);

  // For the whole life of the socket: an error without a listener ends the process.
  socket.on('error', (error) => intake.announce(networkError(error, context)));
  socket.once('close', () => intake.announce(undefined));
  socket.on('data', (piece) => {
    try {
      splitter.push(piece);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });

  const aborted = (): void => intake.end(networkError(signal.reason, context));
  signal.addEventListener('abort', aborted, { once: true });
  intake.ended.finally(() => signal.removeEventListener('abort', aborted)).catch(() => undefined);

  const close = (): void => intake.end(new PlatformError('CLOSED', 'the connection to iTwin IoT has been closed'));
  const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  try {
    await abortable(Promise.race([connected, intake.ended]), signal);
  } catch (error) {
    close();
    throw error;
  }
  return { send: (text) => void socket.write(text), ended: intake.ended, close };
}
