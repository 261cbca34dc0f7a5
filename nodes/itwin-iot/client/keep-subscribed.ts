import { type PlatformError, toPlatformError } from '../../core/errors';
import type { StreamDetail, StreamState } from '../../core/stream-supervisor';
import { abortable, deadline, sleep } from '../../core/timing';
import { type Follower, isRefusal } from './follower';
import { namedError } from './named-error';
import type { Session } from './session';
import type { SharedSocket } from './socket';
import { createTurns } from './turns';

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

/** Milliseconds a platform has to refuse a subscription that it does not answer otherwise. */
const SILENCE = 2000;

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
  let unsubscribe = (): void => undefined;

  const onSession = (session: Session): void => {
    connection.abort();
    connection = new AbortController();
    const { signal } = connection;
    const over = connection.abort.bind(connection);
    session.ended.then(over, over);
    const subscriptions = new Map<Follower, Subscription>();
    unsubscribe = () => {
      for (const { end } of subscriptions.values()) end();
    };
    /** Those that have neither come to stand nor been refused yet. */
    const pending = new Set(followers);
    const inTurn = createTurns(AT_ONCE);

    const settle = (follower: Follower): void => {
      pending.delete(follower);
      if (pending.size > 0) return;
      const [error] = refused.values();
      if (error) onState('refused', { error });
      else onState('connected', {});
    };

    /** Resolves with what is wrong with it, at once or later. */
    const stand = async (follower: Follower): Promise<PlatformError> => {
      const subscription = subscriptions.get(follower) ?? subscribe(follower, session);
      subscriptions.set(follower, subscription);
      const { refusal } = subscription;
      refusal.then(() => subscriptions.delete(follower));
      try {
        await accepted(subscription, session, signal, options.timeout);
        await inTurn(() => catchUp(follower, session, signal, options.timeout));
      } catch (thrown) {
        return subscription.error ?? toPlatformError(thrown);
      }
      if (!subscription.error) {
        refused.delete(follower);
        settle(follower);
      }
      return abortable(refusal, signal).catch(toPlatformError);
    };

    const keep = async (follower: Follower): Promise<void> => {
      while (!signal.aborted) {
        const error = await stand(follower);
        if (signal.aborted || !isRefusal(error)) return;
        if (!refused.has(follower)) options.onRefused(namedError(error, error.operation, follower.name));
        refused.set(follower, error);
        settle(follower);
        await sleep(options.retryAfter, signal);
      }
    };
    for (const follower of followers) keep(follower).catch((thrown) => onOutage(toPlatformError(thrown)));
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
    // The connection may go on for others.
    unsubscribe();
    connection.abort();
    await leave();
  };
}

interface Subscription {
  /** Resolves when the platform has answered or refused. */
  answer: Promise<void>;
  /** Resolves when it is refused, at once or later, or when its connection is over. */
  refusal: Promise<PlatformError>;
  /** What `refusal` has resolved with. */
  readonly error: PlatformError | undefined;
  end(): void;
}

function subscribe(follower: Follower, session: Session): Subscription {
  let error: PlatformError | undefined;
  let end = (): void => undefined;
  let onAnswer = (): void => undefined;
  const answer = new Promise<void>((resolve) => {
    onAnswer = resolve;
  });
  const refusal = new Promise<PlatformError>((resolve) => {
    const onRefused = (reason: PlatformError): void => {
      error = reason;
      onAnswer();
      resolve(reason);
    };
    try {
      end = follower.subscribe(session, { onAnswer, onRefused });
    } catch (thrown) {
      onRefused(toPlatformError(thrown));
    }
  });
  return {
    answer,
    refusal,
    get error() {
      return error;
    },
    end,
  };
}

/**
 * What the platform first answers to a subscription is not documented. One to which it says nothing stands when there was
 * time to refuse it and the connection is alive.
 *
 * @throws PlatformError TIMEOUT when the platform says nothing at all
 */
async function accepted(
  subscription: Subscription,
  session: Session,
  signal: AbortSignal,
  timeout: number,
): Promise<void> {
  const { answer } = subscription;
  const silence = deadline(Math.min(SILENCE, timeout / 2), signal);
  const limit = deadline(timeout, signal);
  try {
    await abortable(answer, silence.signal).catch(async (thrown) => {
      if (signal.aborted) throw thrown;
      const alive = session.ping(limit.signal).catch((refused) => {
        if (limit.signal.aborted) throw refused;
      });
      await Promise.race([answer, alive]);
    });
  } finally {
    silence.clear();
    limit.clear();
  }
  if (subscription.error) throw subscription.error;
}

async function catchUp(follower: Follower, session: Session, signal: AbortSignal, timeout: number): Promise<void> {
  signal.throwIfAborted();
  const limit = deadline(timeout, signal);
  try {
    await follower.catchUp(session, limit);
  } finally {
    limit.clear();
  }
}
