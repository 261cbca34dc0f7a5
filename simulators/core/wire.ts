/** One connection of a client that carries JSON texts both ways, a WebSocket or a bare TCP socket. */
export interface Wire {
  /** Aborted when the connection is gone. */
  readonly closed: AbortSignal;
  /** Takes the texts that arrive, one each; to be set at once, before anything can arrive. */
  onText: (text: string) => void;
  /** Sends a text; the promise, when there is one, resolves once the client has caught up or is gone. */
  send(text: string): Promise<void> | undefined;
  /** Sends the first half of a text and destroys the connection. */
  cut(text: string): void;
  /** Ends the connection in an orderly way, after what was sent. */
  close(): void;
  /** Destroys the connection at once. */
  destroy(): void;
}

/** How a wire behaves. */
export interface WireOptions {
  /** Bytes of one write at most, so that texts arrive in pieces; 0: whole. */
  fragment: number;
  /** Asked for whatever arrives: true when the peer is dead and hears nothing. */
  silenced(): boolean;
}

/** Largest text a simulator takes, in bytes. */
export const MAX_TEXT = 64 * 1024 * 1024;
