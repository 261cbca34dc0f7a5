import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ProxySettings, TlsSettings } from '../network-settings';
import { hostOf, proxyFor } from '../proxy-choice';
import { abortable } from '../timing';
import { openTunnel } from './tunnel';

export interface DialOptions {
  /** The protocol says whether TLS is spoken: `wss:`, `mqtts:`, `https:`. */
  url: URL;
  /** Used when the URL names no port. */
  defaultPort: number;
  tls?: TlsSettings | undefined;
  /** Without one the environment decides (`HTTPS_PROXY`, `NO_PROXY`, …). */
  proxy?: ProxySettings | undefined;
  /** Ends the dialling; the open connection is the caller's. */
  signal: AbortSignal;
}

const SECURE = ['wss:', 'mqtts:', 'https:'];

/**
 * Opens a connection for a protocol other than HTTP: direct or through a proxy's tunnel (RFC 9110 §9.3.6), with TLS
 * where the URL says so. An error of the socket ends no process, even while nobody listens to it.
 *
 * @throws the socket's error; PlatformError when the proxy is the trouble
 */
export async function dial({ url, defaultPort, tls, proxy, signal }: DialOptions): Promise<Socket> {
  signal.throwIfAborted();
  const host = hostOf(url);
  const port = Number(url.port || defaultPort);
  const secure = SECURE.includes(url.protocol);
  const through = proxyFor({ host, port, secure }, proxy);
  const tcp = through
    ? await openTunnel(through, `${url.hostname}:${port}`, signal)
    : await ready(connectTcp({ host, port }), 'connect', signal);
  if (!secure) return tcp;
  try {
    // RFC 6066 §3: no IP addresses.
    const servername = tls?.servername ?? (isIP(host) ? '' : host);
    return await ready(connectTls({ ...tls, socket: tcp, servername, host }), 'secureConnect', signal);
  } catch (error) {
    tcp.destroy();
    throw error;
  }
}

/** The socket after its event; destroyed when it fails instead, or the signal fires first. */
async function ready(socket: Socket, event: string, signal: AbortSignal): Promise<Socket> {
  const happened = new Promise<Socket>((resolve, reject) => {
    // For the whole life of the socket: an error without a listener would end the process.
    socket.on('error', reject);
    socket.once('close', () => reject(cut()));
    socket.once(event, () => resolve(socket));
  });
  try {
    const opened = await abortable(happened, signal);
    // It may have failed in the same moment: nobody would hear of it any more.
    if (opened.destroyed) throw opened.errored ?? cut();
    return opened;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What a peer that leaves without a word amounts to. */
function cut(): Error {
  return Object.assign(new Error('the connection was cut'), { code: 'ECONNRESET' });
}
