import type { XdpSimulator } from './simulator';

/** Numbers only, fit to be printed: no recording, no body, no token. */
export interface XdpProgress {
  /** Streams open now. */
  streams: number;
  requests: number;
  logins: number;
  failedLogins: number;
  /** Recordings received from clients. */
  received: number;
  connections: number;
}

export function progressOf({ counters }: XdpSimulator): XdpProgress {
  return {
    streams: counters.openStreams,
    requests: Object.values(counters.requests).reduce((sum, count) => sum + count, 0),
    logins: counters.logins,
    failedLogins: counters.failedLogins,
    received: counters.received.length,
    connections: counters.connections,
  };
}
