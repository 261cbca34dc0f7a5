import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Where a simulator listens. */
export interface ListenOptions {
  /** Address to listen on. Default `127.0.0.1`: nothing outside this machine reaches a simulator. */
  host?: string;
  /** TCP port; 0 (default) lets the system choose a free one. */
  port?: number;
}

/** What faults do to one port, or to several together. */
export interface Listening {
  /** Destroys every open connection; the port stays open. */
  cut(): void;
  /** Closes the port and every connection: a client gets ECONNREFUSED until `listenAgain()`. */
  refuse(): Promise<void>;
  /** Opens the same port again; without effect when it is open or was stopped. */
  listenAgain(): Promise<void>;
}

/** How long `listenAgain()` tries when another process sits on the port for the moment. */
const REBIND_TRIES = 100;
const REBIND_DELAY_MS = 50;

/** A listening port that can go away and come back with the same number, as a restarted machine's does. */
export class LocalPort implements Listening {
  readonly host: string;
  /** TCP connections accepted since the start. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #stopped = false;

  constructor(server: Server, host = '127.0.0.1') {
    this.host = host;
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.connections += 1;
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Starts to listen, once; rejects when the port is taken. */
  async open(port = 0): Promise<void> {
    await this.#listen(port);
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** The port, the same before and after `refuse()`. */
  get port(): number {
    return this.#port;
  }

  /** True while connections are accepted. */
  get listening(): boolean {
    return this.#server.listening;
  }

  /** Connections open now. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async refuse(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve, reject) => {
      this.#server.close((error) => (error ? reject(error) : resolve()));
    });
    this.cut();
    await closed;
  }

  async listenAgain(): Promise<void> {
    for (let attempt = 1; !this.#stopped && !this.#server.listening; attempt += 1) {
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
      this.#server.once('error', reject);
      this.#server.listen(port, this.host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }
}

/** Several ports that go away and come back together, as those of one machine do. */
export function together(ports: readonly Listening[]): Listening {
  return {
    cut() {
      for (const port of ports) port.cut();
    },
    async refuse() {
      await Promise.all(ports.map((port) => port.refuse()));
    },
    async listenAgain() {
      await Promise.all(ports.map((port) => port.listenAgain()));
    },
  };
}
