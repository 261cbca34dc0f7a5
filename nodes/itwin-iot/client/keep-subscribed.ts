import { type PlatformError, toPlatformError } from '../../core/errors';
import type { StreamDetail, StreamState } from '../../core/stream-supervisor';
import { deadline, sleep } from '../../core/timing';
import type { Follower } from './follower';
import type { Session } from './session';
import type { SharedSocket } from './socket';

/** Where a set of subscriptions stands: the states of the connection, and `refused` when one of them is. */
export type SubscriptionState = StreamState | 'refused';

export interface KeepSubscribedOptions {
  followers: readonly Follower[];
  /** Milliseconds without an answer after which a back-fill counts as failed. */
  timeout: number;
  /** Milliseconds until what was refused is tried again. */
  retryAfter: number;
  onState(state: SubscriptionState, detail: StreamDetail): void;
  /** Called once an outage. */
  onOutage(error: PlatformError): void;
  /** Called once until the subscription stands. */
  onRefused(error: PlatformError): void;
}

/** Back-fills under way at the same time. */
const AT_ONCE = 4;

/**
 * Keeps subscriptions alive over any number of connections. `connected` is said only when none is refused and everything
 * missed has come.
 *
 * @returns ends it
 */
export function keepSubscribed(socket: SharedSocket, options: KeepSubscribedOptions): () => Promise<void> {
  const { followers, onState, onOutage } = options;
  /** What is wrong with each, over connections: it is said once. */
  const refused = new Map<Follower, PlatformError>();
  let connection = new AbortController();

  const onSession = (session: Session): void => {
    connection.abort();
    connection = new AbortController();
    const { signal } = connection;
    const over = connection.abort.bind(connection);
    session.ended.then(over, over);
    const end = (thrown: unknown): void => {
      const error = toPlatformError(thrown);
      if (!signal.aborted && !error.retryable) onOutage(error);
    };
    follow(session, signal).catch(end);
  };

  const follow = async (session: Session, signal: AbortSignal): Promise<void> => {
    const subscribed = new Set<Follower>();
    let underWay = 0;

    const settle = (): void => {
      if (signal.aborted || underWay > 0) return;
      const [error] = refused.values();
      if (error) onState('refused', { error });
      else onState('connected', {});
    };

    const fail = (follower: Follower, error: PlatformError): void => {
      // The end of a connection is no refusal.
      if (signal.aborted || (error.retryable && error.code !== 'TIMEOUT')) return;
      if (!refused.has(follower)) options.onRefused(error);
      refused.set(follower, error);
      settle();
      sleep(options.retryAfter, signal)
        .then(() => (signal.aborted ? undefined : stand([follower])))
        .catch((thrown) => fail(follower, toPlatformError(thrown)));
    };

    const subscribe = (follower: Follower): void => {
      subscribed.add(follower);
      follower.subscribe(session, (error) => {
        if (subscribed.delete(follower)) fail(follower, error);
      });
    };

    const catchUp = async (follower: Follower): Promise<void> => {
      const limit = deadline(options.timeout, signal);
      try {
        await follower.catchUp(session, limit);
        if (subscribed.has(follower)) refused.delete(follower);
      } catch (thrown) {
        fail(follower, toPlatformError(thrown));
      } finally {
        limit.clear();
      }
    };

    const stand = async (wanted: readonly Follower[]): Promise<void> => {
      underWay++;
      try {
        await standUp(wanted);
      } finally {
        underWay--;
      }
      settle();
    };

    /** Subscribes, waits for refusals, catches up. */
    const standUp = async (wanted: readonly Follower[]): Promise<void> => {
      for (const follower of wanted) if (!subscribed.has(follower)) subscribe(follower);
      // What the platform first answers to a subscription is not documented; a refusal comes before this answer.
      await session.request('time', undefined, signal);
      const queue = wanted.filter((follower) => subscribed.has(follower));
      const work = async (): Promise<void> => {
        for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) await catchUp(next);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    };
    await stand(followers);
  };

  const leave = socket.use({
    onState(state, detail) {
      // Being connected is not enough.
      if (state !== 'connected') onState(state, detail);
      else onState(followers.some(({ behind }) => behind) ? 'replaying' : 'connecting', {});
    },
    onOutage,
    onSession,
  });

  return async () => {
    connection.abort();
    await leave();
  };
}
