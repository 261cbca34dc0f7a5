import type { FaultRegistry } from '../core/faults';
import { type Answer, HttpError } from '../core/http-answer';
import type { Exchange } from '../core/http-api';
import type { Counting } from './counters';
import type { XdpSettings } from './options';
import type { Site } from './site';
import type { Tokens } from './tokens';

/** All the operations of the API work on. */
export interface ControlCenter {
  readonly settings: XdpSettings;
  readonly tokens: Tokens;
  /** By namespace. */
  readonly sites: ReadonlyMap<string, Site>;
  readonly faults: FaultRegistry;
  readonly counters: Counting;
}

/** An operation on one site, for a client that proved who it is. */
export type SiteHandler = (
  site: Site,
  exchange: Exchange,
  center: ControlCenter,
) => Promise<Answer | undefined> | Answer | undefined;

/**
 * The site a request is for. 401 without a good token ("no authorization token being provided or an authorization
 * token having expired"); 400 without `xDP-Namespace`, which "all API requests must contain"; 403 for a namespace
 * the user may not see. The text names only the 401.
 */
export function siteOf(center: ControlCenter, { req }: Exchange): Site {
  const problem = center.tokens.problemWith(req.headers.authorization);
  if (problem) throw new HttpError(401, problem, { 'www-authenticate': 'Bearer' });
  const namespace = namespaceOf(req.headers['xdp-namespace']);
  if (namespace === '') throw new HttpError(400, 'the header xDP-Namespace is missing');
  const site = center.sites.get(namespace);
  if (!site) throw new HttpError(403, 'no access to this namespace');
  return site;
}

/** Answers a change that was carried out, and remembers it. */
export function accepted(center: ControlCenter, exchange: Exchange, body?: unknown): Answer {
  const { req, method, path, query } = exchange;
  const namespace = namespaceOf(req.headers['xdp-namespace']);
  center.counters.provisioned.push({ method, path, query: query.toString(), namespace, body });
  return { status: center.settings.successStatus };
}

/** An optional query parameter that is `true` or `false`; given without a value it is true, left out it is false. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? 'false';
  if (!['true', 'false', ''].includes(value)) throw new HttpError(400, `"${name}" must be true or false`);
  return value !== 'false';
}

function namespaceOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header.trim() : '';
}
