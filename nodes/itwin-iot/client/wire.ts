import type { WebSocketOptions } from '../../core/web-socket';

export interface WireOptions extends Pick<WebSocketOptions, 'url' | 'tls' | 'proxy' | 'secrets' | 'signal'> {
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
