import { anyText, checkObject } from '../core/fields';
import { type Answer, HttpError, readJson } from '../core/http-answer';
import type { Exchange } from '../core/http-api';
import type { ControlCenter } from './control-center';

/**
 * POST /login: username and password for a token. It is the one request that may lack `xDP-Namespace`,
 * as in the text's example; a namespace given is not looked at.
 */
export async function login(center: ControlCenter, exchange: Exchange): Promise<Answer> {
  const { username, password } = checkObject(await readJson(exchange.req), { username: anyText, password: anyText });
  const right = username === center.settings.username && password === center.settings.password;
  if (!right || center.faults.take('wrong-credentials', exchange)) {
    center.counters.failedLogins += 1;
    throw new HttpError(401, 'wrong username or password');
  }
  center.counters.logins += 1;
  return reply(center.tokens.issue(), center.settings.loginReply);
}

/** "The resulting token is replied as a string text": bare or quoted is left open. */
function reply(token: string, style: ControlCenter['settings']['loginReply']): Answer {
  if (style === 'bare') return { status: 200, body: token };
  return { status: 200, body: JSON.stringify(style === 'quoted' ? token : { token }), type: 'application/json' };
}
