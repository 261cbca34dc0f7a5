import type { FaultTarget } from '../core/faults';
import { CODES, RpcError } from './json-rpc';
import type { Platform } from './platform';

/** The four things that can be subscribed to, as the methods are named. */
export type SubscriptionKind = 'Data' | 'Nodes' | 'Devices' | 'Sensors';

interface Subscription {
  readonly kind: SubscriptionKind;
  readonly target: FaultTarget;
  readonly stop: AbortController;
  /** Sends the updates until `stop`; undefined once it does. */
  run: (() => Promise<void>) | undefined;
}

/** The request that opens a subscription. */
export interface Opening {
  readonly id: number | string;
  readonly target: FaultTarget;
  /** Aborted when the connection is gone. */
  readonly closed: AbortSignal;
}

/** Begins to follow what is subscribed to, at once, and returns what sends the updates until `stop`. */
export type Begin = (stop: AbortSignal) => () => Promise<void>;

/** The subscriptions of one connection, by the id of the request that opened each. */
export class Subscriptions {
  readonly #platform: Platform;
  readonly #open = new Map<number | string, Subscription>();

  /** `closed`: the connection is gone, and all of them with it. */
  constructor(platform: Platform, closed: AbortSignal) {
    this.#platform = platform;
    closed.addEventListener('abort', () => {
      for (const id of [...this.#open.keys()]) this.#end(id);
    });
  }

  /**
   * Opens a subscription; its updates are sent after the first answer, and miss nothing since now. That answer is
   * undocumented beyond "Returned subscriptionId can be used to later unsubscribe": see the option `subscribeReply`.
   */
  open(call: Opening, kind: SubscriptionKind, begin: Begin): unknown {
    if (this.#open.has(call.id))
      throw new RpcError(CODES.invalidRequest, `a subscription has the id ${call.id} already`);
    const { counters, faults, settings } = this.#platform;
    if (call.closed.aborted) return undefined;
    const stop = new AbortController();
    this.#open.set(call.id, { kind, target: call.target, stop, run: begin(stop.signal) });
    faults.streamOpened(call.target);
    counters.subscriptions += 1;
    counters.openSubscriptions += 1;
    if (settings.subscribeReply === 'none') return undefined;
    return settings.subscribeReply === 'empty' ? {} : { subscriptionId: call.id };
  }

  /** Lets the updates of the subscription begin that this call opened, if it opened one. */
  start({ id }: Pick<Opening, 'id'>): void {
    const subscription = this.#open.get(id);
    const run = subscription?.run;
    if (!subscription || !run) return;
    subscription.run = undefined;
    run().catch((error: Error) => process.emitWarning(error));
  }

  /** Ends one by its subscriptionId. */
  close(kind: SubscriptionKind, id: unknown): void {
    const key = typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : id;
    const known = typeof key === 'number' || typeof key === 'string' ? this.#open.get(key) : undefined;
    if (known?.kind !== kind) throw new RpcError(CODES.notFound, `there is no subscription ${String(id)}`);
    this.#end(key as number | string);
  }

  #end(id: number | string): void {
    const subscription = this.#open.get(id);
    if (!subscription) return;
    this.#open.delete(id);
    subscription.stop.abort();
    this.#platform.faults.streamClosed(subscription.target);
    this.#platform.counters.openSubscriptions -= 1;
  }
}
