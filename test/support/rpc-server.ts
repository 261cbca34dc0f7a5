import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A JSON-RPC peer that says what a test wants: for answers that no simulator gives. */
export interface RpcServer {
  url: string;
  /** How many were accepted so far. */
  readonly connections: number;
  /** Says something of its own accord, to everybody. */
  say(text: string): void;
  /** Ends every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** `result` or `error` of an answer, or `results` for several; undefined: no answer. */
export type RpcAnswer = { results: readonly unknown[] } | object | undefined;

/**
 * @param answer called with each request
 * @param noise said before each answer but those to the `quiet` methods
 */
export async function serveRpc(
  answer: (method: string, params: unknown, id: number) => RpcAnswer,
  noise: readonly string[] = [],
  quiet: readonly string[] = ['authenticate'],
): Promise<RpcServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    socket.on('message', (text) => {
      const { id, method, params } = JSON.parse(String(text)) as { id: number; method: string; params: unknown };
      if (!quiet.includes(method)) for (const each of noise) socket.send(each);
      const said = answer(method, params, id);
      if (said === undefined) return;
      const answers = 'results' in said ? said.results.map((result) => ({ result })) : [said];
      for (const each of answers) socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...each }));
    });
  });
  const cut = (): void => {
    for (const socket of server.clients) socket.terminate();
  };
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/`,
    get connections() {
      return connections;
    },
    say(text) {
      for (const socket of server.clients) socket.send(text);
    },
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
