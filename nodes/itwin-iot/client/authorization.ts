import { PlatformError } from '../../core/errors';
import { createHttpClient, type HttpClient } from '../../core/http/client';
import { createTokenHolder, jwtExpiry, type Token, type TokenHolder } from '../../core/http/token-holder';
import { isObject, parseJson } from '../../core/values/json';
import type { ItwinAuth, ItwinSettings } from './settings';

/** How REST and socket prove who asks. */
export interface Authorization {
  tokens: TokenHolder;
  /** REST: `Authorization: ApiKey <key>` or `Bearer <jwt>`. */
  header(token: string): Record<string, string>;
  close(): Promise<void>;
}

const SCHEMES: Record<ItwinAuth, string> = { apikey: 'ApiKey', jwt: 'Bearer', ims: 'Bearer' };

/** API key, a JWT as it is, or tokens of IMS that are renewed. */
export function createAuthorization(settings: ItwinSettings): Authorization {
  const ims = settings.auth === 'ims' ? imsClient(settings) : undefined;
  const fixed = settings.auth === 'jwt' ? settings.jwt : settings.apiKey;
  const tokens = createTokenHolder({
    fetch: async (signal) => (ims ? fetchToken(ims, settings, signal) : { value: fixed }),
    credentialsRefusedFor: Math.min(10_000, settings.retryMax),
  });
  return {
    tokens,
    header: (token) => ({ authorization: `${SCHEMES[settings.auth]} ${token}` }),
    async close() {
      tokens.close();
      await ims?.close();
    },
  };
}

function imsClient({ imsUrl, timeout, retryMax, tls, proxy }: ItwinSettings): HttpClient {
  return createHttpClient({ platform: 'Bentley IMS', baseUrl: imsUrl, timeout, retryMax, tls, proxy });
}

/** OAuth 2.0 client credentials (platform text, "Obtaining Authorization Token"; RFC 6749 §4.4). */
async function fetchToken(ims: HttpClient, settings: ItwinSettings, signal: AbortSignal): Promise<Token> {
  const { clientId, clientSecret, scope } = settings;
  const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials', scope };
  let body: string;
  try {
    const request = {
      method: 'POST' as const,
      path: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      operation: 'token',
      secrets: [clientSecret],
      signal,
    };
    body = (await ims.request(request)).body;
  } catch (thrown) {
    throw refusedGrant(thrown);
  }
  const reply = parseJson(body, 'the reply of IMS');
  if (!isObject(reply) || typeof reply.access_token !== 'string') {
    throw new PlatformError('INVALID_RESPONSE', 'the reply of IMS holds no access_token', { operation: 'token' });
  }
  const life = Number(reply.expires_in);
  const expiresAt = life > 0 ? Date.now() + life * 1000 : jwtExpiry(reply.access_token);
  return { value: reply.access_token, expiresAt };
}

/** IMS refuses a wrong client or scope with 400 `invalid_client` and the like (RFC 6749 §5.2). */
function refusedGrant(thrown: unknown): unknown {
  if (!(thrown instanceof PlatformError) || thrown.statusCode !== 400) return thrown;
  return thrown.with({
    code: 'UNAUTHORIZED',
    message: `Bentley IMS issued no token; check client id, secret and scope: ${thrown.message}`,
  });
}
