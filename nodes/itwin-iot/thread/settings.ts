import type { ProxySettings, TlsSettings } from '../../core/network-settings';

/** What a THREAD needs to be reached; it asks nobody who he is. Times in milliseconds. */
export interface ThreadSettings {
  /** Edge REST API, without a slash at its end: `http://localhost/api`. */
  url: string;
  /** Edge WebSocket API, without a slash at its end: `ws://localhost/ws`. */
  wsUrl: string;
  timeout: number;
  retryMax: number;
  /** Bytes of an answer that is read whole. */
  maxAnswer?: number | undefined;
  /** HTTP requests under way at the same time. */
  maxRequests?: number | undefined;
  /** Between two pings that ask a port's WebSocket for a sign of life. */
  keepalive: number;
  tls?: TlsSettings | undefined;
  proxy?: ProxySettings | undefined;
}
