import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { PlatformError } from '../../../../nodes/core/errors';
import type { ProxySettings } from '../../../../nodes/core/network-settings';
import {
  openWebSocket,
  type WebSocketConnection,
  type WebSocketOptions,
} from '../../../../nodes/core/socket/web-socket';
import {
  type LocalSockets,
  type LocalWebSockets,
  requestHead,
  startWebSockets,
  withoutProxyVariables,
} from '../../../support/sockets';
import { until } from '../../../support/until';

/** Longest message the connections of these tests take, in bytes. */
export const LIMIT = 1024 * 1024;

/** Connections that share one life, without a proxy of the environment. */
export interface WebSocketSetUp {
  open(url: string, options?: Partial<WebSocketOptions>): Promise<WebSocketConnection>;
  /** A connection to a server of its own, and the server's end of it. */
  pair(options?: Partial<WebSocketOptions>): Promise<[WebSocketConnection, WebSocket, LocalWebSockets]>;
  /** The server that starts; closed after the test. */
  serving<Server extends { close(): Promise<void> }>(starting: Promise<Server>): Promise<Server>;
  /** The signal of all connections that are opened from now on; `renew` takes a fresh one. */
  life: { abort(reason: PlatformError): void; renew(): void };
  /** What came, texts and bytes. */
  received: (string | Buffer)[];
  /** How many signs of life came. */
  activity(): number;
}

/** To be called in a `describe`. After each test no listener may be left on a signal. */
export function setUpWebSocket(): WebSocketSetUp {
  let restore: () => void;
  let servers: { close(): Promise<void> }[];
  let lives: AbortController[];
  let activity: number;
  const received: (string | Buffer)[] = [];

  beforeEach(() => {
    restore = withoutProxyVariables();
    servers = [];
    lives = [new AbortController()];
    activity = 0;
    received.length = 0;
  });
  afterEach(async () => {
    const left = lives.map(({ signal }) => getEventListeners(signal, 'abort').length);
    // What a failed test has left open would keep the process.
    for (const life of lives) life.abort();
    for (const server of servers) await server.close();
    restore();
    for (const count of left) assert.equal(count, 0, 'listeners are left on the signal');
  });

  const current = (): AbortController => lives.at(-1) as AbortController;
  const open: WebSocketSetUp['open'] = (url, options = {}) =>
    openWebSocket({
      platform: 'THREAD',
      url,
      signal: current().signal,
      limit: LIMIT,
      onText: (text) => void received.push(text),
      onBytes: (data) => void received.push(data),
      onActivity: () => activity++,
      ...options,
    });
  const serving: WebSocketSetUp['serving'] = async (starting) => {
    const server = await starting;
    servers.push(server);
    return server;
  };

  return {
    open,
    async pair(options) {
      const server = await serving(startWebSockets());
      const connection = await open(server.url, options);
      return [connection, await server.next(), server];
    },
    serving,
    life: {
      abort: (reason) => current().abort(reason),
      renew: () => void lives.push(new AbortController()),
    },
    received,
    activity: () => activity,
  };
}

export function gone(server: LocalSockets): Promise<void> {
  return until('no connection is left', () => server.connections === 0);
}

export function proxied(url: string): { proxy: ProxySettings } {
  return { proxy: { url, noProxy: [] } };
}

/** The work fails so, and the password `geheim` stands nowhere in the error. */
export async function fails(work: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof PlatformError, String(error));
    assert.match(error.message, message);
    assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /geheim/);
    assert.equal(error.code, code);
    return true;
  });
}

/** Answers the handshake of a WebSocket as RFC 6455 §4.2.2 says, and nothing more. */
export async function upgrade(socket: Socket, then: () => void): Promise<void> {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(await requestHead(socket))?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'connection: upgrade',
      'upgrade: websocket',
      `sec-websocket-accept: ${accept}`,
      '',
      '',
    ].join('\r\n'),
  );
  socket.resume();
  then();
}
