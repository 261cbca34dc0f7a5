import { startInterval } from '../../../core/timing';
import type { Session } from './session';

/** "Keep a connection alive with periodic time requests". The answer counts as a sign of life. */
export function keepAlive(session: Session, interval: number): () => void {
  if (interval <= 0) return () => undefined;
  let asking = new AbortController();
  const ask = (): void => {
    // A platform may never answer it while updates keep coming.
    asking.abort();
    asking = new AbortController();
    // A connection that breaks is noticed by its own end.
    session.ping(asking.signal).catch(() => undefined);
  };
  // After those who have waited for the connection.
  const first = setImmediate(ask);
  const timer = startInterval(ask, interval);
  return () => {
    clearImmediate(first);
    clearInterval(timer);
    asking.abort();
  };
}
