import { createHttpClient, type HttpClient } from '../../core/http-client';
import { createAuthorization } from './authorization';
import type { ItwinSettings } from './settings';
import { createSharedSocket, type SharedSocket } from './socket';

/** A client of one account: the shared socket and REST, with one authorization. Imports nothing of Node-RED. */
export interface ItwinClient {
  readonly socket: SharedSocket;
  readonly rest: HttpClient;
  close(): Promise<void>;
}

export function createItwinClient(settings: ItwinSettings): ItwinClient {
  const authorization = createAuthorization(settings);
  const { tokens } = authorization;
  const socket = createSharedSocket(settings, tokens);
  const rest = createHttpClient({
    platform: 'iTwin IoT',
    baseUrl: settings.restUrl,
    timeout: settings.timeout,
    retryMax: settings.retryMax,
    headers: { accept: settings.accept },
    authorization,
    tls: settings.tls,
    proxy: settings.proxy,
  });
  return {
    socket,
    rest,
    async close() {
      await Promise.all([socket.close(), rest.close(), authorization.close()]);
    },
  };
}
