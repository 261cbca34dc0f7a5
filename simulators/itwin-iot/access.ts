import { PLATFORM_SCOPE, type Tokens } from './tokens';

/** What a client that proved who it is may do. */
export interface Access {
  readonly by: 'apiKey' | 'token';
  /** Scopes of a token; an API key has all rights of its user. */
  readonly scopes: readonly string[];
}

/** Checks credentials; a result with `problem` is a refusal, in words. */
export class Credentials {
  readonly #apiKey: string;
  readonly #tokens: Tokens;

  constructor(apiKey: string, tokens: Tokens) {
    this.#apiKey = apiKey;
    this.#tokens = tokens;
  }

  /** `code` of `authenticate`: "your unique API key or JWT Token". */
  ofCode(code: unknown): Access | { problem: string } {
    if (typeof code !== 'string' || code === '') return { problem: 'code is required' };
    if (code === this.#apiKey) return { by: 'apiKey', scopes: [] };
    return code.split('.').length === 3 ? this.#ofToken(code) : { problem: 'the API key is not valid' };
  }

  /** An `Authorization` header: `ApiKey <key>` or `Bearer <token>`. */
  ofHeader(authorization: string | undefined): Access | { problem: string } {
    if (authorization === undefined) return { problem: 'Authorization header is missing' };
    const [, scheme, value] = /^(ApiKey|Bearer) (\S+)$/.exec(authorization) ?? [];
    if (scheme === undefined || value === undefined) return { problem: 'Authorization header is malformed' };
    if (scheme === 'Bearer') return this.#ofToken(value);
    return value === this.#apiKey ? { by: 'apiKey', scopes: [] } : { problem: 'API key is not valid' };
  }

  #ofToken(token: string): Access | { problem: string } {
    const checked = this.#tokens.check(token);
    return 'problem' in checked ? checked : { by: 'token', scopes: checked.scopes };
  }
}

/** Whether the access covers reading or modifying sensor data. */
export function allows(access: Access, right: 'read' | 'modify'): boolean {
  return (
    access.by === 'apiKey' || access.scopes.some((scope) => [PLATFORM_SCOPE, `sensor-data:${right}`].includes(scope))
  );
}
