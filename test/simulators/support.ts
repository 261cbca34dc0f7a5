import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { startXdpSimulator, type XdpSimulator, type XdpSimulatorOptions } from '../../simulators/xdp/index';

const running = new Set<XdpSimulator>();

/** A simulator without live readings, unless told, that `stopAll()` ends. */
export async function simulate(options: XdpSimulatorOptions = {}): Promise<XdpSimulator> {
  const simulator = await startXdpSimulator({ live: false, ...options });
  running.add(simulator);
  return simulator;
}

/** For `afterEach`. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((simulator) => simulator.stop()));
  running.clear();
}

export interface CallOptions {
  body?: string;
  type?: string;
  token?: string;
  namespace?: string | null;
}

/** One request to the API; logs in first when no token is given, and names the first namespace unless told `null`. */
export async function call(
  simulator: XdpSimulator,
  method: string,
  path: string,
  { body, type = 'application/json', token, namespace = simulator.namespace }: CallOptions = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const headers = new Headers({ authorization: `Bearer ${token ?? (await logIn(simulator))}` });
  if (namespace !== null) headers.set('xdp-namespace', namespace);
  if (body !== undefined) headers.set('content-type', type);
  const response = await fetch(`${simulator.url}${path}`, { method, headers, body });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** `POST /login` as the text shows it. */
export function postLogin(simulator: XdpSimulator, password = simulator.password): Promise<Response> {
  return fetch(`${simulator.url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: simulator.username, password }),
  });
}

export async function logIn(simulator: XdpSimulator): Promise<string> {
  const response = await postLogin(simulator);
  if (response.status !== 200) throw new Error(`login: ${response.status}`);
  return response.text();
}

/** One event of a stream as it stood in the text. */
export interface SeenEvent {
  /** The block's lines, without the blank one. */
  readonly lines: readonly string[];
  /** Undefined for a heartbeat. */
  readonly event: string | undefined;
  /** Text after `data:`. */
  readonly data: string;
}

/** A stream as a bare client sees it. */
export class SeenStream {
  readonly response: IncomingMessage;
  /** The last 300 characters, for a look at a long stream that costs little. */
  tail = '';
  /** How the connection ended; undefined while it is open. */
  end: 'complete' | 'broken' | undefined;
  readonly #chunks: string[] = [];
  readonly #request: ClientRequest;
  readonly #waiting = new Set<() => void>();

  constructor(req: ClientRequest, response: IncomingMessage) {
    this.#request = req;
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      this.#chunks.push(chunk);
      this.tail = (this.tail + chunk).slice(-300);
      this.#wake();
    });
    response.on('error', () => this.#finish('broken'));
    response.on('close', () => this.#finish(response.complete ? 'complete' : 'broken'));
  }

  /** All text so far. */
  get text(): string {
    return this.#chunks.join('');
  }

  /** Whole events so far, heartbeats among them. */
  get blocks(): SeenEvent[] {
    const blocks = this.text.split('\n\n').slice(0, -1);
    return blocks.map((block) => {
      const lines = block.split('\n');
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1);
      return { lines, event: field('event'), data: field('data') ?? '' };
    });
  }

  /** Whole events so far, without heartbeats. */
  get events(): SeenEvent[] {
    return this.blocks.filter(({ event }) => event !== undefined);
  }

  /** Names of the events so far. */
  get names(): string[] {
    return this.events.map(({ event }) => event ?? '');
  }

  /** What is behind the last whole event. */
  get rest(): string {
    const { text } = this;
    return text.slice(text.lastIndexOf('\n\n') + 2);
  }

  /** Resolves when `holds`; rejects when the stream ends before. */
  async until(holds: (stream: this) => boolean): Promise<void> {
    while (!holds(this)) {
      if (this.end) throw new Error(`the stream ended (${this.end}) before that`);
      await this.#change();
    }
  }

  /** Resolves when the stream has ended. */
  async ended(): Promise<'complete' | 'broken'> {
    while (!this.end) await this.#change();
    return this.end;
  }

  close(): void {
    this.#request.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #finish(end: 'complete' | 'broken'): void {
    this.end ??= end;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** Opens a GET (SSE) on a connection of its own; rejects when there is no answer. */
export async function openStream(
  simulator: XdpSimulator,
  path: string,
  { token, namespace = simulator.namespace }: { token?: string; namespace?: string } = {},
): Promise<SeenStream> {
  const bearer = token ?? (await logIn(simulator));
  return new Promise((resolve, reject) => {
    const req = request(`${simulator.url}${path}`, {
      agent: false,
      headers: { authorization: `Bearer ${bearer}`, 'xdp-namespace': namespace },
    });
    req.once('error', reject);
    req.once('response', (response) => {
      // An error after the answer began is the stream's own: SeenStream tells it.
      req.off('error', reject).on('error', () => undefined);
      resolve(new SeenStream(req, response));
    });
    req.end();
  });
}

/** A finite stream, read to its end. */
export async function readAll(simulator: XdpSimulator, path: string): Promise<SeenStream> {
  const stream = await openStream(simulator, `${path}${path.includes('?') ? '&' : '?'}finite=true`);
  await stream.ended();
  return stream;
}

/** Offset of an event as it is written, or undefined. */
export function offsetOf({ data }: SeenEvent): string | undefined {
  return /,"offset":(\d+)\}$/.exec(data)?.[1];
}

/** The event's own data. */
export function dataOf({ data }: SeenEvent): Record<string, unknown> {
  return (JSON.parse(data) as { data: Record<string, unknown> }).data;
}

/** A recording of mote 1 with a number to know it by. */
export function numbered(number: number): { nwkAddr: number; data: Record<string, unknown> } {
  return { nwkAddr: 23353857, data: { number } };
}
