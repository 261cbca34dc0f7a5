import type { LocalServer } from '../core/local-server';
import type { RequestLog, RequestRecord } from '../core/request-log';
import type { StoredRecording } from './recording';

/** A change that was carried out: what a PUT, POST or DELETE of the API asked for. */
export interface ProvisionedBody {
  readonly method: string;
  /** Path without `/api`. */
  readonly path: string;
  readonly query: string;
  readonly namespace: string;
  /** The body: parsed JSON, a list of it for JSON Lines, the text for a secret; undefined for DELETE. */
  readonly body: unknown;
}

/** What happened so far, for tests and progress. */
export interface XdpCounters {
  /** Requests by `<METHOD> <path>`, such as `POST /login`; the path without `/api` and without the query. */
  readonly requests: Readonly<Record<string, number>>;
  /** The latest 10,000 requests in order of arrival. */
  readonly recentRequests: readonly RequestRecord[];
  /** Successful logins. */
  readonly logins: number;
  readonly failedLogins: number;
  /** TCP connections accepted. */
  readonly connections: number;
  /** TCP connections open now. */
  readonly openConnections: number;
  /** Streams open now, by namespace or not. */
  readonly openStreams: number;
  /** Streams opened. */
  readonly streams: number;
  /** Recordings posted by clients and accepted, in order. */
  readonly received: readonly StoredRecording[];
  /** Changes made by clients, in order. Holds keys: not for printing. */
  readonly provisioned: readonly ProvisionedBody[];
}

/** The counters as the simulator writes them. */
export class Counting implements XdpCounters {
  logins = 0;
  failedLogins = 0;
  openStreams = 0;
  streams = 0;
  readonly received: StoredRecording[] = [];
  readonly provisioned: ProvisionedBody[] = [];
  readonly #requests: RequestLog;
  readonly #server: () => LocalServer;

  constructor(requests: RequestLog, server: () => LocalServer) {
    this.#requests = requests;
    this.#server = server;
  }

  get requests(): Readonly<Record<string, number>> {
    return this.#requests.byOperation;
  }

  get recentRequests(): readonly RequestRecord[] {
    return this.#requests.recent;
  }

  get connections(): number {
    return this.#server().connections;
  }

  get openConnections(): number {
    return this.#server().openConnections;
  }
}
