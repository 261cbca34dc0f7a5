import { createServer, type RequestListener, type Server } from 'node:http';
import { type ListenOptions, LocalPort } from './local-port';

export type { ListenOptions } from './local-port';

/** An HTTP server on a local port. `http` is open to upgrade handlers: see `web-socket-endpoint.ts`. */
export class LocalServer extends LocalPort {
  readonly http: Server;

  private constructor(http: Server, host?: string) {
    super(http, host);
    this.http = http;
  }

  /** Starts to listen; rejects when the port is taken. */
  static async start(handler: RequestListener, options: ListenOptions = {}): Promise<LocalServer> {
    const server = new LocalServer(createServer(handler), options.host);
    await server.open(options.port);
    return server;
  }

  /** `http://host:port`, without a slash at the end. */
  get origin(): string {
    return `http://${this.host}:${this.port}`;
  }
}
