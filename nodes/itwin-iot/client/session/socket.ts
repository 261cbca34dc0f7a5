import { FIRST_WAIT } from '../../../core/backoff';
import { PlatformError } from '../../../core/errors';
import { networkError } from '../../../core/http/errors';
import type { OnRetry } from '../../../core/http/request';
import { type StreamUser, shareStream } from '../../../core/stream/shared-stream';
import type { Attempt } from '../../../core/stream/supervisor';
import { abortable, type Deadline, deadline, monotonicNow } from '../../../core/timing';
import type { ItwinSettings } from '../settings';
import { keepAlive } from './keep-alive';
import { type CredentialSource, openWithCredential } from './open-with-credential';
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

export function createSharedSocket(settings: ItwinSettings, credentials: CredentialSource): SharedSocket {
  let current: Session | undefined;
  const waiting = new Set<(session: Session) => void>();
  let stray: { error: PlatformError; at: number } | undefined;
  let strayTold = Number.NEGATIVE_INFINITY;
  const life = new AbortController();

  const connect = async (attempt: Attempt): Promise<void> => {
    let open = false;
    const onActivity = (): void => {
      attempt.heard();
      // A platform that takes the credential and hangs up has done no work yet.
      if (open) attempt.progressed();
    };
    const session = await openWithCredential(settings, credentials, { signal: attempt.signal, onActivity, onStray });
    open = true;
    const stopKeepalive = keepAlive(session, settings.keepalive);
    try {
      attempt.enter('connected');
      current = session;
      for (const resolve of waiting) resolve(session);
      waiting.clear();
      for (const { onSession } of shared.users) onSession?.(session);
      await abortable(session.ended, attempt.signal);
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
  const nextSession = (limit: AbortSignal, vain: AbortSignal, broken: Session | undefined): Promise<Session> => {
    if (current && current !== broken) return Promise.resolve(current);
    let waiter: (session: Session) => void = () => undefined;
    const next = new Promise<Session>((resolve) => {
      waiter = resolve;
      waiting.add(resolve);
    });
    return abortable(abortable(next, limit), vain).finally(() => waiting.delete(waiter));
  };

  const run: SharedSocket['run'] = async (what, work, options = {}) => {
    const { repeatable = false, atOnce = false, signal, onRetry } = options;
    if (life.signal.aborted) throw (life.signal.reason as PlatformError).with({ operation: what });
    const inVain = new AbortController();
    const limit = deadline(settings.timeout, signal, life.signal);
    const begin = monotonicNow();
    const leave = shared.use({
      onState(state, { error, retryIn = 0 }) {
        if (state === 'waiting' && error) onRetry?.(error, retryIn);
        // Waiting for other credentials would be in vain.
        const vain = state === 'unauthorized' || (atOnce && state === 'waiting' && error?.code !== 'DISCONNECTED');
        if (vain) inVain.abort(error);
      },
    });
    try {
      let session: Session | undefined;
      for (;;) {
        session = await nextSession(limit.signal, inVain.signal, session);
        try {
          return await work(session, limit);
        } catch (thrown) {
          const again = repeatable && thrown instanceof PlatformError && thrown.retryable && !limit.signal.aborted;
          if (!again) throw thrown;
        }
      }
    } catch (thrown) {
      if (signal?.aborted)
        throw networkError(signal.reason, { platform: 'iTwin IoT', baseUrl: settings.url, operation: what });
      if (life.signal.aborted) throw (life.signal.reason as PlatformError).with({ operation: what });
      const reason = shared.trouble ?? (stray && stray.at >= begin ? stray.error : undefined);
      if (limit.signal.aborted) throw away(what, settings, reason);
      throw thrown instanceof PlatformError ? thrown.with({ operation: what }) : thrown;
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
      run(method, (session, { signal }) => session.request(method, params, signal), options),
    async close() {
      life.abort(new PlatformError('CLOSED', 'the account has been closed'));
      await shared.close();
    },
  };
}

function away(operation: string, { url, timeout }: ItwinSettings, reason: PlatformError | undefined): PlatformError {
  const words = `no answer to ${operation} from iTwin IoT at ${url} within ${timeout / 1000} s`;
  if (!reason) return new PlatformError('TIMEOUT', words, { operation, retryable: true });
  // Its cause says whether there was a connection at all. It was no answer to this request: that has no verdict.
  return reason.with({ message: `${words}: ${reason.message}`, operation, retryable: true, verdict: undefined });
}
