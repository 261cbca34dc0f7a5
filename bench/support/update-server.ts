import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { READING_INTERVAL_MS, readings } from '../../simulators/core/readings';
import { nextTurn } from '../../simulators/core/signal';

/** A server that sends the same texts to whoever comes. */
export interface UpdateServer {
  /** Speaks the socket API: the texts are the updates of the first subscription. */
  readonly apiUrl: string;
  /** Sends the texts at once, to any WebSocket client. */
  readonly plainUrl: string;
  stop(): void;
}

/** What `authenticate` answers as `nextId`, and therefore the id of the first request after it: the subscription. */
const SUBSCRIPTION = 100;

/** Texts sent at once, and bytes that may wait for a slow client before it is left to catch up. */
const AT_ONCE = 64;
const AHEAD = 1024 * 1024;

/** Updates of a data subscription with real readings, as texts that were made beforehand. */
export async function startUpdateServer(count: number): Promise<UpdateServer> {
  const texts = updates(count);
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer().on('upgrade', (request, tcp: Socket, head) =>
    webSockets.handleUpgrade(request, tcp, head, (socket) => {
      const start = (): void => void play(socket, tcp, texts);
      if (request.url === '/plain') start();
      else socket.on('message', (text) => answer(socket, String(text), start));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    apiUrl: `${origin}/`,
    plainUrl: `${origin}/plain`,
    stop() {
      for (const socket of webSockets.clients) socket.terminate();
      server.close();
    },
  };
}

function updates(count: number): Buffer[] {
  const rows = readings();
  const first = Date.parse('2026-01-01T00:00:00.000Z');
  return Array.from({ length: count }, (_, index) => {
    const time = new Date(first + index * READING_INTERVAL_MS).toISOString();
    const data = `{"${time}":${rows[index % rows.length]?.humidity}}`;
    return Buffer.from(`{"jsonrpc":"2.0","id":${SUBSCRIPTION},"result":{"data":${data}}}`);
  });
}

function answer(socket: WebSocket, request: string, start: () => void): void {
  const { method, id } = JSON.parse(request) as { method: string; id: number };
  const results: Record<string, unknown> = {
    authenticate: { nextId: SUBSCRIPTION },
    subscribeData: { subscriptionId: id },
    // There is nothing before the updates.
    getData: { requestStatus: 'finished' },
    time: { time: new Date().toISOString() },
  };
  socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] }));
  if (id === SUBSCRIPTION) start();
}

async function play(socket: WebSocket, tcp: Socket, texts: readonly Buffer[]): Promise<void> {
  for (let at = 0; at < texts.length && !tcp.destroyed; at += AT_ONCE) {
    // In one write: what is measured is not how the system carries small packets.
    tcp.cork();
    for (const text of texts.slice(at, at + AT_ONCE)) socket.send(text, { binary: false });
    tcp.uncork();
    do await nextTurn();
    while (tcp.writableLength > AHEAD && !tcp.destroyed);
  }
}
