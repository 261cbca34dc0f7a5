import { backoffDelay, FIRST_WAIT } from '../backoff';
import type { PlatformError } from '../errors';
import { type Deadline, monotonicNow, sleep } from '../timing';
import type { HttpRequest } from './request';

/** Sending it twice does no harm: as the request says, else as RFC 9110 §9.2.2 has its method. */
function isRepeatable({ repeatable, method }: HttpRequest): boolean {
  return repeatable ?? ['GET', 'PUT', 'DELETE'].includes(method);
}

/**
 * Tries until one try succeeds, the time is up or what has failed must not be repeated. When the time-out ends the
 * tries, the last real error says why.
 */
export async function withRepeats<Answer>(
  wanted: HttpRequest,
  { limit, retryMax }: { limit: Deadline; retryMax: number },
  tryOnce: () => Promise<Answer>,
): Promise<Answer> {
  const begin = monotonicNow();
  let last: PlatformError | undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      return await tryOnce();
    } catch (thrown) {
      const error = thrown as PlatformError;
      const inTime = !limit.signal.aborted;
      // The time is up in the middle of a try: what the tries before it met says more.
      if (!inTime && error.code === 'TIMEOUT' && last) throw tried(last, begin);
      if (!isRepeatable(wanted) || !error.retryable || !inTime) throw error;
      // A `Retry-After: 0` leaves the wait to us.
      const wait = error.retryAfter || backoffDelay(attempt, { base: FIRST_WAIT, max: retryMax });
      if (wait >= limit.remaining()) throw attempt === 0 ? error : tried(error, begin);
      last = error;
      wanted.onRetry?.(error, wait);
      await sleep(wait, limit.signal);
    }
  }
}

/** The last error of several tries, with how long they took. */
function tried(error: PlatformError, begin: number): PlatformError {
  const seconds = Math.max(1, Math.round((monotonicNow() - begin) / 1000));
  return error.with({ message: `${error.message}; tried for ${seconds} s` });
}
