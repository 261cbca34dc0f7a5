import type { ProxySettings, TlsSettings } from '../../core/network-settings';

export interface WireOptions {
  url: string;
  tls?: TlsSettings | undefined;
  /** For WebSockets. */
  proxy?: ProxySettings | undefined;
  /** What stands in no error, whatever the peer quotes. */
  secrets?: readonly string[] | undefined;
  /** Ends the wire, also while it is being opened. */
  signal: AbortSignal;
  /** Longest text in characters. */
  limit: number;
  /** One JSON text. */
  onText(text: string): void;
}

/** A connection that carries JSON texts, whatever is below. */
export interface Wire {
  send(text: string): void;
  /** Resolves when the peer ends the connection in order, rejects when it breaks. */
  readonly ended: Promise<void>;
  close(): void;
}
