import type { Wire, WireOptions } from './wire';

/** The transport that a URL names. */
export function openWire(options: WireOptions): Promise<Wire> {
  // Here, so that an account that uses one transport does not load the other.
  if (new URL(options.url).protocol === 'tcp:') {
    const { openTcpWire } = require('./tcp-wire') as typeof import('./tcp-wire');
    return openTcpWire(options);
  }
  const { openWebSocketWire } = require('./web-socket-wire') as typeof import('./web-socket-wire');
  return openWebSocketWire(options);
}
