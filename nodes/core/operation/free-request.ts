import { isObject } from '../values/json';
import { inBody, notSent, type Operation } from './operation';

/** What an account adds itself, or what HTTP does. */
const NOT_YOURS = ['authorization', 'host', 'content-length', 'transfer-encoding', 'connection'];

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The operation `request`: any request below the account's URL, with the account's credentials. */
export function freeRequest(node: string): Operation {
  return {
    id: 'request',
    node,
    transport: 'http',
    method: '*',
    path: '*',
    params: [
      notSent('method', { choices: METHODS, derive: () => 'GET' }),
      notSent('path', { required: true, check: pathProblem }),
      notSent('query', { type: 'object' }),
      notSent('headers', { type: 'object', check: headersProblem }),
      inBody('body', { type: 'any', whole: true }),
    ],
  };
}

function pathProblem(value: unknown): string | undefined {
  const path = String(value);
  if (!/^\/[^\s#?\\]*$/.test(path))
    return 'must begin with "/", without blanks, "\\", "?" and "#": a query has its own place';
  // To a URL parser "%2e" is a dot too.
  const parts = path.replace(/%2e/gi, '.').split('/');
  return parts.some((part) => part === '.' || part === '..') ? 'must hold neither "." nor ".."' : undefined;
}

function headersProblem(value: unknown): string | undefined {
  const headers = isObject(value) ? value : {};
  const bad = Object.keys(headers).find((name) => NOT_YOURS.includes(name.toLowerCase()));
  if (bad !== undefined) return `must not hold "${bad}": it is set by the account`;
  const odd = Object.keys(headers).find((name) => !['string', 'number', 'boolean'].includes(typeof headers[name]));
  return odd === undefined ? undefined : `must hold texts, but "${odd}" is none`;
}
