import type { WebSocketOptions } from '../../../core/socket/web-socket';

/** The texts in what is no JSON text as a whole: itself where it is not made of several, whatever it is. */
export type TakeApart = (text: string) => readonly string[];

export interface WireOptions extends Pick<WebSocketOptions, 'url' | 'tls' | 'proxy' | 'secrets' | 'signal'> {
  /** Longest text in characters. */
  limit: number;
  /** One JSON text; where it is none, `apart` may find several in it. */
  onText(text: string, apart?: TakeApart): void;
}

/** A connection that carries JSON texts, whatever is below. */
export interface Wire {
  send(text: string): void;
  /** Resolves when the peer ends the connection in order, rejects when it breaks. */
  readonly ended: Promise<void>;
  close(): void;
}
