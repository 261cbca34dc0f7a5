import type { PlatformError } from '../errors';
import { safely, silently } from '../safely';
import {
  type StreamDetail,
  type StreamOptions,
  type StreamState,
  type StreamSupervisor,
  superviseStream,
} from './supervisor';

/** Somebody who wants the connection open. */
export interface StreamUser {
  onState?(state: StreamState, detail: StreamDetail): void;
  /** Called once an outage. */
  onOutage?(error: PlatformError): void;
}

/** One supervised connection for several users: opened for the first, closed after the last. */
export interface SharedStream<User extends StreamUser> {
  readonly users: ReadonlySet<User>;
  /** Why there is no connection; kept while the next attempt runs. */
  readonly trouble: PlatformError | undefined;
  /**
   * @returns ends the use; after the last one the connection stays open for so many milliseconds, in case somebody
   *   comes back (default: 0)
   */
  use(user: User): (linger?: number) => Promise<void>;
  /** Ends the connection, whoever uses it. */
  close(): Promise<void>;
}

export function shareStream<User extends StreamUser>(
  options: Omit<StreamOptions, 'onState' | 'onOutage'>,
): SharedStream<User> {
  const users = new Set<User>();
  let supervisor: StreamSupervisor | undefined;
  let last: { state: StreamState; detail: StreamDetail } | undefined;
  let trouble: PlatformError | undefined;
  let lingering: NodeJS.Timeout | undefined;

  const start = (): StreamSupervisor =>
    superviseStream({
      ...options,
      onState(state, detail) {
        // The end of a connection that nobody uses is nobody's business, least of all of those who use the next one.
        if (state === 'closed') return;
        last = { state, detail };
        if (detail.error) trouble = detail.error;
        else if (state !== 'connecting') trouble = undefined;
        for (const { onState, onOutage } of users) safely(onState, (error) => onOutage?.(error))(state, detail);
      },
      onOutage(error) {
        for (const { onOutage } of users) silently(onOutage)(error);
      },
    });

  const stop = async (): Promise<void> => {
    clearTimeout(lingering);
    const running = supervisor;
    supervisor = undefined;
    last = undefined;
    trouble = undefined;
    await running?.close();
  };

  return {
    users,
    get trouble() {
      return trouble;
    },
    use(user) {
      clearTimeout(lingering);
      users.add(user);
      if (last) safely(user.onState, (error) => user.onOutage?.(error))(last.state, last.detail);
      else supervisor ??= start();
      return async (linger = 0) => {
        if (!users.delete(user) || users.size > 0) return;
        if (linger === 0) return stop();
        clearTimeout(lingering);
        lingering = setTimeout(() => void stop(), linger).unref();
      };
    },
    close: stop,
  };
}
