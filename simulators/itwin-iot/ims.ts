import { type Answer, readText } from '../core/http-answer';
import type { Exchange } from '../core/http-api';
import type { Platform } from './platform';
import { PLATFORM_SCOPE, SCOPES } from './tokens';

const ALLOWED = new Set([...SCOPES, PLATFORM_SCOPE]);

/**
 * POST /connect/token: client credentials for a token that expires. The text shows the request only; the answer and
 * the refusals are those of RFC 6749, 4.4.3 and 5.2.
 */
export async function issueToken(platform: Platform, exchange: Exchange): Promise<Answer> {
  const { settings, counters, tokens, faults } = platform;
  const form = new URLSearchParams(await readText(exchange.req));
  const right = form.get('client_id') === settings.clientId && form.get('client_secret') === settings.clientSecret;
  const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const refuse = (status: number, error: string) => {
    counters.failedTokens += 1;
    return json(status, { error });
  };
  const { 'content-type': type = '' } = exchange.req.headers;
  if (!type.startsWith('application/x-www-form-urlencoded')) return refuse(400, 'invalid_request');
  if (form.get('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type');
  if (!right || faults.take('wrong-credentials', exchange)) return refuse(400, 'invalid_client');
  if (scopes.length === 0 || scopes.some((scope) => !ALLOWED.has(scope))) return refuse(400, 'invalid_scope');
  counters.tokens += 1;
  return json(200, {
    access_token: tokens.issue(scopes, settings.tokenLifetime),
    expires_in: settings.tokenLifetime,
    token_type: 'Bearer',
    scope: scopes.join(' '),
  });
}

function json(status: number, body: object): Answer {
  return { status, body: JSON.stringify(body), type: 'application/json', headers: { 'cache-control': 'no-store' } };
}
