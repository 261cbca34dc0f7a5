import { PlatformError } from '../../core/errors';
import type { HttpClient } from '../../core/http/client';
import type { HttpRequest } from '../../core/http/request';
import { monotonicNow } from '../../core/timing';

/** Most milliseconds in which a request that was refused with 401 is refused without asking again. */
const REMEMBERED = 10_000;

/**
 * 401 also says that a token "does not have required scopes" (platform text, "401 Unauthorized"): what one request is
 * refused, another may be allowed, and the socket anyway. So a refusal is remembered for the request alone.
 */
export function rememberCredentialRefusals(rest: HttpClient, retryMax: number): HttpClient {
  const refusals = new Map<string, { error: PlatformError; until: number }>();
  return {
    ...rest,
    async request(wanted) {
      const key = keyOf(wanted);
      const known = refusals.get(key);
      if (known && monotonicNow() < known.until) throw known.error;
      refusals.delete(key);
      try {
        return await rest.request(wanted);
      } catch (thrown) {
        if (thrown instanceof PlatformError && thrown.statusCode === 401) {
          for (const [old, { until }] of refusals) if (monotonicNow() >= until) refusals.delete(old);
          refusals.set(key, { error: thrown, until: monotonicNow() + Math.min(REMEMBERED, retryMax) });
        }
        throw thrown;
      }
    },
  };
}

function keyOf({ method, path, query = [] }: HttpRequest): string {
  return JSON.stringify([method, path, query]);
}
