import { type BackoffBounds, backoffDelay, LONGEST_PAUSE } from '../backoff';
import { isCredentialError, PlatformError, toPlatformError } from '../errors';
import { safely, silently } from '../safely';
import { monotonicNow, nextTurn, sleep, startTimer } from '../timing';

/**
 * Where a long-lived connection stands.
 *
 * ```
 * connecting → replaying → connected → waiting → connecting → …
 *                                    ↘ unauthorized ↗            any → closed
 * ```
 */
export type StreamState = 'connecting' | 'replaying' | 'connected' | 'waiting' | 'unauthorized' | 'closed';

export interface StreamDetail {
  /** Why the stream waits. */
  error?: PlatformError;
  /** Milliseconds until the next attempt. */
  retryIn?: number;
}

/** One connection, from dialling to its end, as seen by the code that runs it. */
export interface Attempt {
  /** Fires when this connection must end: stream closed, peer silent, handshake too slow. */
  readonly signal: AbortSignal;
  /** The handshake is over; stored events come first (`replaying`) or live ones do (`connected`). */
  enter(state: 'replaying' | 'connected'): void;
  /** The peer gave a sign of life. */
  heard(): void;
  /** The connection did its work: an event arrived. The next failure starts a new outage with short waits. */
  progressed(): void;
  /** The platform wants so many milliseconds between two connections at least (`retry:` of WHATWG HTML §9.2.6). */
  waitAtLeast(ms: number): void;
}

export interface StreamOptions {
  /** Runs one connection. Resolves when the peer ended it in order, rejects when it failed. */
  connect(attempt: Attempt): Promise<void>;
  onState(state: StreamState, detail: StreamDetail): void;
  /** Called once an outage, at its first failure; also told of what `onState` throws. */
  onOutage(error: PlatformError): void;
  backoff: BackoffBounds;
  /** Milliseconds for the handshake. */
  handshakeTimeout: number;
  /** Milliseconds of silence after which the peer counts as dead; 0: never. */
  idleTimeout: number;
  /** Each new connection brings everything again: only one that has held for a while makes the waits short again. */
  costly?: boolean;
}

export interface StreamSupervisor {
  readonly state: StreamState;
  /** Ends the connection and every wait. Resolves when the connection's code has returned. */
  close(): Promise<void>;
}

/** A connection that breaks earlier belongs to the outage before it: a server that sends one event and drops is one. */
const STEADY = 10_000;

/** Keeps a connection alive for ever: dial, watch, wait, dial again. Starts at once. */
export function superviseStream(options: StreamOptions): StreamSupervisor {
  const life = new AbortController();
  let state: StreamState = 'connecting';
  let failures = 0;
  let atLeast = 0;
  const tell = silently(options.onOutage);
  const outage = trackOutage(tell);
  // The connection is worth more than a mistake of those who look at it.
  const onState = safely(options.onState, tell);

  const enter = (next: StreamState, detail: StreamDetail = {}): void => {
    state = next;
    onState(next, detail);
  };

  const runOnce = async (): Promise<PlatformError> => {
    const connection = new AbortController();
    const end = (): void => connection.abort(life.signal.reason);
    life.signal.addEventListener('abort', end, { once: true });
    const watchdog = createWatchdog((error) => connection.abort(error));
    watchdog.limit(options.handshakeTimeout, () => {
      const seconds = options.handshakeTimeout / 1000;
      return new PlatformError('TIMEOUT', `no connection within ${seconds} s`, { retryable: true });
    });
    const silence = (): PlatformError =>
      new PlatformError('IDLE', `nothing heard for ${options.idleTimeout / 1000} s`, { retryable: true });
    let entered: StreamState | undefined;
    let enteredAt = Number.POSITIVE_INFINITY;
    let worked = false;
    try {
      await options.connect({
        signal: connection.signal,
        enter(next) {
          if (connection.signal.aborted || entered === next) return;
          if (entered === undefined) {
            watchdog.limit(options.idleTimeout, silence);
            enteredAt = monotonicNow();
          }
          entered = next;
          enter(next);
        },
        heard() {
          // Before the handshake is over the watchdog measures that, and a slow trickle must not prolong it.
          if (entered !== undefined) watchdog.touch();
        },
        progressed() {
          worked = true;
          if (!options.costly) failures = 0;
          outage.interrupted();
        },
        waitAtLeast(ms) {
          atLeast = Math.min(ms, LONGEST_PAUSE);
        },
      });
      // Code that returns quietly when its signal fires has not been closed by the platform.
      connection.signal.throwIfAborted();
      return new PlatformError('DISCONNECTED', 'the platform closed the connection', { retryable: true });
    } catch (thrown) {
      // The reason of the abort says more than the error of whatever it interrupted.
      return toPlatformError(connection.signal.aborted ? connection.signal.reason : thrown);
    } finally {
      if (worked && monotonicNow() - enteredAt >= STEADY) {
        failures = 0;
        outage.over();
      }
      watchdog.stop();
      life.signal.removeEventListener('abort', end);
      connection.abort();
    }
  };

  const run = async (): Promise<void> => {
    while (!life.signal.aborted) {
      enter('connecting');
      const error = await runOnce();
      if (life.signal.aborted) break;
      const unauthorized = isCredentialError(error);
      const wait = unauthorized ? options.backoff.max : waitAfter(error, failures, options.backoff);
      const retryIn = Math.max(wait, atLeast);
      // A connection that the platform closes in order and takes again at once is no outage.
      if (error.code !== 'DISCONNECTED' || failures > 0) outage.failed(error);
      failures++;
      enter(unauthorized ? 'unauthorized' : 'waiting', { error, retryIn });
      await sleep(retryIn, life.signal);
    }
    enter('closed');
  };

  const running = run();
  return {
    get state() {
      return state;
    },
    close() {
      life.abort(new PlatformError('CLOSED', 'the stream has been closed'));
      return running;
    },
  };
}

function waitAfter(error: PlatformError, failures: number, backoff: BackoffBounds): number {
  const wait = backoffDelay(failures, backoff);
  return error.retryAfter === undefined ? wait : Math.max(wait, error.retryAfter);
}

/** Tells an outage once. */
interface OutageTracker {
  /** An attempt, or a connection, has failed. */
  failed(error: PlatformError): void;
  /** Something arrived: what fails from now on is not the same trouble, or only seems so. */
  interrupted(): void;
  /** The connection has held for a while. */
  over(): void;
}

/**
 * The first failure is told at once. After a connection that broke early the next is told only when a second attempt
 * fails as well, and not sooner than some time after the last report: then it lasts, and is no flapping.
 */
function trackOutage(tell: (error: PlatformError) => void): OutageTracker {
  let fresh = true;
  let told = false;
  let inARow = 0;
  let toldAt = Number.NEGATIVE_INFINITY;

  return {
    failed(error) {
      inARow++;
      if (told || (!fresh && (inARow < 2 || monotonicNow() - toldAt < STEADY))) return;
      fresh = false;
      told = true;
      toldAt = monotonicNow();
      tell(error);
    },
    interrupted() {
      inARow = 0;
      told = false;
    },
    over() {
      fresh = true;
      told = false;
      inARow = 0;
    },
  };
}

interface Watchdog {
  /** A new limit; `touch` starts it over. 0: no limit. */
  limit(ms: number, reason: () => PlatformError): void;
  touch(): void;
  stop(): void;
}

/** One timer for the whole connection: `touch` is called for every chunk and must cost next to nothing. */
function createWatchdog(expire: (error: PlatformError) => void): Watchdog {
  let timer: NodeJS.Timeout | undefined;
  let touches = 0;

  /**
   * A flow that has blocked Node.js, or a machine that slept, makes the timer fire before what waits in the socket has
   * been read: it is looked at once more.
   */
  const look = async (of: NodeJS.Timeout | undefined, reason: () => PlatformError): Promise<void> => {
    const before = touches;
    for (let turn = 0; turn < LAST_LOOK; turn++) await nextTurn();
    if (timer === of && touches === before) expire(reason());
  };

  return {
    limit(ms, reason) {
      clearTimeout(timer);
      timer = ms > 0 ? startTimer(() => void look(timer, reason), ms) : undefined;
    },
    touch() {
      touches++;
      timer?.refresh();
    },
    stop() {
      clearTimeout(timer);
      // What is heard of a connection that is over must not start it anew.
      timer = undefined;
    },
  };
}

/** Turns of the event loop in which bytes that have arrived make their way through TLS and the parser. */
const LAST_LOOK = 4;
