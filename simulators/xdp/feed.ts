import type { Signal } from '../core/signal';

/** A piece of a stream: whole events, already written as SSE. */
export interface Piece {
  readonly bytes: Buffer;
  /** Position to go on from. */
  readonly next: number;
}

/**
 * A log as one stream reads it. Positions count the log's events; a reader keeps its own,
 * so a slow one costs no memory: it is simply behind.
 */
export interface Feed {
  /** Position after the newest event. */
  readonly end: number;
  /** Notified when events were added. */
  readonly grown: Signal;
  /** The next piece from `position`, ending at `until` or sooner; `bytes` may be empty when nothing there is wanted. */
  read(position: number, until: number): Piece;
}
