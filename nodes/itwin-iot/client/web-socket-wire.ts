import { openWebSocket, type WebSocketConnection } from '../../core/web-socket';
import { createJsonSplitter } from './json-splitter';
import type { Wire, WireOptions } from './wire';

/**
 * Port 4201: one JSON text a message. A proxy or another server may put several into one, or send text as binary (opcode
 * 2): what the bytes say counts, as it does over TCP.
 */
export async function openWebSocketWire(options: WireOptions): Promise<Wire> {
  const { limit, onText } = options;
  const take = (text: string): void => {
    const texts = textsOf(text, limit);
    for (const each of texts) onText(each);
  };
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
  if (!hasSeam(message, '}') && !hasSeam(message, ']')) return [message];
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

/**
 * Whether an object or a list begins just behind the end of one, which within a JSON text only a string can hold. Nearly
 * every message is one text: this costs a tenth of what a regular expression does.
 */
function hasSeam(message: string, end: '}' | ']'): boolean {
  for (let at = message.indexOf(end); at >= 0; at = message.indexOf(end, at + 1)) {
    let next = message.charCodeAt(at + 1);
    for (let blank = at + 2; next === 0x20 || (next >= 0x09 && next <= 0x0d); blank++) next = message.charCodeAt(blank);
    if (next === OBJECT || next === LIST) return true;
  }
  return false;
}

const OBJECT = '{'.charCodeAt(0);
const LIST = '['.charCodeAt(0);
