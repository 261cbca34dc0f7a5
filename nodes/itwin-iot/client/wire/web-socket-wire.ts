import { openWebSocket, type WebSocketConnection } from '../../../core/socket/web-socket';
import { createJsonSplitter } from './json-splitter';
import type { TakeApart, Wire, WireOptions } from './wire';

/**
 * Port 4201: one JSON text a message. A proxy or another server may put several into one, or send text as binary (opcode
 * 2): what the bytes say counts, as it does over TCP.
 */
export async function openWebSocketWire(options: WireOptions): Promise<Wire> {
  const { limit, onText } = options;
  // Nearly every message is one text: only one that proves to be none is read twice.
  const apart: TakeApart = (text) => textsOf(text, limit);
  const take = (text: string): void => onText(text, apart);
  const socket: WebSocketConnection = await openWebSocket({
    platform: 'iTwin IoT',
    ...options,
    onText: take,
    // What is no UTF-8 comes as replacement characters: it is no JSON then, or the string that holds it shows them.
    onBytes: (data) => take(data.toString('utf8')),
  });
  return {
    // What cannot be sent ends the connection, and everybody hears of that.
    send: (text) => void socket.send(text).catch(() => undefined),
    ended: socket.ended,
    close: socket.close,
  };
}

/** The JSON texts in a message; the message itself where it is none of several, whatever it is. */
function textsOf(message: string, limit: number): readonly string[] {
  const texts: string[] = [];
  try {
    const splitter = createJsonSplitter(limit, (text) => texts.push(text));
    splitter.push(Buffer.from(message));
    // What is left over is told as what cannot be read.
    return splitter.unfinished ? [...texts, message] : texts;
  } catch {
    return [...texts, message];
  }
}
