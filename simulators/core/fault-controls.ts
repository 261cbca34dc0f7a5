import type { ArmedFault, Encoding, FaultRegistry, FaultScope } from './faults';
import type { Listening } from './local-port';
import { pause } from './signal';

/** What a captive portal or a proxy's login page looks like: status 200, but not the API. */
const PORTAL_PAGE = `<!DOCTYPE html>
<html><head><title>Welcome</title></head>
<body><h1>Please sign in to use this network</h1><form action="/signin" method="post"></form></body></html>
`;

/** What only the platform's simulator can do. */
export interface SessionHooks {
  /** Makes every token that is out now an expired one. */
  expireTokens(): void;
  /** Forgets every token and session, as a restart does; stored data stays. */
  forgetSessions(): void;
}

/** Scope of a fault in a stream, and when it strikes. */
export interface FrameFaultScope extends FaultScope {
  /** Events of the stream that still go out whole, counted from its opening or, when it is open, from now. Default 0. */
  afterEvents?: number;
}

/**
 * The faults of a simulator. What takes a scope stays armed until `clear()`, unless `times` is given;
 * streams that are open already are hit as well.
 */
export class FaultControls {
  readonly #server: Listening;
  readonly #registry: FaultRegistry;
  readonly #hooks: SessionHooks;
  readonly #stop = new AbortController();

  constructor(server: Listening, registry: FaultRegistry, hooks: SessionHooks) {
    this.#server = server;
    this.#registry = registry;
    this.#hooks = hooks;
  }

  /** What is armed now. */
  get armed(): readonly ArmedFault[] {
    return this.#registry.armed;
  }

  /** Disarms everything. A closed port stays closed: see `listenAgain()`. */
  clear(): void {
    this.#registry.clear();
  }

  /** Closes the port and every connection. With `forMs`, resolves when the port is open again. */
  async refuse({ forMs }: { forMs?: number } = {}): Promise<void> {
    await this.#server.refuse();
    if (forMs === undefined) return;
    await pause(forMs, this.#stop.signal);
    await this.#server.listenAgain();
  }

  /** Opens the same port again after `refuse()`. */
  async listenAgain(): Promise<void> {
    await this.#server.listenAgain();
  }

  /** All sockets cut, tokens forgotten, stored data kept; resolves when the port is open again after `downFor` ms. */
  async restart({ downFor = 0 }: { downFor?: number } = {}): Promise<void> {
    this.#hooks.forgetSessions();
    await this.refuse({ forMs: downFor });
  }

  /** Destroys every open connection, between two events or within one, as it comes. */
  cutConnections(): void {
    this.#server.cut();
  }

  /** Every token that is out now is refused with 401; open streams go on. */
  expireTokens(): void {
    this.#hooks.expireTokens();
  }

  /**
   * Accepts and never answers. Streams that are open and in the scope's path say nothing any more, no heartbeat either,
   * and keep their socket; they stay dead after `clear()`, as a dead peer does. `times` counts new requests only.
   */
  halfOpen(scope: FaultScope = {}): ArmedFault {
    return this.#registry.arm({ kind: 'half-open' }, scope);
  }

  /** Waits `ms` before each answer, and before each event of a stream. */
  slow({ ms, ...scope }: FaultScope & { ms: number }): ArmedFault {
    return this.#registry.arm({ kind: 'slow', ms }, scope);
  }

  /** Refuses the right username and password too. */
  wrongCredentials(scope: FaultScope = {}): ArmedFault {
    return this.#registry.arm({ kind: 'wrong-credentials' }, scope);
  }

  /** Answers with this status (500, 502, 503, 504, …) and does nothing. */
  status({
    status,
    retryAfter,
    ...scope
  }: FaultScope & { status: number; retryAfter?: number | string | Date }): ArmedFault {
    return this.#registry.arm({ kind: 'status', status, retryAfter }, scope);
  }

  /** 429 with `Retry-After`: seconds as a number, an HTTP-date as a `Date`, anything else as a string. */
  tooManyRequests({ retryAfter, ...scope }: FaultScope & { retryAfter?: number | string | Date } = {}): ArmedFault {
    return this.status({ ...scope, status: 429, retryAfter });
  }

  /** Answers with this in place of what was asked for, and does nothing. */
  answer({
    status = 200,
    body,
    type = 'application/json',
    ...scope
  }: FaultScope & { status?: number; body: string; type?: string }): ArmedFault {
    return this.#registry.arm({ kind: 'answer', status, body, type }, scope);
  }

  /** Answers status 200 with a web page, as a captive portal does; `type` is what the page says of itself. */
  htmlPage({ type = 'text/html; charset=utf-8', ...scope }: FaultScope & { type?: string } = {}): ArmedFault {
    return this.answer({ ...scope, body: PORTAL_PAGE, type });
  }

  /** Answers with JSON that never ends, as fast as the client reads. */
  endless(scope: FaultScope = {}): ArmedFault {
    return this.#registry.arm({ kind: 'endless' }, scope);
  }

  /** Says `100 Continue` before each answer although nobody asked (RFC 9110, 15.2). */
  unaskedContinue(scope: FaultScope = {}): ArmedFault {
    return this.#registry.arm({ kind: 'continue' }, scope);
  }

  /** Compresses bodies and streams although nobody asked. */
  compressed({ encoding = 'gzip', ...scope }: FaultScope & { encoding?: Encoding } = {}): ArmedFault {
    return this.#registry.arm({ kind: 'compressed', encoding }, scope);
  }

  /** Carries the request out and destroys the connection instead of answering. Streams are not hit. */
  loseAnswer(scope: FaultScope = {}): ArmedFault {
    return this.#registry.arm({ kind: 'lose-answer' }, scope);
  }

  /** Sends half an event of a stream and destroys its socket. */
  cutMidFrame({ afterEvents = 0, ...scope }: FrameFaultScope = {}): ArmedFault {
    return this.#registry.arm({ kind: 'cut', afterEvents }, scope);
  }

  /** Breaks the JSON of one event of a stream; the event itself stays stored. */
  malformedFrame({ afterEvents = 0, ...scope }: FrameFaultScope = {}): ArmedFault {
    return this.#registry.arm({ kind: 'malformed', afterEvents }, scope);
  }

  /** Puts an event of `bytes` bytes before one event of a stream; it is one too many and stored nowhere. */
  oversizedEvent({ bytes, afterEvents = 0, ...scope }: FrameFaultScope & { bytes: number }): ArmedFault {
    return this.#registry.arm({ kind: 'oversized', bytes, afterEvents }, scope);
  }

  /** Ends the waits of `refuse` and `restart`; to be called before the server stops. */
  stop(): void {
    this.#stop.abort();
  }
}
