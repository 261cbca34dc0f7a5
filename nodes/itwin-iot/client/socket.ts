import { PlatformError } from '../../core/errors';
import {
  type StreamDetail,
  type StreamSession,
  type StreamState,
  type StreamSupervisor,
  superviseStream,
} from '../../core/stream-supervisor';
import { abortable, deadline } from '../../core/timing';
import { openSession, type Session } from './session';
import type { ItwinSettings } from './settings';

/** Somebody who wants the socket open. */
export interface SocketUser {
  onState?(state: StreamState, detail: StreamDetail): void;
  /** Called once an outage. */
  onOutage?(error: PlatformError): void;
  /** Called for every new connection, authenticated: subscriptions have to be made again. */
  onSession?(session: Session): void;
}

/** The one socket of an account: opened for the first user, closed after the last. */
export interface SharedSocket {
  /** @returns ends the use */
  use(user: SocketUser): () => Promise<void>;
  /**
   * One request with one answer, on the present connection or the next that comes within the time-out.
   *
   * @param repeatable sent again on the next connection when this one breaks before the answer
   * @param onSent called when it goes out: from then on the platform may have carried it out, whatever follows
   */
  request(
    method: string,
    params: object | undefined,
    options?: { repeatable?: boolean; signal?: AbortSignal; onSent?(): void },
  ): Promise<unknown>;
  /** The authenticated connection, as soon as there is one. */
  session(signal: AbortSignal): Promise<Session>;
  close(): Promise<void>;
}

/** Where the code for `authenticate` comes from. */
export interface CodeSource {
  get(): Promise<string>;
  /** The platform refused it. */
  reject(code: string): void;
}

/** The first wait after a failure is at most so long, in milliseconds. */
const FIRST_WAIT = 1000;

/** A peer that leaves so many keep-alive requests unanswered counts as dead. */
const MISSED = 3;

/** An answer with a hundred thousand points has some five million characters. */
const LONGEST_TEXT = 64 * 1024 * 1024;

export function createSharedSocket(settings: ItwinSettings, codes: CodeSource): SharedSocket {
  const users = new Set<SocketUser>();
  let supervisor: StreamSupervisor | undefined;
  let current: Session | undefined;
  let last: { state: StreamState; detail: StreamDetail } | undefined;
  /** Why there is no connection; kept while the next attempt runs. */
  let trouble: PlatformError | undefined;
  const waiting: ((session: Session) => void)[] = [];

  const connect = async (stream: StreamSession): Promise<void> => {
    const session = await openWithCode(settings, codes, stream, onStray);
    const stopKeepalive = keepAlive(session, settings.keepalive, stream.signal);
    try {
      stream.enter('connected');
      stream.progressed();
      current = session;
      for (const resolve of waiting.splice(0)) resolve(session);
      for (const { onSession } of users) onSession?.(session);
      await abortable(session.ended, stream.signal);
    } finally {
      current = undefined;
      stopKeepalive();
      session.close();
    }
  };

  const onStray = (error: PlatformError): void => {
    for (const { onOutage } of users) onOutage?.(error);
  };

  const start = (): StreamSupervisor =>
    superviseStream({
      connect,
      onState(state, detail) {
        last = { state, detail };
        if (detail.error) trouble = detail.error;
        else if (state === 'connected') trouble = undefined;
        for (const { onState } of users) onState?.(state, detail);
      },
      onOutage(error) {
        for (const { onOutage } of users) onOutage?.(error);
      },
      backoff: { base: FIRST_WAIT, max: settings.retryMax },
      handshakeTimeout: settings.timeout,
      idleTimeout: settings.keepalive * MISSED,
    });

  const stop = async (): Promise<void> => {
    const running = supervisor;
    supervisor = undefined;
    last = undefined;
    await running?.close();
  };

  const session = (signal: AbortSignal): Promise<Session> => {
    if (current) return Promise.resolve(current);
    const next = new Promise<Session>((resolve) => waiting.push(resolve));
    return abortable(next, signal);
  };

  const use: SharedSocket['use'] = (user) => {
    users.add(user);
    supervisor ??= start();
    if (last) user.onState?.(last.state, last.detail);
    if (current) user.onSession?.(current);
    return async () => {
      users.delete(user);
      if (users.size === 0) await stop();
    };
  };

  return {
    use,
    session,
    async request(method, params, { repeatable = false, signal, onSent } = {}) {
      const refused = new AbortController();
      const limit = deadline(settings.timeout, signal);
      const leave = use({
        onState(state, { error }) {
          // Waiting for other credentials would be in vain.
          if (state === 'unauthorized') refused.abort(error);
        },
      });
      const connected = (): Promise<Session> => abortable(session(limit.signal), refused.signal);
      try {
        for (;;) {
          const connection = await connected();
          onSent?.();
          try {
            return await connection.request(method, params, limit.signal);
          } catch (thrown) {
            const again = repeatable && thrown instanceof PlatformError && thrown.retryable && !limit.signal.aborted;
            if (!again) throw thrown;
          }
        }
      } catch (thrown) {
        throw limit.signal.aborted ? away(method, settings, trouble) : named(thrown, method);
      } finally {
        limit.clear();
        await leave();
      }
    },
    close: stop,
  };
}

async function openWithCode(
  settings: ItwinSettings,
  codes: CodeSource,
  stream: StreamSession,
  onStray: (error: PlatformError) => void,
): Promise<Session> {
  const code = await abortable(codes.get(), stream.signal);
  try {
    return await openSession({
      url: settings.url,
      tls: settings.tls,
      proxy: settings.proxy,
      signal: stream.signal,
      limit: LONGEST_TEXT,
      code,
      onActivity: () => stream.heard(),
      onStray,
    });
  } catch (thrown) {
    if (thrown instanceof PlatformError && thrown.code === 'UNAUTHORIZED') codes.reject(code);
    throw thrown;
  }
}

/** "Keep a connection alive with periodic time requests". The answer counts as a sign of life. */
function keepAlive(session: Session, interval: number, signal: AbortSignal): () => void {
  if (interval <= 0) return () => undefined;
  const timer = setInterval(() => {
    // A connection that breaks is noticed by its own end.
    session.request('time', undefined, signal).catch(() => undefined);
  }, interval);
  return () => clearInterval(timer);
}

function named(thrown: unknown, operation: string): unknown {
  if (!(thrown instanceof PlatformError)) return thrown;
  const { code, message, retryable, verdict, cause } = thrown;
  return new PlatformError(code, message, { operation, retryable, verdict, cause });
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
    },
  );
}
