import type { LocalPort } from '../core/local-port';
import type { RequestLog, RequestRecord } from '../core/request-log';

/** Which way a request of the socket API came. */
export type Transport = 'ws' | 'tcp';

/** One request of the socket API, as it arrived. */
export interface CallRecord {
  /** Running number of the connection, from 1, over both transports. */
  readonly connection: number;
  readonly transport: Transport;
  readonly method: string;
  /** As it was sent: a number or a string. */
  readonly id: unknown;
  /** Undefined for `authenticate`, whose code is not kept, and for `uploadData`: see `received`. */
  readonly params: unknown;
  /** Arrival in milliseconds since 1970. */
  readonly at: number;
}

/** An observation as a client uploaded it, once it was taken. */
export interface ReceivedObservation {
  readonly sensorId: string;
  readonly timestamp: string;
  /** Values by metric, as sent. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly via: 'socket' | 'rest';
}

/** A change that was carried out. */
export interface Provisioned {
  /** `createNode`, … of the socket API; `integrate`, `deleteProject`, `deleteObservations` of REST. */
  readonly operation: string;
  /** The params or the body; the project's id for `deleteProject`. */
  readonly body: unknown;
}

/** What happened so far, for tests and progress. */
export interface ItwinCounters {
  /** Connections of the socket API, both transports, that were accepted. */
  readonly connections: number;
  /** Of these, open now. */
  readonly openConnections: number;
  /** Successful `authenticate`. */
  readonly authentications: number;
  readonly failedAuthentications: number;
  /** Requests of the socket API by method, refused ones too. */
  readonly calls: Readonly<Record<string, number>>;
  /** The latest 10,000 of them in order of arrival. */
  readonly recentCalls: readonly CallRecord[];
  /** Requests whose id was not the next one after `nextId` and those before. */
  readonly idsOutOfSequence: number;
  /** Subscriptions opened, and those open now. */
  readonly subscriptions: number;
  readonly openSubscriptions: number;
  /** Updates sent to data subscriptions. */
  readonly updates: number;
  /** Requests of REST and IMS by `<METHOD> <path>`, such as `POST /data/upload`, `POST /connect/token`. */
  readonly requests: Readonly<Record<string, number>>;
  /** The latest 10,000 of them in order of arrival. */
  readonly recentRequests: readonly RequestRecord[];
  /** IMS tokens issued, and requests for one that were refused. */
  readonly tokens: number;
  readonly failedTokens: number;
  /** Observations uploaded by clients and taken, in order. */
  readonly received: readonly ReceivedObservation[];
  /** Changes made by clients, in order. */
  readonly provisioned: readonly Provisioned[];
}

const KEPT = 10_000;

/** The counters as the simulator writes them. */
export class Counting implements ItwinCounters {
  authentications = 0;
  failedAuthentications = 0;
  readonly calls: Record<string, number> = {};
  readonly recentCalls: CallRecord[] = [];
  idsOutOfSequence = 0;
  subscriptions = 0;
  openSubscriptions = 0;
  updates = 0;
  tokens = 0;
  failedTokens = 0;
  readonly received: ReceivedObservation[] = [];
  readonly provisioned: Provisioned[] = [];
  readonly #requests: RequestLog;
  readonly #sockets: () => readonly LocalPort[];

  constructor(requests: RequestLog, sockets: () => readonly LocalPort[]) {
    this.#requests = requests;
    this.#sockets = sockets;
  }

  get connections(): number {
    return this.#sockets().reduce((sum, port) => sum + port.connections, 0);
  }

  get openConnections(): number {
    return this.#sockets().reduce((sum, port) => sum + port.openConnections, 0);
  }

  get requests(): Readonly<Record<string, number>> {
    return this.#requests.byOperation;
  }

  get recentRequests(): readonly RequestRecord[] {
    return this.#requests.recent;
  }

  called(call: CallRecord): void {
    this.calls[call.method] = (this.calls[call.method] ?? 0) + 1;
    this.recentCalls.push(call);
    if (this.recentCalls.length > KEPT) this.recentCalls.shift();
  }
}
