import type { Dispatcher } from 'undici';
import { abortable, monotonicNow } from '../timing';
import { SHORT_ANSWER } from './body';
import type { TokenHolder } from './token-holder';

/** Where tokens come from, and the header that carries one. */
export interface Authorization {
  tokens: TokenHolder;
  header(token: string): Record<string, string>;
}

/**
 * Runs one try with a token, and once more with a new one when the platform answers 401.
 *
 * @param secrets gets each token used
 * @param attempt is given the header that carries the token; an empty one where there is no authorization
 */
export type WithToken = (
  signal: AbortSignal,
  secrets: string[],
  attempt: (header: Record<string, string>) => Promise<Dispatcher.ResponseData>,
) => Promise<Dispatcher.ResponseData>;

/** Milliseconds in which a token is not renewed because of a 401, after that was in vain. */
const RENEWAL_PAUSE = 5000;

/** The tries of one client. */
export function createWithToken(authorization: Authorization | undefined): WithToken {
  if (!authorization) return (_signal, _secrets, attempt) => attempt({});
  const { tokens, header } = authorization;
  /** When a token was last renewed and refused all the same, by the monotonic clock. */
  let renewedInVainAt = Number.NEGATIVE_INFINITY;

  /**
   * A token that the platform no longer takes is renewed at once. But a 401 may be meant for the one request, whatever
   * the token: that must neither end the token for all others nor mean a login for every message.
   */
  const mayRenew = (token: string): boolean =>
    !tokens.isCurrent(token) || monotonicNow() - renewedInVainAt >= RENEWAL_PAUSE;

  return async (signal, secrets, attempt) => {
    const next = async (): Promise<string> => {
      const token = await abortable(tokens.get(), signal);
      secrets.push(token);
      return token;
    };
    const token = await next();
    const answer = await attempt(header(token));
    if (answer.statusCode !== 401 || !mayRenew(token)) return answer;
    await answer.body.dump({ limit: SHORT_ANSWER });
    tokens.reject(token);
    const again = await attempt(header(await next()));
    if (again.statusCode === 401) renewedInVainAt = monotonicNow();
    return again;
  };
}
