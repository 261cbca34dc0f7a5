import { PlatformError } from '../../core/errors';
import { abortable } from '../../core/timing';
import { openWire } from './open-wire';
import { createRpc, type ResultListener, type Rpc } from './rpc';
import type { WireOptions } from './wire';

/** One authenticated connection of the socket API. */
export interface Session {
  /** A request with one answer. */
  request(method: string, params: object | undefined, signal: AbortSignal): Promise<unknown>;
  /** A request with several answers; the function ends them. */
  listen(method: string, params: object, listener: ResultListener): { id: number; forget(): void };
  /** Rejects or resolves when the connection is over. */
  readonly ended: Promise<void>;
  close(): void;
}

export interface SessionOptions extends Omit<WireOptions, 'onText'> {
  /** API key or JWT. */
  code: string;
  /** Something came, whatever it is. */
  onActivity(): void;
  onStray(error: PlatformError): void;
}

/**
 * Opens a connection and authenticates ("This must be the first API request after opening a new connection").
 *
 * @throws PlatformError UNAUTHORIZED when the platform refuses the code
 */
export async function openSession({ code, onActivity, onStray, ...wireOptions }: SessionOptions): Promise<Session> {
  let rpc: Rpc | undefined;
  const wire = await openWire({
    ...wireOptions,
    onText(text) {
      onActivity();
      rpc?.receive(text);
    },
  });
  rpc = createRpc(wire.send, onStray);
  const session = sessionOn(rpc, wire.ended, wire.close);
  try {
    const welcome = await session.request('authenticate', { code }, wireOptions.signal);
    rpc.nextId = nextIdOf(welcome) ?? rpc.nextId;
  } catch (thrown) {
    wire.close();
    throw refusal(thrown);
  }
  return session;
}

function sessionOn(rpc: Rpc, wireEnded: Promise<void>, close: () => void): Session {
  const over = (error?: PlatformError): void =>
    rpc.fail(error ?? new PlatformError('DISCONNECTED', 'iTwin IoT closed the connection', { retryable: true }));
  wireEnded.then(
    () => over(),
    (error: PlatformError) => over(error),
  );

  const listen: Session['listen'] = (method, params, listener) => {
    const id = rpc.call(method, params, listener);
    return { id, forget: () => rpc.forget(id) };
  };

  return {
    listen,
    request(method, params, signal) {
      let forget: () => void = () => undefined;
      const answer = new Promise<unknown>((resolve, reject) => {
        const id = rpc.call(method, params, { onResult: resolve, onError: reject });
        forget = () => rpc.forget(id);
      });
      return abortable(answer, signal).finally(forget);
    },
    ended: wireEnded,
    close,
  };
}

function nextIdOf(welcome: unknown): number | undefined {
  const { nextId } = (welcome ?? {}) as { nextId?: unknown };
  const id = Number(nextId);
  return nextId !== undefined && Number.isSafeInteger(id) ? id : undefined;
}

/** Whatever the platform answers to `authenticate` but a welcome is a refusal: its codes are not documented. */
function refusal(thrown: unknown): unknown {
  const answered = thrown instanceof PlatformError && !thrown.retryable && thrown.statusCode === undefined;
  if (!answered || thrown.code === 'CLOSED') return thrown;
  return new PlatformError(
    'UNAUTHORIZED',
    `iTwin IoT refused the credentials; check them in the account: ${thrown.message}`,
  );
}
