import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { FaultRegistry, FaultTarget } from './faults';
import { sendAnswer } from './http-answer';
import { applyFaultsBefore } from './http-faults';
import type { LocalServer } from './local-server';
import { WebSocketWire } from './web-socket-wire';
import { MAX_TEXT } from './wire';

/** Where an HTTP server takes WebSockets. */
export interface WebSocketEndpoint {
  faults: FaultRegistry;
  /** Bytes of a WebSocket frame at most; 0: a message is one frame. */
  fragment?: number;
  /**
   * What opens a connection at this path of the server (query left out), or undefined for 404. `target` is what faults
   * see, both of the handshake and of the connection.
   */
  find(path: string): { target: FaultTarget; open(wire: WebSocketWire, target: FaultTarget): void } | undefined;
}

/** Takes WebSocket handshakes; the faults of a request (half-open, slow, a status, a web page) hit them as well. */
export function acceptWebSockets(server: LocalServer, endpoint: WebSocketEndpoint): void {
  const sockets = new WebSocketServer({ noServer: true, autoPong: false, maxPayload: MAX_TEXT });
  server.http.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) => {
    accept(sockets, endpoint, req, socket, head).catch((error: Error) => {
      // Not a simulated fault but a mistake in a simulator: to be seen.
      process.emitWarning(error);
      socket.destroy();
    });
  });
}

async function accept(
  sockets: WebSocketServer,
  { faults, fragment = 0, find }: WebSocketEndpoint,
  req: IncomingMessage,
  socket: Socket,
  head: Buffer,
): Promise<void> {
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  // A reset is followed by 'close', which says all there is to say.
  socket.on('error', () => undefined);
  const leave = () => socket.destroy();
  socket.once('end', leave).resume();
  const answer = new ServerResponse(req);
  answer.shouldKeepAlive = false;
  answer.assignSocket(socket);
  answer.once('finish', () => socket.end());
  const found = find((req.url ?? '').split('?', 1)[0] ?? '');
  if (!found) {
    sendAnswer(answer, { status: 404, body: 'no WebSocket here' });
    return;
  }
  // A target of its own for each connection: faults remember by it whom they hit.
  const target = { ...found.target };
  if (await applyFaultsBefore(faults, target, answer, closed.signal)) return;
  if (closed.signal.aborted) return;
  answer.detachSocket(socket);
  socket.off('end', leave);
  sockets.handleUpgrade(req, socket, head, (client) => {
    const silenced = () => faults.isSilenced(target);
    faults.streamOpened(target);
    socket.once('close', () => faults.streamClosed(target));
    found.open(new WebSocketWire(client, socket, { fragment, silenced }), target);
  });
}
