import type { PlatformError } from '../../core/errors';
import type { Deadline } from '../../core/timing';
import type { Session } from './session';

/** Something subscribed to, over any number of connections. */
export interface Follower {
  /** It knows of something older to fetch. */
  readonly behind: boolean;
  /**
   * Subscribes on a connection.
   *
   * @param onRefused the platform refuses, at once or later
   */
  subscribe(session: Session, onRefused: (error: PlatformError) => void): void;
  /**
   * Fetches what was missed. When it fails, live updates go on, and the next call fetches it still.
   *
   * @param limit starts over with each answer
   * @throws PlatformError
   */
  catchUp(session: Session, limit: Deadline): Promise<void>;
}
