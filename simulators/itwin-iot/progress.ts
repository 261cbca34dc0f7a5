import type { ItwinSimulator } from './simulator';

/** Numbers only, fit to be printed: no observation, no body, no key, no token. */
export interface ItwinProgress {
  /** Connections of the socket API open now, and accepted so far. */
  open: number;
  connections: number;
  authentications: number;
  failedAuthentications: number;
  /** Subscriptions open now. */
  subscriptions: number;
  /** Requests of the socket API, and of REST and IMS. */
  calls: number;
  requests: number;
  /** Updates sent to data subscriptions. */
  updates: number;
  /** Observations received from clients. */
  received: number;
}

export function progressOf({ counters }: ItwinSimulator): ItwinProgress {
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
  return {
    open: counters.openConnections,
    connections: counters.connections,
    authentications: counters.authentications,
    failedAuthentications: counters.failedAuthentications,
    subscriptions: counters.openSubscriptions,
    calls: sum(counters.calls),
    requests: sum(counters.requests),
    updates: counters.updates,
    received: counters.received.length,
  };
}
