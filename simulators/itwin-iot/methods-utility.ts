import { isObject } from '../core/fields';
import { type Call, paramsOf } from './call';
import { CODES, RpcError } from './json-rpc';

/** `{code}` → `{nextId}`: "the response will contain a nextId field that should become the starting id". */
export function authenticate({ params, platform, session, target }: Call): unknown {
  const { counters, credentials, faults, settings } = platform;
  const checked = credentials.ofCode(isObject(params) ? params.code : undefined);
  const refused = faults.take('wrong-credentials', target) ? 'simulated wrong credentials' : undefined;
  const problem = refused ?? ('problem' in checked ? checked.problem : undefined);
  if (problem !== undefined || 'problem' in checked) {
    session.access = undefined;
    counters.failedAuthentications += 1;
    throw new RpcError(CODES.notAuthenticated, problem ?? '');
  }
  session.access = checked;
  counters.authentications += 1;
  return { nextId: settings.nextId };
}

/** `{time}`: "Retrieves the current time from the server". */
export function time(call: Call): unknown {
  paramsOf(call, {});
  return { time: new Date().toISOString() };
}

/** Description and params of every method, by method; the text shows no answer. */
export function help(
  call: Call,
  methods: Readonly<Record<string, { description: string; params: readonly string[] }>>,
): unknown {
  paramsOf(call, {});
  const entries = Object.entries(methods).map(([name, { description, params }]) => [name, { description, params }]);
  return Object.fromEntries(entries);
}
