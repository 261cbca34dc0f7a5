import type { FaultRegistry, FaultTarget } from '../core/faults';
import type { LocalPort } from '../core/local-port';
import { LocalServer } from '../core/local-server';
import { openTcpPort, TcpWire } from '../core/tcp-wire';
import { acceptWebSockets } from '../core/web-socket-endpoint';
import { CODES, RpcError } from './json-rpc';
import type { Platform } from './platform';
import { Session } from './session';

/** The two ports of the socket API. */
export interface SocketApi {
  /** "4201 for WebSocket connections" */
  readonly ws: LocalServer;
  /** "and 4200 for all other socket connections" */
  readonly tcp: LocalPort;
}

/** What faults see of a connection; its requests have the same path, and their method is that of the request. */
const WS_CONNECTION: FaultTarget = { method: 'GET', path: '/socket/ws' };
const TCP_CONNECTION: FaultTarget = { method: 'CONNECT', path: '/socket/tcp' };

/** Opens both ports; the same requests do the same on both. */
export async function openSocketApi(platform: Platform): Promise<SocketApi> {
  const { settings, faults } = platform;
  const { host, socketPort, tcpPort, fragment } = settings;
  let connections = 0;
  const ws = await LocalServer.start(
    (_req, res) => res.writeHead(426, { connection: 'Upgrade', upgrade: 'websocket' }).end(),
    { host, port: socketPort },
  );
  acceptWebSockets(ws, {
    faults,
    fragment,
    find: (path) => (path === '/' ? { target: WS_CONNECTION, open: openWs } : undefined),
  });
  function openWs(wire: ConstructorParameters<typeof Session>[1], target: FaultTarget): void {
    connections += 1;
    new Session(platform, wire, target, 'ws', connections);
  }
  const tcp = await openTcpPort(
    (socket) => {
      const target = { ...TCP_CONNECTION };
      const wire = new TcpWire(socket, { fragment, silenced: silencedFrom(faults, target) }, ({ message }) =>
        session.refuseInput(new RpcError(CODES.parse, message)),
      );
      faults.streamOpened(target);
      wire.closed.addEventListener('abort', () => faults.streamClosed(target), { once: true });
      connections += 1;
      const session = new Session(platform, wire, target, 'tcp', connections);
    },
    { host, port: tcpPort },
  ).catch(async (error: Error) => {
    await ws.stop();
    throw error;
  });
  return { ws, tcp };
}

/** Whether a bare TCP connection is dead: half-open hit it at its opening or later. */
function silencedFrom(faults: FaultRegistry, target: FaultTarget): () => boolean {
  const fromTheStart = faults.take('half-open', target) !== undefined;
  return () => fromTheStart || faults.isSilenced(target);
}
