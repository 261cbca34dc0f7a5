import { isIPv6 } from 'node:net';
import { PlatformError } from './errors';
import type { ProxySettings } from './network-settings';

export interface Target {
  /** An IPv6 address without brackets. */
  host: string;
  port: number;
  /** TLS is spoken. */
  secure: boolean;
}

/**
 * The proxy for a target: that of the configuration, or the one that the environment names (`https_proxy`, else
 * `http_proxy`, and `no_proxy`, in small or capital letters); undefined: none. Chooses as undici does for HTTP.
 *
 * @throws PlatformError INVALID_CONFIGURATION: the proxy's URL is none. To go around it quietly would be worse.
 */
export function proxyFor(target: Target, configured: ProxySettings | undefined): URL | undefined {
  const { name, url } = configured
    ? { name: 'the proxy configuration', url: configured.url }
    : proxyOfEnvironment(target.secure);
  const direct = configured?.noProxy ?? (variable('no_proxy') ?? '').split(/[,\s]+/);
  if (!url || direct.some((rule) => covers(rule.trim().toLowerCase(), target))) return undefined;
  const whole = url.includes('://') ? url : `http://${url}`;
  if (/^https?:\/\//i.test(whole) && URL.canParse(whole)) return new URL(whole);
  // The URL may hold a password.
  throw new PlatformError('INVALID_CONFIGURATION', `${name} must hold a URL that begins with http:// or https://`);
}

/** The host of a URL as sockets want it: without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return withoutBrackets(hostname);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function proxyOfEnvironment(secure: boolean): { name: string; url: string | undefined } {
  const url = secure ? variable('https_proxy') : undefined;
  const name = url ? 'https_proxy' : 'http_proxy';
  return { name: `the environment variable ${name}`, url: url || variable('http_proxy') };
}

/** Set but empty in small letters switches off what stands in capital ones. */
function variable(name: string): string | undefined {
  return process.env[name] ?? process.env[name.toUpperCase()];
}

/** `*`, a host with all below it, `.domain` or `*.domain` alike, an address; each with a port behind or without. */
function covers(rule: string, { host, port }: Target): boolean {
  if (rule === '*') return true;
  const { name, only } = partsOf(rule);
  if (name === '' || (only !== undefined && only !== port)) return false;
  const wanted = host.toLowerCase();
  return wanted === name || wanted.endsWith(`.${name}`);
}

/** An IPv6 address is full of colons: with a port behind it, it stands in brackets (RFC 3986 §3.2.2). */
function partsOf(rule: string): { name: string; only: number | undefined } {
  const [, host = rule, digits] = (isIPv6(rule) ? null : /^(.+):(\d+)$/.exec(rule)) ?? [];
  const name = withoutBrackets(host).replace(/^\*?\./, '');
  return { name, only: digits === undefined ? undefined : Number(digits) };
}
