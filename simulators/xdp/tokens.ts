import { randomBytes } from 'node:crypto';

/** The authorization tokens that are out, and until when each is good. */
export class Tokens {
  readonly #lifetimeMs: number;
  readonly #expiry = new Map<string, number>();

  /** `lifetime` in seconds. */
  constructor(lifetime: number) {
    this.#lifetimeMs = lifetime * 1000;
  }

  /** A new token, good from now on for its lifetime. */
  issue(): string {
    const token = randomBytes(32).toString('base64url');
    this.#expiry.set(token, Date.now() + this.#lifetimeMs);
    return token;
  }

  /** What is wrong with an `Authorization` header's value, in words; undefined when nothing is. */
  problemWith(authorization: string | undefined): string | undefined {
    if (authorization === undefined) return 'no authorization token';
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) return 'the authorization must be a Bearer token';
    const expiry = this.#expiry.get(token);
    if (expiry === undefined) return 'the authorization token is not known';
    return expiry <= Date.now() ? 'the authorization token has expired' : undefined;
  }

  /** Makes all of them expired ones. */
  expireAll(): void {
    for (const token of this.#expiry.keys()) this.#expiry.set(token, 0);
  }

  forgetAll(): void {
    this.#expiry.clear();
  }
}
