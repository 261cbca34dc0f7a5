import { FIRST_WAIT } from '../../core/backoff';
import { PlatformError } from '../../core/errors';
import { type StreamUser, shareStream } from '../../core/shared-stream';
import type { StreamSession } from '../../core/stream-supervisor';
import { abortable, type Deadline, deadline } from '../../core/timing';
import { openSession, type Session } from './session';
import type { ItwinSettings } from './settings';

/** Somebody who wants the socket open. */
export interface SocketUser extends StreamUser {
  /** Called for every new connection, authenticated: subscriptions have to be made again. */
  onSession?(session: Session): void;
}

/** How long something may take, and who may end it. */
export interface RunOptions {
  /** Begun anew on the next connection when this one breaks before the end. */
  repeatable?: boolean | undefined;
  signal?: AbortSignal | undefined;
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

/** Where the code for `authenticate` comes from. */
export interface CodeSource {
  get(): Promise<string>;
  /** The platform refused it. */
  reject(code: string): void;
}

/** Milliseconds that the connection stays open after the last request, when nobody else uses it. */
const LINGER = 60_000;

/** A peer that leaves so many keep-alive requests unanswered counts as dead. */
const MISSED = 3;

/** An answer with a hundred thousand points has some five million characters. */
const LONGEST_TEXT = 64 * 1024 * 1024;

export function createSharedSocket(settings: ItwinSettings, codes: CodeSource): SharedSocket {
  let current: Session | undefined;
  const waiting = new Set<(session: Session) => void>();

  const connect = async (stream: StreamSession): Promise<void> => {
    const session = await openWithCode(settings, codes, stream, onStray);
    const stopKeepalive = keepAlive(session, settings.keepalive, stream.signal);
    try {
      stream.enter('connected');
      stream.progressed();
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

  const onStray = (error: PlatformError): void => {
    for (const { onOutage } of shared.users) onOutage?.(error);
  };

  const shared = shareStream<SocketUser>({
    connect,
    backoff: { base: FIRST_WAIT, max: settings.retryMax },
    handshakeTimeout: settings.timeout,
    idleTimeout: settings.keepalive * MISSED,
  });

  const session = (signal: AbortSignal): Promise<Session> => {
    if (current) return Promise.resolve(current);
    let waiter: (session: Session) => void = () => undefined;
    const next = new Promise<Session>((resolve) => {
      waiter = resolve;
      waiting.add(resolve);
    });
    return abortable(next, signal).finally(() => waiting.delete(waiter));
  };

  const use = (user: SocketUser): ((linger?: number) => Promise<void>) => {
    const leave = shared.use(user);
    if (current) user.onSession?.(current);
    return leave;
  };

  const run: SharedSocket['run'] = async (what, work, { repeatable = false, signal } = {}) => {
    const refused = new AbortController();
    const limit = deadline(settings.timeout, signal);
    const user: SocketUser = {
      onState(state, { error }) {
        // Waiting for other credentials would be in vain.
        if (state === 'unauthorized') refused.abort(error);
      },
    };
    const leave = use(user);
    try {
      for (;;) {
        const connection = await abortable(session(limit.signal), refused.signal);
        try {
          return await work(connection, limit);
        } catch (thrown) {
          const again = repeatable && thrown instanceof PlatformError && thrown.retryable && !limit.signal.aborted;
          if (!again) throw thrown;
        }
      }
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      throw limit.signal.aborted ? away(what, settings, shared.trouble) : named(thrown, what);
    } finally {
      limit.clear();
      await leave(LINGER);
    }
  };

  return {
    use: (user) => {
      const leave = use(user);
      return () => leave();
    },
    run,
    request: (method, params, options) =>
      run(method, (connection, { signal }) => connection.request(method, params, signal), options),
    close: shared.close,
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
  return new PlatformError(code, message, { operation, retryable, cause, ...(verdict && { verdict }) });
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
