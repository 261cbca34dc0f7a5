import { isUtf8 } from 'node:buffer';
import { PlatformError } from '../../core/errors';
import type { Encoding } from '../itwin-iot-thread/use-port';

/**
 * What goes to a port for a payload: text, which becomes a text message, or bytes, which become a binary one.
 *
 * @throws PlatformError INVALID_PARAMETER
 */
export function outgoing(payload: unknown, encoding: Encoding): string | Buffer {
  const content = contentOf(payload);
  if (encoding === 'buffer') return typeof content === 'string' ? Buffer.from(content) : content;
  if (typeof content === 'string') return content;
  if (isUtf8(content)) return content.toString();
  throw invalid('the payload has bytes that are not valid UTF-8: choose the encoding "buffer" to send them unchanged');
}

function contentOf(payload: unknown): string | Buffer {
  if (typeof payload === 'string' || Buffer.isBuffer(payload)) return payload;
  if (payload instanceof Uint8Array) return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (typeof payload === 'number' || typeof payload === 'boolean') return String(payload);
  if (payload === undefined || payload === null) throw invalid('there is nothing to send: set msg.payload');
  const what = Array.isArray(payload) ? 'an array' : `of type ${typeof payload}`;
  throw invalid(
    `the payload is ${what}: a port takes text or a Buffer; convert it to text first, for instance with a json node`,
  );
}

function invalid(message: string): PlatformError {
  return new PlatformError('INVALID_PARAMETER', message);
}
