import { PlatformError } from '../../../core/errors';
import { abortable, monotonicNow } from '../../../core/timing';
import { isObject } from '../../../core/values/json';
import { openWire } from '../wire/open-wire';
import type { Wire, WireOptions } from '../wire/wire';
import { createRpc, type ResultListener, type Rpc } from './rpc';

/** One authenticated connection of the socket API. */
export interface Session {
  /** A request with one answer. */
  request(method: string, params: object | undefined, signal: AbortSignal): Promise<unknown>;
  /** A request with several answers; the function ends them. */
  listen(method: string, params: object, listener: ResultListener): { id: number; forget(): void };
  /**
   * Asks for the platform's time, as a sign of life.
   *
   * @throws PlatformError when it is refused or the connection is over; else the reason of the signal
   */
  ping(signal: AbortSignal): Promise<void>;
  /** The platform's time in milliseconds since 1970, as soon as it has told it. */
  now(): number | undefined;
  /** How many answers so far could not be read. */
  readonly unreadable: number;
  /** Called for each of them as it comes, until the function that is given back is. */
  onUnreadable(listener: () => void): () => void;
  /** The last refusal that does not say of what: an error without the id of a request. */
  readonly namelessRefusal: PlatformError | undefined;
  /** Rejects or resolves when the connection is over. */
  readonly ended: Promise<void>;
  close(): void;
}

export interface SessionOptions extends Omit<WireOptions, 'onText' | 'secrets'> {
  /** API key or JWT. */
  credential: string;
  /** Something came, whatever it is. */
  onActivity(): void;
  onStray(error: PlatformError): void;
}

/**
 * Opens a connection and authenticates ("This must be the first API request after opening a new connection").
 *
 * @throws PlatformError UNAUTHORIZED when the platform refuses the credential
 */
export async function openSession({
  credential,
  onActivity,
  onStray,
  ...wireOptions
}: SessionOptions): Promise<Session> {
  let rpc: Rpc | undefined;
  const wire = await openWire({
    ...wireOptions,
    secrets: [credential],
    onText(text, apart) {
      onActivity();
      rpc?.receive(text, apart);
    },
  });
  let authenticated = false;
  let unauthorized: (error: PlatformError) => void = () => undefined;
  // Before it knows who asks, the platform refuses nothing but the credential, with an id or without.
  const credentialRefused = new Promise<never>((_, reject) => {
    unauthorized = reject;
  });
  credentialRefused.catch(() => undefined);
  const strays: Strays = { unreadable: 0, namelessRefusal: undefined, listeners: new Set() };
  const stray = (error: PlatformError, nameless: boolean): void => {
    if (error.code === 'INVALID_RESPONSE') {
      strays.unreadable++;
      for (const listener of strays.listeners) listener();
    }
    if (nameless) strays.namelessRefusal = error;
    if (authenticated || error.verdict === undefined) onStray(error);
    else unauthorized(error);
  };
  rpc = createRpc(wire.send, stray, credential);
  const session = sessionOn(rpc, wire, strays);
  try {
    const welcome = await Promise.race([
      session.request('authenticate', { code: credential }, wireOptions.signal),
      credentialRefused,
    ]);
    rpc.nextId = nextIdOf(welcome) ?? rpc.nextId;
    authenticated = true;
  } catch (thrown) {
    wire.close();
    throw credentialRefusal(thrown);
  }
  return session;
}

/** What has come that belongs to no request. */
interface Strays {
  unreadable: number;
  namelessRefusal: PlatformError | undefined;
  readonly listeners: Set<() => void>;
}

function sessionOn(rpc: Rpc, { ended, close }: Pick<Wire, 'ended' | 'close'>, strays: Strays): Session {
  const over = (error?: PlatformError): void =>
    rpc.fail(error ?? new PlatformError('DISCONNECTED', 'iTwin IoT closed the connection', { retryable: true }));
  ended.then(
    () => over(),
    (error: PlatformError) => over(error),
  );

  const listen: Session['listen'] = (method, params, listener) => {
    const id = rpc.call(method, params, listener);
    return { id, forget: () => rpc.forget(id) };
  };

  const request: Session['request'] = (method, params, signal) => {
    let forget: () => void = () => undefined;
    const answer = new Promise<unknown>((resolve, reject) => {
      const id = rpc.call(method, params, { onResult: resolve, onError: reject });
      forget = () => rpc.forget(id);
    });
    return abortable(answer, signal).finally(forget);
  };

  /** Milliseconds since 1970 at the zero of the clock that only goes forward: setting this machine's moves nothing. */
  let zero: number | undefined;
  return {
    listen,
    request,
    async ping(signal) {
      const answer = await request('time', undefined, signal);
      const time = isObject(answer) ? Date.parse(String(answer.time)) : Number.NaN;
      if (!Number.isNaN(time)) zero = time - monotonicNow();
    },
    now: () => (zero === undefined ? undefined : zero + monotonicNow()),
    get unreadable() {
      return strays.unreadable;
    },
    onUnreadable(listener) {
      strays.listeners.add(listener);
      return () => void strays.listeners.delete(listener);
    },
    get namelessRefusal() {
      return strays.namelessRefusal;
    },
    ended,
    close,
  };
}

function nextIdOf(welcome: unknown): number | undefined {
  const nextId = isObject(welcome) ? welcome.nextId : undefined;
  const id = typeof nextId === 'string' && nextId !== '' ? Number(nextId) : nextId;
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}

/** Whatever the platform answers to `authenticate` but a welcome is a refusal: its codes are not documented. */
function credentialRefusal(thrown: unknown): unknown {
  // A connection that breaks and what is no answer at all have no verdict.
  if (!(thrown instanceof PlatformError) || thrown.verdict === undefined) return thrown;
  const message = `iTwin IoT refused the credentials; check them in the account: ${thrown.message}`;
  // What it says of the credentials it does not say of a message.
  return thrown.with({ code: 'UNAUTHORIZED', message, verdict: undefined });
}
