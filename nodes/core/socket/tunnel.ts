import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { unescape as percentDecoded } from 'node:querystring';
import { PlatformError, toPlatformError } from '../errors';
import { hostOf } from '../proxy-choice';
import { proxyRefused } from '../proxy-refused';
import { abortable } from '../timing';

/**
 * A connection to `target` (`host:port`) through an HTTP proxy (RFC 9110 §9.3.6). Its URL may hold user name and
 * password; no error does.
 *
 * @throws PlatformError PROXY when the proxy refuses, its network error's code when it cannot be reached
 */
export async function openTunnel(proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  const asking = ask(proxy, target);
  const opened = tunnelOf(asking, proxy, target);
  try {
    return await abortable(opened, signal);
  } catch (error) {
    asking.destroy();
    // The tunnel may have opened in the moment that the signal fired.
    opened.then(
      (socket) => socket.destroy(),
      () => undefined,
    );
    throw error;
  }
}

function ask(proxy: URL, target: string): ClientRequest {
  const request = proxy.protocol === 'https:' ? requestHttps : requestHttp;
  const hostname = hostOf(proxy);
  return request({
    method: 'CONNECT',
    hostname,
    // Or Node.js takes the target for the name on the proxy's certificate: it stands in the header "host".
    servername: isIP(hostname) ? '' : hostname,
    port: proxy.port,
    path: target,
    headers: { host: target, ...authorization(proxy) },
    agent: false,
  });
}

/** A percent sign that encodes nothing stands for itself. */
function authorization({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (username === '') return {};
  const credentials = Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`).toString('base64');
  return { 'proxy-authorization': `Basic ${credentials}` };
}

function tunnelOf(asking: ClientRequest, proxy: URL, target: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    asking.on('error', (error) => reject(unreachable(proxy, target, error)));
    asking.once('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      // Here, at once: Node.js has just taken its own listeners off.
      socket.on('error', () => undefined);
      if (statusCode >= 200 && statusCode <= 299) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      } else {
        socket.destroy();
        reject(proxyRefused(proxy.host, statusCode, target));
      }
    });
    asking.end();
  });
}

function unreachable({ host }: URL, target: string, error: Error): PlatformError {
  const { code } = toPlatformError(error);
  const known = code.startsWith('HPE_') ? 'INVALID_RESPONSE' : code;
  const what = known === code ? 'cannot reach the proxy' : 'this is not an HTTP proxy:';
  const message = `${what} ${host} on the way to ${target} (${code}); check the proxy configuration, or http_proxy and https_proxy`;
  return new PlatformError(known, message, { retryable: true });
}
