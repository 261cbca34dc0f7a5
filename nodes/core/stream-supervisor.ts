import { type BackoffBounds, backoffDelay } from './backoff';
import { isCredentialError, PlatformError, toPlatformError } from './errors';
import { sleep, startTimer } from './timing';

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
export interface StreamSession {
  /** Fires when this connection must end: stream closed, peer silent, handshake too slow. */
  readonly signal: AbortSignal;
  /** The handshake is over; stored events come first (`replaying`) or live ones do (`connected`). */
  enter(state: 'replaying' | 'connected'): void;
  /** The peer gave a sign of life. */
  heard(): void;
  /** The connection did its work: an event arrived. The next failure starts a new outage with short waits. */
  progressed(): void;
}

export interface StreamOptions {
  /** Runs one connection. Resolves when the peer ended it in order, rejects when it failed. */
  connect(session: StreamSession): Promise<void>;
  onState(state: StreamState, detail: StreamDetail): void;
  /** Called once an outage, at its first failure. */
  onOutage(error: PlatformError): void;
  backoff: BackoffBounds;
  /** Milliseconds for the handshake. */
  handshakeTimeout: number;
  /** Milliseconds of silence after which the peer counts as dead; 0: never. */
  idleTimeout: number;
}

export interface StreamSupervisor {
  readonly state: StreamState;
  /** Ends the connection and every wait. Resolves when the connection's code has returned. */
  close(): Promise<void>;
}

/** A server that sends one event and drops, again and again, is reported once in so many milliseconds. */
const FLAPPING = 10_000;

/** Keeps a connection alive for ever: dial, watch, wait, dial again. Starts at once. */
export function superviseStream(options: StreamOptions): StreamSupervisor {
  const life = new AbortController();
  let state: StreamState = 'connecting';
  let failures = 0;
  let reported = false;
  let reportedAt = Number.NEGATIVE_INFINITY;

  const enter = (next: StreamState, detail: StreamDetail = {}): void => {
    state = next;
    options.onState(next, detail);
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
    try {
      await options.connect({
        signal: connection.signal,
        enter(next) {
          if (connection.signal.aborted || entered === next) return;
          if (entered === undefined) watchdog.limit(options.idleTimeout, silence);
          entered = next;
          enter(next);
        },
        heard() {
          // Before the handshake is over the watchdog measures that, and a slow trickle must not prolong it.
          if (entered !== undefined) watchdog.touch();
        },
        progressed() {
          failures = 0;
          if (reported) reported = Date.now() - reportedAt < FLAPPING;
        },
      });
      // Code that returns quietly when its signal fires has not been closed by the platform.
      connection.signal.throwIfAborted();
      return new PlatformError('DISCONNECTED', 'the platform closed the connection', { retryable: true });
    } catch (thrown) {
      // The reason of the abort says more than the error of whatever it interrupted.
      return toPlatformError(connection.signal.aborted ? connection.signal.reason : thrown);
    } finally {
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
      const retryIn = unauthorized ? options.backoff.max : waitAfter(error, failures, options.backoff);
      // A connection that the platform closes in order and takes again at once is no outage.
      if (!reported && (error.code !== 'DISCONNECTED' || failures > 0)) {
        reported = true;
        reportedAt = Date.now();
        options.onOutage(error);
      }
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

interface Watchdog {
  /** A new limit; `touch` starts it over. 0: no limit. */
  limit(ms: number, reason: () => PlatformError): void;
  touch(): void;
  stop(): void;
}

/** One timer for the whole connection: `touch` is called for every chunk and must cost next to nothing. */
function createWatchdog(expire: (error: PlatformError) => void): Watchdog {
  let timer: NodeJS.Timeout | undefined;
  return {
    limit(ms, reason) {
      clearTimeout(timer);
      timer = ms > 0 ? startTimer(() => expire(reason()), ms) : undefined;
    },
    touch: () => timer?.refresh(),
    stop() {
      clearTimeout(timer);
      // What is heard of a connection that is over must not start it anew.
      timer = undefined;
    },
  };
}
