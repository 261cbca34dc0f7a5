/** Which requests a fault hits. A stream counts as the request that opened it. */
export interface FaultScope {
  /** Only the next `times` requests; left out: until cleared. */
  times?: number;
  /** Only requests whose path, without the API's base, begins with this, such as `/recordings`. */
  path?: string;
  /** Only requests of this HTTP method. */
  method?: string;
  /** Only this share of the requests (0 to 1), drawn for each of them; left out: all. */
  chance?: number;
}

/** What a fault is matched against; the same object for the whole life of a request or stream. */
export interface FaultTarget {
  readonly method: string;
  /** Path without the API's base and without the query. */
  readonly path: string;
  /**
   * The connection that carries this request among others, as a WebSocket does: what frame faults count by when their
   * scope names no method. Left out: the request is a stream of its own.
   */
  readonly connection?: FaultTarget;
}

/** Content codings (RFC 9110, 8.4.1) that a server may use although nobody asked. */
export type Encoding = 'gzip' | 'deflate' | 'br';

/** Faults that hit a whole request. */
export type RequestFault =
  | { kind: 'half-open' }
  | { kind: 'slow'; ms: number }
  | { kind: 'status'; status: number; retryAfter?: number | string | Date }
  | { kind: 'answer'; status: number; body: string; type: string }
  | { kind: 'endless' }
  | { kind: 'continue' }
  | { kind: 'compressed'; encoding: Encoding }
  | { kind: 'wrong-credentials' }
  | { kind: 'lose-answer' };

/** Faults that hit one event of a stream, once a stream, after `afterEvents` more events went out whole. */
export type FrameFault =
  | { kind: 'cut'; afterEvents: number }
  | { kind: 'malformed'; afterEvents: number }
  | { kind: 'oversized'; afterEvents: number; bytes: number };

export type Fault = RequestFault | FrameFault;

/** A fault that waits for its requests. */
export interface ArmedFault {
  readonly fault: Fault;
  readonly scope: FaultScope;
  /** Requests or streams it has hit so far. */
  readonly fired: number;
  /** Disarms this one. */
  clear(): void;
}

type FaultOf<K extends Fault['kind']> = Extract<Fault, { kind: K }>;

/** The faults that are armed now, and whom they hit. */
export class FaultRegistry {
  readonly #armed = new Set<Armed>();
  readonly #openStreams = new Set<FaultTarget>();
  readonly #silenced = new WeakSet<FaultTarget>();

  /** Arms a fault. Half-open silences the matching streams that are open already, for ever. */
  arm(fault: Fault, scope: FaultScope = {}): ArmedFault {
    const armed = new Armed(fault, scope, (self) => this.#armed.delete(self));
    this.#armed.add(armed);
    if (fault.kind === 'half-open') {
      for (const target of this.#openStreams) if (armed.covers(target)) this.#silenced.add(target);
    }
    return armed;
  }

  /** Every armed fault, used up or not, in order of arming. */
  get armed(): readonly ArmedFault[] {
    return [...this.#armed];
  }

  clear(): void {
    this.#armed.clear();
  }

  /** The fault of this kind that hits the request, if any; a request takes one of `times` only once. */
  take<K extends RequestFault['kind']>(kind: K, target: FaultTarget): FaultOf<K> | undefined {
    for (const armed of this.#armed) {
      if (armed.fault.kind === kind && armed.claim(target)) return armed.fault as FaultOf<K>;
    }
    return undefined;
  }

  /** True when the stream's events must be sent one by one, because a fault may hit one of them. */
  concernsEvents(target: FaultTarget): boolean {
    for (const armed of this.#armed) if (armed.mayHitEventOf(target)) return true;
    return false;
  }

  /** To be asked before each event of a stream: the faults that hit exactly this event. */
  takeForEvent(target: FaultTarget): FrameFault[] {
    const faults: FrameFault[] = [];
    for (const armed of this.#armed) {
      const { fault } = armed;
      if ('afterEvents' in fault && armed.countEvent(target, fault.afterEvents)) faults.push(fault);
    }
    return faults;
  }

  /** A stream opened: half-open will find it. */
  streamOpened(target: FaultTarget): void {
    this.#openStreams.add(target);
  }

  streamClosed(target: FaultTarget): void {
    this.#openStreams.delete(target);
  }

  /** True when half-open hit the open stream: nothing more may be sent, and its socket stays. */
  isSilenced(target: FaultTarget): boolean {
    return this.#silenced.has(target);
  }
}

class Armed implements ArmedFault {
  readonly fault: Fault;
  readonly scope: FaultScope;
  fired = 0;
  readonly #remove: (self: Armed) => void;
  readonly #claimed = new WeakSet<FaultTarget>();
  /** Those that the draw let go. */
  readonly #spared = new WeakSet<FaultTarget>();
  /** Events that went out whole, by stream; `done` once the fault hit the stream. */
  readonly #events = new WeakMap<FaultTarget, number | 'done'>();

  constructor(fault: Fault, scope: FaultScope, remove: (self: Armed) => void) {
    this.fault = fault;
    this.scope = scope;
    this.#remove = remove;
  }

  clear(): void {
    this.#remove(this);
  }

  covers(target: FaultTarget): boolean {
    const { path, method } = this.scope;
    return (path === undefined || target.path.startsWith(path)) && (method === undefined || target.method === method);
  }

  claim(target: FaultTarget): boolean {
    if (this.#claimed.has(target)) return true;
    if (!this.#available(target)) return false;
    if (Math.random() >= (this.scope.chance ?? 1)) {
      this.#spared.add(target);
      return false;
    }
    this.#claimed.add(target);
    this.fired += 1;
    return true;
  }

  mayHitEventOf(target: FaultTarget): boolean {
    if (this.fault.kind === 'slow') return this.#claimed.has(target) || this.#available(target);
    if (!('afterEvents' in this.fault)) return false;
    const stream = this.#streamOf(target);
    if (this.#events.get(stream) === 'done') return false;
    return this.#claimed.has(stream) || this.#available(stream);
  }

  countEvent(target: FaultTarget, afterEvents: number): boolean {
    const stream = this.#streamOf(target);
    const sent = this.#events.get(stream) ?? 0;
    if (sent === 'done') return false;
    if (sent < afterEvents) {
      if (this.#available(stream)) this.#events.set(stream, sent + 1);
      return false;
    }
    if (!this.claim(stream)) return false;
    this.#events.set(stream, 'done');
    return true;
  }

  #streamOf(target: FaultTarget): FaultTarget {
    return this.scope.method === undefined ? (target.connection ?? target) : target;
  }

  #available(target: FaultTarget): boolean {
    const spent = this.fired >= (this.scope.times ?? Number.POSITIVE_INFINITY);
    return this.covers(target) && !spent && !this.#spared.has(target);
  }
}
