import { HttpError } from './http-answer';

/**
 * One operation of an API: `path` has named parts in braces, such as `/end-devices/{nwkAddr}`; a last part such as
 * `{nodeId...}` takes the rest of the path as it was written, slashes and percent signs included.
 */
export interface Route<H> {
  method: string;
  path: string;
  handle: H;
}

/** A route that fits a request, with the decoded values of its named parts. */
export interface RouteMatch<H> {
  handle: H;
  params: Record<string, string>;
}

/** Finds the route of a request: 404 for an unknown path, 405 with `Allow` for a known one with another method. */
export function findRoute<H>(routes: readonly Route<H>[], method: string, path: string): RouteMatch<H> {
  const allowed: string[] = [];
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (!params) continue;
    if (route.method === method) return { handle: route.handle, params };
    allowed.push(route.method);
  }
  if (allowed.length === 0) throw new HttpError(404, `no such resource: ${path}`);
  throw new HttpError(405, `${method} is not possible here`, { allow: allowed.join(', ') });
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const rest = /^\{(.+)\.\.\.\}$/.exec(wanted.at(-1) ?? '')?.[1];
  if (rest !== undefined) given.push(given.splice(wanted.length - 1).join('/'));
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (!part.startsWith('{')) {
      if (part !== value) return undefined;
    } else if (value === '') {
      return undefined;
    } else if (part.endsWith('...}')) {
      params[rest ?? ''] = value;
    } else {
      params[part.slice(1, -1)] = decode(value);
    }
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    throw new HttpError(400, `the path is not well encoded: ${(error as Error).message}`);
  }
}
