import { isLoopback } from './settings';

/** Somebody whom an account sends its credentials to. */
export interface AccountDestination {
  /** Tells it from every other, and people what it is: a URL, or `coap://host:port` made of its parts. */
  text: string;
  /** What is sent there cannot be read on its way. */
  encrypted: boolean;
  /** It is this machine itself. */
  loopback: boolean;
}

/** A destination that the settings name by a URL. */
export function atUrl(url: string): AccountDestination {
  return { text: url, encrypted: /^(https|wss|mqtts|coaps):/.test(url), loopback: isLoopback(url) };
}
