import type { FaultTarget } from '../core/faults';
import { HttpError } from '../core/http-answer';
import { pause, stopped } from '../core/signal';
import { sendWithFaults } from '../core/socket-faults';
import type { Wire } from '../core/wire';
import type { Access } from './access';
import type { Call } from './call';
import type { Transport } from './counters';
import { CODES, errorText, FAULTY_TEXTS, parseRequest, RpcError, type RpcRequest, resultText } from './json-rpc';
import { METHODS } from './methods';
import type { Platform } from './platform';
import { Subscriptions } from './subscriptions';

/** One connection of the socket API, from `authenticate` to its end. */
export class Session {
  readonly subscriptions: Subscriptions;
  /** Who it is; undefined before `authenticate`. */
  access: Access | undefined;
  readonly #platform: Platform;
  readonly #wire: Wire;
  readonly #connection: FaultTarget;
  readonly #number: number;
  readonly #transport: Transport;
  #expectedId: number | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  /** `number`: running number of the connection, from 1. */
  constructor(platform: Platform, wire: Wire, connection: FaultTarget, transport: Transport, number: number) {
    this.#platform = platform;
    this.#wire = wire;
    this.#connection = connection;
    this.#transport = transport;
    this.#number = number;
    this.subscriptions = new Subscriptions(platform, wire.closed);
    wire.onText = (text) => this.#receive(text);
    wire.closed.addEventListener('abort', () => clearTimeout(this.#idleTimer), { once: true });
    this.#heard();
  }

  /** Says what is wrong with input that is no request at all, without an id. */
  refuseInput(error: RpcError): void {
    this.#wire.send(errorText(undefined, error, this.#platform.settings.errorStyle));
  }

  #receive(text: string): void {
    this.#heard();
    let request: RpcRequest;
    try {
      request = parseRequest(text);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.refuseInput(error);
      return;
    }
    this.#count(request);
    this.#carryOut(request).catch((error: Error) => {
      // Not a simulated fault but a mistake in the simulator: to be seen, not to be taken for the platform's answer.
      process.emitWarning(error);
      this.#wire.destroy();
    });
  }

  /** The request and its answer, and whatever follows under the same id. */
  async #carryOut(request: RpcRequest): Promise<void> {
    const { faults } = this.#platform;
    const target: FaultTarget = { ...this.#connection, method: request.method, connection: this.#connection };
    const slow = faults.take('slow', target);
    if (slow) await pause(slow.ms, this.#wire.closed);
    if (this.#wire.closed.aborted || faults.take('half-open', target)) return;
    const call = this.#callOf(request, target);
    const answered = this.#answerOf(request, call);
    // Without a wait where there is none: what was asked first is answered first.
    const answer = answered instanceof Promise ? await answered : answered;
    if (faults.take('lose-answer', target)) {
      this.#wire.destroy();
      return;
    }
    if (answer !== undefined && request.id !== undefined) await this.#send(target, answer);
    if (request.method === 'authenticate' && !this.access && this.#platform.settings.closeOnRefusal) this.#wire.close();
    this.subscriptions.start(call);
  }

  /** The answer's text; undefined when there is none. */
  #answerOf(request: RpcRequest, call: Call): Promise<string | undefined> | string | undefined {
    const id = request.id ?? 0;
    const write = (result: unknown) => (result === undefined ? undefined : resultText(id, JSON.stringify(result)));
    const refuse = (error: unknown) => errorText(id, refusalOf(error), this.#platform.settings.errorStyle);
    try {
      const result = this.#resultOf(request, call);
      return result instanceof Promise ? result.then(write, refuse) : write(result);
    } catch (error) {
      return refuse(error);
    }
  }

  #resultOf({ method }: RpcRequest, call: Call): unknown {
    const status = this.#platform.faults.take('status', call.target);
    // HTTP has 429 and 500; what the socket API says instead is not documented.
    if (status) throw new RpcError(status.status, `simulated ${status.status}`);
    if (!this.access && method !== 'authenticate') {
      throw new RpcError(CODES.notAuthenticated, 'authenticate must be the first request');
    }
    const handle = Object.hasOwn(METHODS, method) ? METHODS[method]?.handle : undefined;
    if (!handle) throw new RpcError(CODES.methodNotFound, `there is no method "${method}"`);
    return handle(call);
  }

  #callOf({ id, params }: RpcRequest, target: FaultTarget): Call {
    return {
      platform: this.#platform,
      session: this,
      id: id ?? 0,
      params: params ?? {},
      target,
      closed: this.#wire.closed,
      reply: (json) => this.#reply(target, id ?? 0, json),
      update: (json) => this.#send(target, resultText(id ?? 0, json)),
    };
  }

  /** Sends one of several answers to a request, unless it is lost, and the connection with it. */
  #reply(target: FaultTarget, id: number | string, json: string): Promise<void> | undefined {
    if (this.#platform.faults.take('lose-answer', target)) {
      this.#wire.destroy();
      return stopped(this.#wire.closed);
    }
    return this.#send(target, resultText(id, json));
  }

  #send(target: FaultTarget, text: string): Promise<void> | undefined {
    return sendWithFaults(this.#wire, this.#platform.faults, target, text, FAULTY_TEXTS);
  }

  #count({ method, id, sentId, params }: RpcRequest): void {
    const { counters, settings } = this.#platform;
    const kept = method === 'authenticate' || method === 'uploadData' ? undefined : params;
    const call = { connection: this.#number, transport: this.#transport, method, id: sentId, params: kept };
    counters.called({ ...call, at: Date.now() });
    if (id === undefined) return;
    if (this.#expectedId !== undefined && id !== this.#expectedId) counters.idsOutOfSequence += 1;
    if (method === 'authenticate') this.#expectedId = settings.nextId;
    else this.#expectedId = typeof id === 'number' ? id + 1 : undefined;
  }

  /** Starts the idle time anew. */
  #heard(): void {
    const { idleTimeout } = this.#platform.settings;
    if (idleTimeout === 0 || this.#wire.closed.aborted) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#wire.close(), idleTimeout * 1000);
  }
}

/** A refusal as the socket API knows it; whatever else was thrown is a mistake in the simulator. */
function refusalOf(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  if (!(error instanceof HttpError)) throw error;
  return new RpcError(error.status === 404 ? CODES.notFound : CODES.invalidParams, error.message);
}
