import type { PlatformError } from '../../../core/errors';
import type { Deadline } from '../../../core/timing';
import type { Session } from '../session/session';
import type { SubscriptionEvents } from './subscription';

/** Something subscribed to, over any number of connections. */
export interface Follower {
  /** For errors: the sensor, or what else is followed. */
  readonly name: string;
  /** It knows of something older to fetch. */
  readonly behind: boolean;
  /**
   * Subscribes on a connection.
   *
   * @returns ends the subscription
   */
  subscribe(session: Session, events: SubscriptionEvents): () => void;
  /** Something that could not be read has come, and may have been for this one: the next call of `catchUp` fetches it. */
  missed?(): void;
  /**
   * Fetches what was missed. When it fails, live updates go on, and the next call fetches it still.
   *
   * @param limit starts over with each answer
   * @throws PlatformError
   */
  catchUp(session: Session, limit: Deadline): Promise<void>;
}

/** The platform refuses, or takes too long, as opposed to a connection that is over. */
export function isRefusedSubscription(error: PlatformError): boolean {
  return !error.retryable || error.code === 'TIMEOUT';
}
