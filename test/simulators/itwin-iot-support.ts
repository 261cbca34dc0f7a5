import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { JsonTexts } from '../../simulators/core/json-texts';
import { type ItwinSimulator, type ItwinSimulatorOptions, startItwinSimulator } from '../../simulators/itwin-iot/index';

const running = new Set<ItwinSimulator>();
const clients = new Set<RpcClient>();

/** The two ways to the socket API, for suites that run over both. */
export const TRANSPORTS = ['ws', 'tcp'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** A simulator without live readings, unless told, that `stopAll()` ends. */
export async function simulate(options: ItwinSimulatorOptions = {}): Promise<ItwinSimulator> {
  const simulator = await startItwinSimulator({ live: false, ...options });
  running.add(simulator);
  return simulator;
}

/** For `afterEach`. */
export async function stopAll(): Promise<void> {
  for (const client of clients) client.destroy();
  clients.clear();
  await Promise.all([...running].map((simulator) => simulator.stop()));
  running.clear();
}

/** An answer as it came. */
export interface Answer {
  jsonrpc?: string;
  id?: number | string;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** A client of the socket API that does nothing by itself. */
export class RpcClient {
  /** Texts as they came, one a WebSocket message or as found in the byte stream. */
  readonly texts: string[] = [];
  /** Pieces as they came over TCP. */
  readonly pieces: Buffer[] = [];
  /** Undefined while the connection is open; the close code of a WebSocket, 0 for TCP. */
  closeCode: number | undefined;
  readonly #waiting = new Set<() => void>();
  readonly #write: (text: string) => void;
  readonly #destroy: () => void;
  /** The socket or the WebSocket, for what only one of them can. */
  readonly raw: WebSocket | Socket;
  #nextId = 0;

  private constructor(raw: WebSocket | Socket) {
    this.raw = raw;
    clients.add(this);
    if (raw instanceof WebSocket) {
      raw.on('message', (data) => this.#arrived(data.toString()));
      raw.on('error', () => undefined).on('close', (code) => this.#closed(code));
      this.#write = (text) => raw.send(text);
      this.#destroy = () => raw.terminate();
      return;
    }
    const found = new JsonTexts(Number.POSITIVE_INFINITY);
    raw.on('data', (piece: Buffer) => {
      this.pieces.push(piece);
      found.push(piece, (text) => this.#arrived(text));
    });
    raw.on('error', () => undefined).on('close', () => this.#closed(0));
    this.#write = (text) => raw.write(text);
    this.#destroy = () => raw.destroy();
  }

  /** Connects; rejects when there is nobody, or no WebSocket. */
  static open(simulator: ItwinSimulator, transport: TransportName): Promise<RpcClient> {
    return new Promise((resolve, reject) => {
      const raw =
        transport === 'ws' ? new WebSocket(simulator.socketUrl) : connect(simulator.tcpPort, '127.0.0.1').setNoDelay();
      const client = new RpcClient(raw);
      raw.once('error', reject);
      raw.once(transport === 'ws' ? 'open' : 'connect', () => resolve(client));
    });
  }

  /** Connects and authenticates with the API key. */
  static async authenticated(simulator: ItwinSimulator, transport: TransportName = 'ws'): Promise<RpcClient> {
    const client = await RpcClient.open(simulator, transport);
    const { result } = await client.call('authenticate', { code: simulator.apiKey });
    client.#nextId = Number(result?.nextId);
    return client;
  }

  /** The answers so far; a text that is no JSON is left out. */
  get answers(): Answer[] {
    return this.texts.flatMap((text) => {
      try {
        return [JSON.parse(text) as Answer];
      } catch (error) {
        if (error instanceof SyntaxError) return [];
        throw error;
      }
    });
  }

  /** The answers to one request so far. */
  answersTo(id: number | string): Answer[] {
    return this.answers.filter((answer) => answer.id === id);
  }

  send(text: string): void {
    this.#write(text);
  }

  /** Sends a request under the next id and returns that id. */
  request(method: string, params?: object): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.send(JSON.stringify({ jsonrpc: '2.0', method, params, id }));
    return id;
  }

  /** Sends a request and waits for the first answer. */
  async call(method: string, params?: object): Promise<Answer> {
    const id = this.request(method, params);
    await this.until(() => this.answersTo(id).length > 0);
    return this.answersTo(id)[0] ?? {};
  }

  /** The result of a call; throws when it was refused. */
  async result<T = Record<string, unknown>>(method: string, params?: object): Promise<T> {
    const answer = await this.call(method, params);
    if (answer.error) throw new Error(answer.error.message);
    return answer.result as T;
  }

  /** `getData` or `getObservations` to its end: the chunks' data, in order. */
  async chunks(method: string, params: object): Promise<Record<string, unknown>[]> {
    const id = this.request(method, params);
    await this.until(() =>
      this.answersTo(id).some(({ result, error }) => error || result?.requestStatus === 'finished'),
    );
    const answers = this.answersTo(id);
    const refused = answers.find(({ error }) => error);
    if (refused) throw new Error(refused.error?.message);
    return answers.flatMap(({ result }) => (result?.data ? [result.data as Record<string, unknown>] : []));
  }

  /** All points of `getData`. */
  async data(params: object): Promise<Record<string, unknown>> {
    return Object.assign({}, ...(await this.chunks('getData', params))) as Record<string, unknown>;
  }

  /** The data of the updates to a subscription so far. */
  updates(id: number): Record<string, unknown>[] {
    return this.answersTo(id).flatMap(({ result }) => (result?.data ? [result.data as Record<string, unknown>] : []));
  }

  /** Resolves when `holds`; rejects when the connection ends before. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.closeCode !== undefined) throw new Error('the connection ended before that');
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Resolves with the close code when the connection has ended. */
  async ended(): Promise<number> {
    while (this.closeCode === undefined) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.closeCode;
  }

  destroy(): void {
    this.#destroy();
  }

  #arrived(text: string): void {
    this.texts.push(text);
    this.#wake();
  }

  #closed(code: number): void {
    this.closeCode ??= code;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** Resolves when `holds`, looking again and again: for what only the simulator can tell. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export interface RestOptions {
  body?: unknown;
  authorization?: string | null;
  headers?: Record<string, string>;
  base?: string;
}

/** One request to REST, with the API key unless told; the body as JSON. */
export async function rest(
  simulator: ItwinSimulator,
  method: string,
  path: string,
  { body, authorization = `ApiKey ${simulator.apiKey}`, headers = {}, base = simulator.url }: RestOptions = {},
): Promise<{ status: number; json: Record<string, unknown>; headers: Headers }> {
  const sent = new Headers({ 'content-type': 'application/json', ...headers });
  if (authorization !== null) sent.set('authorization', authorization);
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${base}${path}`, { method, headers: sent, body: text });
  const answer = await response.text();
  const json = (answer === '' ? {} : JSON.parse(answer)) as Record<string, unknown>;
  return { status: response.status, json, headers: response.headers };
}

/** The form the text sends to IMS. */
export function tokenForm(simulator: ItwinSimulator, changes: Record<string, string> = {}): URLSearchParams {
  return new URLSearchParams({
    client_id: simulator.clientId,
    client_secret: simulator.clientSecret,
    grant_type: 'client_credentials',
    scope: 'sensor-data:modify sensor-data:read users:read itwins:read itwins:modify',
    ...changes,
  });
}

/** `count` times from a start, a second apart, as the platform writes them. */
export function seconds(start: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => new Date(Date.parse(start) + index * 1000).toISOString());
}
