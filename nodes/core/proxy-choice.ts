import type { ProxySettings } from './http-client';

export interface Target {
  host: string;
  port: number;
  /** TLS is spoken. */
  secure: boolean;
}

/**
 * The proxy for a target: that of the configuration, or the one that the environment names (`https_proxy`,
 * `http_proxy`, `no_proxy`, in small or capital letters); undefined: none.
 */
export function proxyFor(target: Target, configured: ProxySettings | undefined): URL | undefined {
  const url = configured?.url ?? variable(target.secure ? 'https_proxy' : 'http_proxy');
  const direct = configured?.noProxy ?? (variable('no_proxy') ?? '').split(/[,\s]+/);
  if (!url || direct.some((rule) => covers(rule.trim().toLowerCase(), target))) return undefined;
  const parsed = /^https?:\/\//i.test(url) ? url : `http://${url}`;
  return URL.canParse(parsed) ? new URL(parsed) : undefined;
}

function variable(name: string): string | undefined {
  return process.env[name] || process.env[name.toUpperCase()] || undefined;
}

/** `*`, a host, `.domain` or `*.domain` with all below it, each with a port behind or without. */
function covers(rule: string, { host, port }: Target): boolean {
  if (rule === '*') return true;
  const [, name = rule, only] = /^(.+):(\d+)$/.exec(rule) ?? [];
  if (name === '' || (only !== undefined && Number(only) !== port)) return false;
  const domain = name.replace(/^\*?\./, '');
  const wanted = host.toLowerCase();
  return wanted === domain || wanted.endsWith(`.${domain}`);
}
