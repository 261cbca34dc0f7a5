import { withControlApi } from '../../core/control-api';
import { FaultControls } from '../../core/fault-controls';
import { FaultRegistry, type FaultTarget } from '../../core/faults';
import { httpApi } from '../../core/http-api';
import { LocalServer } from '../../core/local-server';
import { RequestLog, type RequestRecord } from '../../core/request-log';
import { type FaultyTexts, sendWithFaults } from '../../core/socket-faults';
import { acceptWebSockets } from '../../core/web-socket-endpoint';
import type { WebSocketWire } from '../../core/web-socket-wire';
import type { EdgePort } from './edge-port';
import { edgeRoutes } from './edge-routes';
import { newThread, type Thread } from './thread';

const API_BASE = '/api';
const nothing = () => undefined;
const SOCKET_PATH = /^\/ws\/port\/([123])$/;

/** A simulated Edge THREAD: REST and port WebSockets on one port, as on the device. */
export interface ItwinEdge {
  /** `http://127.0.0.1:<port>/api` */
  readonly url: string;
  /** `ws://127.0.0.1:<port>/ws`; a port's WebSocket is at `/port/{1..3}` below it. */
  readonly wsUrl: string;
  readonly port: number;
  readonly state: Thread;
  /** Faults of the THREAD alone; its WebSockets are requests `GET /ws/port/{1..3}`. */
  readonly faults: FaultControls;
  /** Connections, and requests by `<METHOD> <path>`, the path without `/api`. */
  readonly counters: {
    readonly connections: number;
    readonly openConnections: number;
    readonly requests: Readonly<Record<string, number>>;
    readonly recentRequests: readonly RequestRecord[];
  };
  /** The physical port 1, 2 or 3. The device on port 2 sends back whatever it gets. */
  devicePort(number: number): EdgePort;
  stop(): Promise<void>;
}

/** Starts a THREAD; rejects when the port is taken. */
export async function startEdge(options: { host: string; port: number }, serialNumber: string): Promise<ItwinEdge> {
  const thread = newThread(serialNumber);
  const registry = new FaultRegistry();
  const requests = new RequestLog();
  const api = httpApi({ base: API_BASE, routes: edgeRoutes(thread), faults: registry, requests });
  const listener = withControlApi(
    api,
    () => faults,
    () => ({ connections: server.connections, requests: requests.byOperation }),
  );
  const server = await LocalServer.start(listener, options);
  // Nobody authenticates to a THREAD: there is neither a token nor a session to lose.
  const faults = new FaultControls(server, registry, { expireTokens: nothing, forgetSessions: nothing });
  acceptWebSockets(server, {
    faults: registry,
    find(path) {
      const port = thread.ports.get(Number(SOCKET_PATH.exec(path)?.[1]));
      return port && { target: { method: 'GET', path }, open: (wire, target) => join(port, wire, target, registry) };
    },
  });
  return edgeOf(thread, server, faults, requests);
}

/** Raw text has no form that could be broken: what is malformed elsewhere is as it is here. */
const FAULTY_TEXTS: FaultyTexts = { malformed: (text) => text, oversized: (_text, bytes) => 'x'.repeat(bytes) };

function join(port: EdgePort, wire: WebSocketWire, target: FaultTarget, faults: FaultRegistry): void {
  port.join(wire, (text) => void sendWithFaults(wire, faults, target, text, FAULTY_TEXTS));
}

function edgeOf(thread: Thread, server: LocalServer, faults: FaultControls, requests: RequestLog): ItwinEdge {
  return {
    url: `${server.origin}${API_BASE}`,
    wsUrl: `${server.origin.replace('http', 'ws')}/ws`,
    port: server.port,
    state: thread,
    faults,
    counters: {
      get connections() {
        return server.connections;
      },
      get openConnections() {
        return server.openConnections;
      },
      requests: requests.byOperation,
      recentRequests: requests.recent,
    },
    devicePort(number) {
      const port = thread.ports.get(number);
      if (!port) throw new RangeError(`a THREAD has no port ${number}`);
      return port;
    },
    async stop() {
      faults.stop();
      await server.stop();
    },
  };
}
