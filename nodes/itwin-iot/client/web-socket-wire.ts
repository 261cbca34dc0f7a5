import { openWebSocket } from '../../core/web-socket';
import type { Wire, WireOptions } from './wire';

/** Port 4201: one JSON text a message. */
export async function openWebSocketWire(options: WireOptions): Promise<Wire> {
  const socket = await openWebSocket({ platform: 'iTwin IoT', ...options });
  return {
    // What cannot be sent ends the connection, and everybody hears of that.
    send: (text) => void socket.send(text).catch(() => undefined),
    ended: socket.ended,
    close: socket.close,
  };
}
