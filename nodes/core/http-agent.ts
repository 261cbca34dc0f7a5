import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import type { ProxySettings, TlsSettings } from './network-settings';

export interface AgentOptions {
  /** Without a slash at its end. */
  baseUrl: string;
  /** Milliseconds for one request, repetitions included. */
  timeout: number;
  tls?: TlsSettings | undefined;
  proxy?: ProxySettings | undefined;
}

/** Loaded with the first request: an account whose nodes speak something else never pays for it. */
export function undici(): typeof import('undici') {
  return require('undici');
}

/** An Agent of its own for each client, so that closing one account cuts no other's connections. */
export function createAgent({ baseUrl, tls, proxy, timeout }: AgentOptions): Dispatcher {
  const connect = { ...tls, timeout: Math.min(timeout, 10_000) };
  const { hostname } = new URL(baseUrl);
  // RFC 6066 §3: no IP addresses.
  const servername = tls?.servername ?? (isIP(hostname.replace(/[[\]]/g, '')) ? undefined : hostname);
  const { EnvHttpProxyAgent } = undici();
  return new EnvHttpProxyAgent({
    connect,
    // Behind a proxy undici takes the name for SNI from here only.
    requestTls: { ...connect, servername },
    // Many proxies allow CONNECT to port 443 alone; plain HTTP goes through them as an absolute URL.
    proxyTunnel: false,
    ...(proxy && { httpProxy: proxy.url, httpsProxy: proxy.url, noProxy: proxy.noProxy.join(',') }),
  });
}
