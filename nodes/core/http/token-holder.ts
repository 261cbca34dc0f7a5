import { isCredentialError, PlatformError, toPlatformError } from '../errors';
import { monotonicNow } from '../timing';

export interface Token {
  value: string;
  /** Unix time in milliseconds; undefined where the platform does not say. */
  expiresAt?: number;
}

export interface TokenHolderOptions {
  /** Asks the platform for a new token. */
  fetch(signal: AbortSignal): Promise<Token>;
  /** A token is renewed this many milliseconds before it expires. */
  renewBefore?: number;
  /** After refused credentials every caller gets that refusal, without a new request, for this many milliseconds. */
  credentialsRefusedFor?: number;
}

export interface TokenHolder {
  /** A token that is valid now; one request however many ask at once. */
  get(): Promise<string>;
  /** The platform answered 401 to this token: the next `get` fetches another. */
  reject(token: string): void;
  /** True for the token that `get` gives now. */
  isCurrent(token: string): boolean;
  /** Ends a request under way; `get` fails from now on. */
  close(): void;
}

export function createTokenHolder(options: TokenHolderOptions): TokenHolder {
  const { renewBefore = 60_000, credentialsRefusedFor = 10_000 } = options;
  const life = new AbortController();
  /** Moments of the monotonic clock: the life of a token must not end because the time of day is set. */
  let current: { value: string; renewAt: number; expiresAt: number } | undefined;
  let pending: Promise<string> | undefined;
  let refusal: { error: PlatformError; until: number } | undefined;

  /** When a token that has just come expires, and when it is to be renewed. */
  const lifeOf = (expiresAt: number): { renewAt: number; expiresAt: number } => {
    const left = expiresAt - Date.now();
    // Nobody issues expired tokens: this machine's clock is wrong, and the platform's 401 must tell.
    if (left <= 0 || left === Infinity) return { renewAt: Infinity, expiresAt: Infinity };
    const end = monotonicNow() + left;
    // A life shorter than the margin must not mean a request for every caller.
    return { renewAt: end - Math.min(renewBefore, left / 2), expiresAt: end };
  };

  const renew = async (): Promise<string> => {
    try {
      const token = await options.fetch(life.signal);
      const { value, expiresAt = Infinity } = token;
      current = { value, ...lifeOf(expiresAt) };
      refusal = undefined;
      return token.value;
    } catch (thrown) {
      const error = toPlatformError(thrown);
      // A flow that sends a hundred messages a second must not knock a hundred times with a wrong password.
      if (isCredentialError(error)) refusal = { error, until: monotonicNow() + credentialsRefusedFor };
      // It was asked for early: the old token is still good.
      else if (current && monotonicNow() < current.expiresAt) return current.value;
      throw error;
    }
  };

  return {
    async get() {
      if (life.signal.aborted) throw new PlatformError('CLOSED', 'the account has been closed');
      if (current && monotonicNow() < current.renewAt) return current.value;
      if (refusal && monotonicNow() < refusal.until) throw refusal.error;
      pending ??= renew().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    reject(token) {
      if (current?.value === token) current = undefined;
    },
    isCurrent: (token) => current?.value === token,
    close() {
      current = undefined;
      life.abort(new PlatformError('CLOSED', 'the account has been closed'));
    },
  };
}

/** Expiry of a JWT (RFC 7519 §4.1.4, claim `exp`) as Unix time in milliseconds; undefined for any other token. */
export function jwtExpiry(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const exp = (claims as { exp?: unknown } | null)?.exp;
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    // Opaque tokens may hold a dot too.
    return undefined;
  }
}
