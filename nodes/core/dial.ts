import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { PlatformError } from './errors';
import type { ProxySettings, TlsSettings } from './http-client';
import { proxyFor } from './proxy-choice';
import { abortable } from './timing';

export interface DialOptions {
  /** The protocol says whether TLS is spoken: `wss:`, `mqtts:`, `https:`. */
  url: URL;
  /** Used when the URL names no port. */
  defaultPort: number;
  tls?: TlsSettings | undefined;
  /** Without one the environment decides (`HTTPS_PROXY`, `NO_PROXY`, …). */
  proxy?: ProxySettings | undefined;
  signal: AbortSignal;
}

const SECURE = ['wss:', 'mqtts:', 'https:'];

/**
 * Opens a connection for a protocol other than HTTP: direct or through a proxy's tunnel (RFC 9110 §9.3.6), with TLS
 * where the URL says so.
 *
 * @throws the socket's error; PlatformError when the proxy refuses
 */
export async function dial({ url, defaultPort, tls, proxy, signal }: DialOptions): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || defaultPort);
  const secure = SECURE.includes(url.protocol);
  const through = proxyFor({ host, port, secure }, proxy);
  const tcp = through ? await openTunnel(through, `${url.hostname}:${port}`, signal) : connectTcp({ host, port });
  try {
    if (!through) await event(tcp, 'connect', signal);
    if (!secure) return tcp;
    // RFC 6066 §3: no IP addresses.
    const servername = tls?.servername ?? (isIP(host) ? '' : host);
    const socket = connectTls({ ...tls, socket: tcp, servername, ...(isIP(host) && { host }) });
    await event(socket, 'secureConnect', signal);
    return socket;
  } catch (error) {
    tcp.destroy();
    throw error;
  }
}

/** Waits for an event of a socket that may fail instead; afterwards errors are the caller's. */
function event(socket: Socket, name: string, signal: AbortSignal): Promise<void> {
  const happened = new Promise<void>((resolve, reject) => {
    const end = (settle: () => void): void => {
      socket.off(name, done).off('error', failed).off('close', closed);
      // Between here and the caller's own listener an error must not end the process.
      socket.on('error', () => undefined);
      settle();
    };
    const done = (): void => end(resolve);
    const failed = (error: Error): void => end(() => reject(error));
    const closed = (): void => failed(Object.assign(new Error('the connection was cut'), { code: 'ECONNRESET' }));
    socket.once(name, done).once('error', failed).once('close', closed);
  });
  happened.catch(() => undefined);
  return abortable(happened, signal);
}

async function openTunnel(proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  // Here: most accounts have no proxy.
  const { Client } = require('undici') as typeof import('undici');
  const client = new Client(proxy.origin);
  const { username, password } = proxy;
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers = { host: target, ...(username !== '' && { 'proxy-authorization': `Basic ${credentials}` }) };
  const opening = client.connect({ path: target, signal, headers });
  try {
    const { statusCode, socket } = await abortable(opening, signal);
    if (statusCode === 200) return socket as Socket;
    socket.destroy();
    throw refusedBy(proxy, statusCode, target);
  } catch (error) {
    client.destroy().catch(() => undefined);
    throw error;
  }
}

function refusedBy({ host }: URL, statusCode: number, target: string): PlatformError {
  const why = statusCode === 407 ? 'wants other credentials: check the proxy configuration' : 'refuses the connection';
  return new PlatformError('PROXY', `the proxy ${host} ${why} to ${target} (HTTP ${statusCode})`, {
    statusCode,
    retryable: true,
  });
}
