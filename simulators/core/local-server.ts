import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Where a simulator listens. */
export interface ListenOptions {
  /** Address to listen on. Default `127.0.0.1`: nothing outside this machine reaches a simulator. */
  host?: string;
  /** TCP port; 0 (default) lets the system choose a free one. */
  port?: number;
}

/** How long `listenAgain()` tries when another process sits on the port for the moment. */
const REBIND_TRIES = 100;
const REBIND_DELAY_MS = 50;

/**
 * An HTTP server that can go away and come back on the same port, as a restarted machine does.
 * `http` is open to upgrade handlers (WebSocket) of later platforms.
 */
export class LocalServer {
  readonly http: Server;
  readonly host: string;
  /** TCP connections accepted since the start. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #stopped = false;

  private constructor(handler: RequestListener, host: string) {
    this.host = host;
    this.http = createServer(handler);
    this.http.on('connection', (socket: Socket) => {
      this.connections += 1;
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Starts to listen; rejects when the port is taken. */
  static async start(handler: RequestListener, options: ListenOptions = {}): Promise<LocalServer> {
    const server = new LocalServer(handler, options.host ?? '127.0.0.1');
    await server.#listen(options.port ?? 0);
    server.#port = (server.http.address() as AddressInfo).port;
    return server;
  }

  /** The port, the same before and after `refuse()`. */
  get port(): number {
    return this.#port;
  }

  /** `http://host:port`, without a slash at the end. */
  get origin(): string {
    return `http://${this.host}:${this.#port}`;
  }

  /** True while connections are accepted. */
  get listening(): boolean {
    return this.http.listening;
  }

  /** Connections open now. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Destroys every open connection; the port stays open. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Closes the port and every connection: a client gets ECONNREFUSED until `listenAgain()`. */
  async refuse(): Promise<void> {
    if (!this.http.listening) return;
    const closed = new Promise<void>((resolve, reject) => {
      this.http.close((error) => (error ? reject(error) : resolve()));
    });
    this.cut();
    await closed;
  }

  /** Opens the same port again; without effect when it is open or the server was stopped. */
  async listenAgain(): Promise<void> {
    for (let attempt = 1; !this.#stopped && !this.http.listening; attempt += 1) {
      try {
        await this.#listen(this.#port);
      } catch (error) {
        // A client's own outgoing socket may hold an ephemeral port for a moment.
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt >= REBIND_TRIES) throw error;
        await delay(REBIND_DELAY_MS);
      }
    }
  }

  /** Closes port and connections for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.refuse();
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(port, this.host, () => {
        this.http.off('error', reject);
        resolve();
      });
    });
  }
}
