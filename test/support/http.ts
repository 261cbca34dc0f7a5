import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A request as the server saw it. */
export interface SeenRequest {
  method: string;
  /** Path and query, undecoded. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Answer = (request: SeenRequest, response: ServerResponse, count: number) => void;

/** A server on loopback, at a port of its own. */
export interface LocalServer {
  url: string;
  /** As it stands in a URL. */
  address: string;
  port: number;
  seen: SeenRequest[];
  /** Resolves when so many requests have come. */
  requests(count: number): Promise<void>;
  /** Connections open now. */
  readonly connections: number;
  /** Resolves when no connection is open. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export interface Certificate {
  key: string;
  cert: string;
}

/** @param answer called with each whole request and its running number, from 0 */
export async function serve(answer: Answer, tls?: Certificate, at = 0): Promise<LocalServer> {
  const seen: SeenRequest[] = [];
  const listener = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = incoming;
    const whole = { method, url, headers, body: Buffer.concat(chunks).toString() };
    answer(whole, response, seen.push(whole) - 1);
    server.emit('seen');
  };
  // A request that is cut in the middle is none.
  const take = (incoming: IncomingMessage, response: ServerResponse): void => {
    listener(incoming, response).catch(() => response.destroy());
  };
  const server: Server = tls ? createTlsServer(tls, take) : createServer(take);
  const { address, port, sockets, close } = await listen(server, at);
  return {
    url: `${tls ? 'https' : 'http'}://localhost:${port}`,
    address,
    port,
    seen,
    async requests(count) {
      while (seen.length < count) await once(server, 'seen');
    },
    get connections() {
      return sockets.size;
    },
    async quiet() {
      for (const socket of sockets) await once(socket, 'close');
    },
    close,
  };
}

/** A proxy that takes absolute URLs and CONNECT, and remembers both. */
export interface LocalProxy {
  url: string;
  /** `GET http://…`, `CONNECT host:port`. */
  seen: string[];
  /** `Proxy-Authorization` of each. */
  authorizations: (string | undefined)[];
  close(): Promise<void>;
}

export async function startProxy(): Promise<LocalProxy> {
  const seen: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const note = (incoming: IncomingMessage): void => {
    seen.push(`${incoming.method} ${incoming.url}`);
    authorizations.push(incoming.headers['proxy-authorization']);
  };
  const server = createServer((incoming, response) => {
    note(incoming);
    const { method } = incoming;
    const { 'proxy-authorization': _, ...headers } = incoming.headers;
    const onward = request(String(incoming.url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    note(incoming);
    const { hostname, port } = new URL(`http://${incoming.url}`);
    const onward = connect(Number(port), hostname.replace(/[[\]]/g, ''), () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(client);
      client.pipe(onward);
    });
    for (const [end, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
  });
  const { port, close } = await listen(server);
  return { url: `http://localhost:${port}`, seen, authorizations, close };
}

async function listen(
  server: Server,
  at = 0,
): Promise<{ address: string; port: number; sockets: Set<Socket>; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(at, 'localhost');
  await once(server, 'listening');
  const { address, family, port } = server.address() as AddressInfo;
  return {
    address: family === 'IPv6' ? `[${address}]` : address,
    port,
    sockets,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** A server that takes connections and never says a word: neither TLS nor HTTP nor CONNECT comes to an end with it. */
export async function startMute(): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer();
  server.removeAllListeners('connection');
  return listen(server);
}

/** A fresh self-signed certificate for `localhost`. */
export function selfSigned(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'farfield-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1';
  const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost`;
  try {
    execFileSync('openssl', [...args.split(' '), '-addext', names, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
