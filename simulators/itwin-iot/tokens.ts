import { randomBytes } from 'node:crypto';

/** The scopes the text tells to register an application with. */
export const SCOPES = ['sensor-data:modify', 'sensor-data:read', 'users:read', 'itwins:read', 'itwins:modify'];
/** The scope of the newer API (docs/platforms.md); it stands for all of them. */
export const PLATFORM_SCOPE = 'itwin-platform';

interface Issued {
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiry: number;
}

/** What a token is good for, or what is wrong with it. */
export type TokenCheck = { scopes: readonly string[] } | { problem: string };

/** The IMS tokens that are out. They look like JWTs, but only this simulator can tell whether one is good. */
export class Tokens {
  readonly #issued = new Map<string, Issued>();

  /** A new token, good from now on for `lifetime` seconds. */
  issue(scopes: readonly string[], lifetime: number): string {
    const expiry = Date.now() + lifetime * 1000;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'https://ims.bentley.com', scope: scopes, exp: Math.floor(expiry / 1000) };
    const token = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`;
    this.#issued.set(token, { scopes, expiry });
    return token;
  }

  check(token: string): TokenCheck {
    const issued = this.#issued.get(token);
    if (!issued) return { problem: 'Token is not valid' };
    if (issued.expiry > Date.now()) return { scopes: issued.scopes };
    // As in the text's example: "Token has expired on Tue Feb 20 04:12:01 PST 2024".
    return { problem: `Token has expired on ${new Date(issued.expiry).toUTCString()}` };
  }

  /** Makes all of them expired ones. */
  expireAll(): void {
    for (const [token, issued] of this.#issued) {
      this.#issued.set(token, { ...issued, expiry: Math.min(issued.expiry, Date.now()) });
    }
  }

  forgetAll(): void {
    this.#issued.clear();
  }
}
