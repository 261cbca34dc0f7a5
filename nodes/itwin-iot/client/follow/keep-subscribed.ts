import { type PlatformError, toPlatformError } from '../../../core/errors';
import type { StreamDetail, StreamState } from '../../../core/stream/supervisor';
import { abortable, deadline, sleep } from '../../../core/timing';
import { createTurns } from '../../../core/turns';
import type { Session } from '../session/session';
import type { SharedSocket } from '../session/socket';
import { type Follower, isRefusedSubscription } from './follower';
import { type Standing, subscribeOn } from './standing';

/** Where a set of subscriptions stands: the states of the connection, and `refused` when one of them is. */
export type SubscriptionState = StreamState | 'refused';

/** For `refused`: how many stand of how many. */
export interface SubscriptionDetail extends StreamDetail {
  standing?: { count: number; of: number };
}

export interface KeepSubscribedOptions {
  followers: readonly Follower[];
  /** Milliseconds without an answer after which a back-fill counts as failed. */
  timeout: number;
  /** Milliseconds until what was refused is tried again. */
  retryAfter: number;
  onState(state: SubscriptionState, detail: SubscriptionDetail): void;
  /** Called once an outage. */
  onOutage(error: PlatformError): void;
  /** Called once until the subscription stands. */
  onRefused(error: PlatformError): void;
}

/** Back-fills under way at the same time. */
const AT_ONCE = 4;

/** Milliseconds from one look for what could not be read to the next: twice as long each time, while more comes. */
const REFETCH_PAUSE = 10_000;
const LONGEST_REFETCH_PAUSE = 300_000;

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
  let present: Round | undefined;

  const leave = socket.use({
    onState(state, detail) {
      // Being connected is not enough.
      if (state !== 'connected') onState(state, detail);
      else onState(followers.some(({ behind }) => behind) ? 'replaying' : 'connecting', {});
    },
    onOutage,
    onSession(session) {
      present?.over();
      present = subscribeAll(session, options, refused);
    },
  });

  return async () => {
    // The connection may go on for others.
    present?.unsubscribe();
    present?.over();
    await leave();
  };
}

/** The subscriptions on one connection. */
interface Round {
  unsubscribe(): void;
  /** They are nobody's business any more. */
  over(): void;
}

function subscribeAll(
  session: Session,
  { followers, timeout, retryAfter, onState, onOutage, onRefused }: KeepSubscribedOptions,
  refused: Map<Follower, PlatformError>,
): Round {
  const connection = new AbortController();
  const { signal } = connection;
  const over = (): void => connection.abort();
  const inTurn = createTurns(AT_ONCE);
  const refetched = refetchUnreadable(session, followers, signal, (follower) =>
    inTurn(() => catchUp(follower, session, signal, timeout)),
  );
  signal.addEventListener('abort', refetched, { once: true });
  session.ended.then(over, over);
  const standings = new Map<Follower, Standing>();
  /** Those that have neither come to stand nor been refused yet. */
  const pending = new Set(followers);
  const alone = createTurns(1);

  const settle = (follower: Follower): void => {
    pending.delete(follower);
    if (pending.size > 0) return;
    const [error] = refused.values();
    const { length: of } = followers;
    if (error) onState('refused', { error, standing: { count: of - refused.size, of } });
    else onState('connected', {});
  };

  const subscribe = async (follower: Follower): Promise<Standing> => {
    signal.throwIfAborted();
    const standing = standings.get(follower) ?? subscribeOn(session, follower);
    if (!standings.has(follower)) {
      standings.set(follower, standing);
      standing.refusal.then(() => standings.delete(follower));
    }
    await standing.accepted(signal, timeout);
    return standing;
  };

  /** Resolves with what is wrong with it, at once or later. */
  const stand = async (follower: Follower): Promise<PlatformError> => {
    let standing: Standing | undefined;
    try {
      // A refusal that names no request is blamed on all that wait for an answer: then each is asked for alone.
      standing = await (refused.has(follower) ? alone(() => subscribe(follower)) : subscribe(follower));
      await inTurn(() => catchUp(follower, session, signal, timeout));
      if (!standing.error) {
        refused.delete(follower);
        settle(follower);
      }
      return await abortable(standing.refusal, signal);
    } catch (thrown) {
      return standing?.error ?? toPlatformError(thrown);
    }
  };

  const keep = async (follower: Follower): Promise<void> => {
    while (!signal.aborted) {
      const error = await stand(follower);
      if (signal.aborted || !isRefusedSubscription(error)) return;
      if (!refused.has(follower)) onRefused(naming(follower, error));
      refused.set(follower, error);
      settle(follower);
      await sleep(retryAfter, signal);
    }
  };

  for (const follower of followers) keep(follower).catch((thrown) => onOutage(toPlatformError(thrown)));
  return {
    unsubscribe() {
      for (const { end } of standings.values()) end();
    },
    over,
  };
}

/**
 * An update that could not be read is still in the history, but whose it was nobody knows: all look there.
 *
 * @returns ends it
 */
function refetchUnreadable(
  session: Session,
  followers: readonly Follower[],
  signal: AbortSignal,
  fetch: (follower: Follower) => Promise<void>,
): () => void {
  let wanted = false;
  let running = false;

  const run = async (): Promise<void> => {
    for (let pause = REFETCH_PAUSE; wanted && !signal.aborted; pause = Math.min(2 * pause, LONGEST_REFETCH_PAUSE)) {
      wanted = false;
      // One that is refused, or too slow, has its gap still: the next connection fills it.
      await Promise.allSettled(followers.map(fetch));
      await sleep(pause, signal);
    }
    running = false;
  };

  return session.onUnreadable(() => {
    for (const follower of followers) follower.missed?.();
    wanted = true;
    if (running) return;
    running = true;
    // Never rejects.
    void run();
  });
}

/** One of many sensors: it is to be known which. */
function naming({ name }: Follower, error: PlatformError): PlatformError {
  return name === undefined ? error : error.with({ message: `${name}: ${error.message}` });
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
