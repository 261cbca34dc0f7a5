import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A JSON-RPC peer that says what a test wants: for answers that no simulator gives. */
export interface RpcServer {
  url: string;
  close(): Promise<void>;
}

/** @param answer called with each request; gives its `result` or `error` */
export async function serveRpc(answer: (method: string, params: unknown) => object): Promise<RpcServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) =>
    socket.on('message', (text) => {
      const { id, method, params } = JSON.parse(String(text)) as { id: number; method: string; params: unknown };
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...answer(method, params) }));
    }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/`,
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
