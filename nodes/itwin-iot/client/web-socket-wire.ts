import { openWebSocket } from '../../core/web-socket';
import type { Wire, WireOptions } from './wire';

/** Port 4201: one JSON text a message. */
export async function openWebSocketWire({
  url,
  tls,
  proxy,
  secrets,
  signal,
  limit,
  onText,
}: WireOptions): Promise<Wire> {
  const socket = await openWebSocket({
    platform: 'iTwin IoT',
    url,
    tls,
    proxy,
    secrets,
    signal,
    limit,
    onText,
  });
  return {
    // What cannot be sent ends the connection, and everybody hears of that.
    send: (text) => void socket.send(text).catch(() => undefined),
    ended: socket.ended,
    close: socket.close,
  };
}
