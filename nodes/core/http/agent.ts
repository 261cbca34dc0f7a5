import { isIP } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import type { PlatformError } from '../errors';
import type { ProxySettings, TlsSettings } from '../network-settings';
import { hostOf, proxyFor } from '../proxy-choice';
import { proxyRefused } from '../proxy-refused';
import { skipContinue } from './skip-continue';

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

/** The proxy on the way to a URL, or undefined; see `proxyFor`. */
export function proxyOf({ baseUrl, proxy }: Pick<AgentOptions, 'baseUrl' | 'proxy'>): URL | undefined {
  const url = new URL(baseUrl);
  const secure = url.protocol === 'https:';
  return proxyFor({ host: hostOf(url), port: Number(url.port || (secure ? 443 : 80)), secure }, proxy);
}

/**
 * An Agent of its own for each client, so that closing one account cuts no other's connections.
 *
 * @throws PlatformError INVALID_CONFIGURATION: the proxy's URL is none
 */
export function createAgent(options: AgentOptions): Dispatcher {
  const { baseUrl, tls, timeout } = options;
  const connect = { ...tls, timeout: Math.min(timeout, 10_000) };
  const { Agent, ProxyAgent } = undici();
  const proxy = proxyOf(options);
  if (!proxy) return new Agent({ connect, factory: createPool });
  const { hostname } = new URL(baseUrl);
  // RFC 6066 §3: no IP addresses.
  const servername = tls?.servername ?? (isIP(hostname.replace(/[[\]]/g, '')) ? undefined : hostname);
  return new ProxyAgent({
    uri: proxy.href,
    connect,
    factory: createPool,
    // Behind a proxy undici takes the name for SNI from here only.
    requestTls: { ...connect, ...(servername !== undefined && { servername }) },
    // Many proxies allow CONNECT to port 443 alone; plain HTTP goes through them as an absolute URL.
    proxyTunnel: false,
  });
}

/** Connections to one origin, none of which stumbles over a `100 Continue`. */
function createPool(origin: string | URL, options: object): Dispatcher {
  const { Pool, buildConnector: build } = undici();
  const { connect } = options as { connect?: buildConnector.connector | buildConnector.BuildOptions };
  const dial = typeof connect === 'function' ? connect : build({ ...connect });
  return new Pool(origin, {
    ...options,
    connect(to, callback) {
      dial(to, (...[error, socket]) => {
        if (error) callback(error, null);
        else callback(null, skipContinue(socket));
      });
    },
  });
}

/** True for an error that says only that a proxy did not open a tunnel; undici has no code for it. */
export function tunnelRefused(thrown: unknown, proxy: URL | undefined): PlatformError | undefined {
  const status = thrown instanceof Error ? /^Proxy response \((\d+)\)/.exec(thrown.message)?.[1] : undefined;
  if (status === undefined) return undefined;
  return proxyRefused(proxy?.host ?? '', Number(status));
}
