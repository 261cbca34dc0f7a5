import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A server on loopback whose connections can be counted. */
export interface LocalSockets {
  port: number;
  /** TCP connections open now. */
  readonly connections: number;
  close(): Promise<void>;
}

async function listen(server: Server, host = 'localhost'): Promise<LocalSockets> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return open.size;
    },
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** A server that does with a connection what the test says. */
export function startRaw(take: (socket: Socket) => void, host?: string): Promise<LocalSockets> {
  return listen(createServer(take), host);
}

/** A real WebSocket server. */
export interface LocalWebSockets extends LocalSockets {
  /** `ws://localhost:<port>/path` or `wss://…` */
  url: string;
  /** Paths that were asked for, in order. */
  paths: string[];
  /** The next connection, or one that has come already and not been taken. */
  next(): Promise<WebSocket>;
}

export async function startWebSockets({
  tls,
  host = 'localhost',
}: {
  tls?: ServerOptions;
  host?: string;
} = {}): Promise<LocalWebSockets> {
  const server = tls ? createTlsServer(tls) : createHttpServer();
  const local = await listen(server, host);
  const sockets = new WebSocketServer({ server });
  const come: WebSocket[] = [];
  const paths: string[] = [];
  sockets.on('connection', (socket, { url = '' }: IncomingMessage) => {
    // What a client does wrong ends its connection: the test sees that.
    socket.on('error', () => undefined);
    paths.push(url);
    come.push(socket);
  });
  const named = host.includes(':') ? `[${host}]` : host;
  return {
    port: local.port,
    get connections() {
      return local.connections;
    },
    url: `${tls ? 'wss' : 'ws'}://${named}:${local.port}/path`,
    paths,
    async next() {
      if (come.length === 0) await once(sockets, 'connection');
      return come.shift() as WebSocket;
    },
    close: local.close,
  };
}

/** A CONNECT proxy that asks for user name and password (`user:password`). */
export async function startGuardedProxy(
  credentials: string,
): Promise<LocalSockets & { url: string; tunnels: string[] }> {
  const wanted = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const tunnels: string[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Socket) => {
    if (headers['proxy-authorization'] !== wanted) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n');
      return;
    }
    tunnels.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const onward = connect(Number(port), hostname.replace(/[[\]]/g, ''), () => {
      // Any 2xx says that the tunnel is open (RFC 9110 §9.3.6).
      client.write('HTTP/1.1 204 Open\r\n\r\n');
      client.pipe(onward).pipe(client);
    });
    onward.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => onward.destroy());
  });
  const local = await listen(server);
  return { ...local, url: `http://localhost:${local.port}`, tunnels, close: local.close };
}

const PROXY_VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'];

/** Takes the proxy variables out of the environment; the function puts them back. */
export function withoutProxyVariables(): () => void {
  const before = PROXY_VARIABLES.map((name) => [name, process.env[name]] as const);
  for (const name of PROXY_VARIABLES) delete process.env[name];
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** The head of an HTTP request, as soon as it is there. */
export async function requestHead(socket: Socket): Promise<string> {
  let head = '';
  while (!head.includes('\r\n\r\n')) head += String((await once(socket, 'data'))[0]);
  return head;
}
