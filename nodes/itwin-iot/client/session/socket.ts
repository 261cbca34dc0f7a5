import { FIRST_WAIT } from '../../../core/backoff';
import { PlatformError } from '../../../core/errors';
import { networkError } from '../../../core/http/errors';
import type { OnRetry } from '../../../core/http/request';
import { type StreamUser, shareStream } from '../../../core/stream/shared-stream';
import type { StreamSession } from '../../../core/stream/supervisor';
import { abortable, type Deadline, deadline, monotonicNow } from '../../../core/timing';
import type { ItwinSettings } from '../settings';
import { keepAlive } from './keep-alive';
import { namedError } from './named-error';
import { type CodeSource, openWithCode } from './open-with-code';
import type { Session } from './session';

/** Somebody who wants the socket open. */
export interface SocketUser extends StreamUser {
  /** Called for every new connection, authenticated: subscriptions have to be made again. */
  onSession?(session: Session): void;
}

/** How long something may take, and who may end it. */
export interface RunOptions {
  /** Begun anew on the next connection when this one breaks before the end. */
  repeatable?: boolean | undefined;
  /** Somebody waits: it fails as soon as there is no connection to be had, not when the time is up. */
  atOnce?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** Told while it waits for a connection. */
  onRetry?: OnRetry | undefined;
}

/** The one socket of an account: opened for the first user, closed after the last. */
export interface SharedSocket {
  /** @returns ends the use */
  use(user: SocketUser): () => Promise<void>;
  /**
   * Work on the present connection or the next that comes within the time-out.
   *
   * @param what names it in errors
   * @param work is given the time limit of it all; `restart` it when the platform gives a sign of progress
   */
  run<Result>(
    what: string,
    work: (session: Session, limit: Deadline) => Promise<Result>,
    options?: RunOptions,
  ): Promise<Result>;
  /** One request with one answer. */
  request(method: string, params: object | undefined, options?: RunOptions): Promise<unknown>;
  close(): Promise<void>;
}

/** Milliseconds that the connection stays open after the last request, when nobody else uses it. */
const LINGER = 60_000;

/** A peer that leaves so many keep-alive requests unanswered counts as dead. */
const MISSED = 3;

/** Milliseconds between two reports of answers that belong to no request. */
const STRAYS_TOLD = 10_000;

export function createSharedSocket(settings: ItwinSettings, codes: CodeSource): SharedSocket {
  let current: Session | undefined;
  const waiting = new Set<(session: Session) => void>();
  let stray: { error: PlatformError; at: number } | undefined;
  let strayTold = Number.NEGATIVE_INFINITY;
  const life = new AbortController();

  const connect = async (stream: StreamSession): Promise<void> => {
    let open = false;
    const onActivity = (): void => {
      stream.heard();
      // A platform that takes the code and hangs up has done no work yet.
      if (open) stream.progressed();
    };
    const session = await openWithCode(settings, codes, { signal: stream.signal, onActivity, onStray });
    open = true;
    const stopKeepalive = keepAlive(session, settings.keepalive);
    try {
      stream.enter('connected');
      current = session;
      for (const resolve of waiting) resolve(session);
      waiting.clear();
      for (const { onSession } of shared.users) onSession?.(session);
      await abortable(session.ended, stream.signal);
    } finally {
      current = undefined;
      stopKeepalive();
      session.close();
    }
  };

  const shared = shareStream<SocketUser>({
    connect,
    backoff: { base: FIRST_WAIT, max: settings.retryMax },
    handshakeTimeout: settings.timeout,
    idleTimeout: settings.keepalive * MISSED,
  });

  /** One of those who report is enough, and a request that goes without an answer names it as the reason. */
  const onStray = (error: PlatformError): void => {
    stray = { error, at: monotonicNow() };
    if (stray.at - strayTold < STRAYS_TOLD) return;
    strayTold = stray.at;
    [...shared.users].find(({ onOutage }) => onOutage)?.onOutage?.(error);
  };

  /** The present connection or the next, but not the one that has just broken. */
  const session = (limit: AbortSignal, refused: AbortSignal, broken: Session | undefined): Promise<Session> => {
    if (current && current !== broken) return Promise.resolve(current);
    let waiter: (session: Session) => void = () => undefined;
    const next = new Promise<Session>((resolve) => {
      waiter = resolve;
      waiting.add(resolve);
    });
    return abortable(abortable(next, limit), refused).finally(() => waiting.delete(waiter));
  };

  const run: SharedSocket['run'] = async (what, work, options = {}) => {
    const { repeatable = false, atOnce = false, signal, onRetry } = options;
    if (life.signal.aborted) throw namedError(life.signal.reason as PlatformError, what);
    const refused = new AbortController();
    const limit = deadline(settings.timeout, signal, life.signal);
    const begin = monotonicNow();
    const leave = shared.use({
      onState(state, { error, retryIn = 0 }) {
        if (state === 'waiting' && error) onRetry?.(error, retryIn);
        // Waiting for other credentials would be in vain.
        const vain = state === 'unauthorized' || (atOnce && state === 'waiting' && error?.code !== 'DISCONNECTED');
        if (vain) refused.abort(error);
      },
    });
    try {
      let connection: Session | undefined;
      for (;;) {
        connection = await session(limit.signal, refused.signal, connection);
        try {
          return await work(connection, limit);
        } catch (thrown) {
          const again = repeatable && thrown instanceof PlatformError && thrown.retryable && !limit.signal.aborted;
          if (!again) throw thrown;
        }
      }
    } catch (thrown) {
      if (signal?.aborted)
        throw networkError(signal.reason, { platform: 'iTwin IoT', baseUrl: settings.url, operation: what });
      if (life.signal.aborted) throw namedError(life.signal.reason as PlatformError, what);
      const reason = shared.trouble ?? (stray && stray.at >= begin ? stray.error : undefined);
      if (limit.signal.aborted) throw away(what, settings, reason);
      throw thrown instanceof PlatformError ? namedError(thrown, what) : thrown;
    } finally {
      limit.clear();
      await leave(LINGER);
    }
  };

  return {
    use(user) {
      const leave = shared.use(user);
      if (current) user.onSession?.(current);
      return () => leave();
    },
    run,
    request: (method, params, options) =>
      run(method, (connection, { signal }) => connection.request(method, params, signal), options),
    async close() {
      life.abort(new PlatformError('CLOSED', 'the account has been closed'));
      await shared.close();
    },
  };
}

function away(operation: string, { url, timeout }: ItwinSettings, reason: PlatformError | undefined): PlatformError {
  const because = reason ? `: ${reason.message}` : '';
  const code = reason?.code ?? 'TIMEOUT';
  return new PlatformError(
    code,
    `no answer to ${operation} from iTwin IoT at ${url} within ${timeout / 1000} s${because}`,
    {
      operation,
      retryable: true,
      // It says whether there was a connection at all.
      cause: reason?.cause,
    },
  );
}
