import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import sinon from 'sinon';
import { PlatformError } from '../../../../nodes/core/errors';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../../nodes/core/http/client';
import type { HttpRequest } from '../../../../nodes/core/http/request';
import { type Answer, type LocalServer, serve } from '../../../support/http';

export const GET: HttpRequest = { method: 'GET', path: '/things', operation: 'listThings' };

/** Clients and servers that are closed after the test. */
export interface HttpClientSetUp {
  /** A server, and a client of it at `/api`. */
  start(answer: Answer, options?: Partial<HttpClientOptions>): Promise<{ client: HttpClient; server: LocalServer }>;
  open(baseUrl: string, options?: Partial<HttpClientOptions>): HttpClient;
  serving(answer: Answer, port?: number): Promise<LocalServer>;
  /** Waits between repetitions take this part of their upper bound; no time at all unless said otherwise. */
  waits: { part(): number };
}

/** To be called in a `describe`. */
export function setUpHttpClient(): HttpClientSetUp {
  let clients: HttpClient[];
  let servers: LocalServer[];
  const waits = { part: () => 0 };

  beforeEach(() => {
    clients = [];
    servers = [];
    waits.part = () => 0;
    sinon.stub(Math, 'random').callsFake(() => waits.part());
  });
  afterEach(async () => {
    sinon.restore();
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all(servers.map((server) => server.close()));
  });

  const open: HttpClientSetUp['open'] = (baseUrl, options = {}) => {
    const client = createHttpClient({ platform: 'xDP', baseUrl, timeout: 30_000, retryMax: 60_000, ...options });
    clients.push(client);
    return client;
  };
  const serving: HttpClientSetUp['serving'] = async (answer, port) => {
    const server = await serve(answer, undefined, port);
    servers.push(server);
    return server;
  };

  return {
    async start(answer, options) {
      const server = await serving(answer);
      return { client: open(`${server.url}/api`, options), server };
    },
    open,
    serving,
    waits,
  };
}

/** The error that the work fails with. */
export async function failure(work: Promise<unknown>): Promise<PlatformError> {
  const error = await work.then(
    () => assert.fail('should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlatformError);
  return error;
}

export function status(response: ServerResponse, code: number, headers: Record<string, string> = {}, body = ''): void {
  response.writeHead(code, headers).end(body);
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
