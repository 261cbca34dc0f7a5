/** The side that something goes to. */
export type Towards = 'client' | 'server';

/** What a proxy does to all that goes through it. */
export interface PipeFaults {
  /** New connections are dead from the start. */
  readonly halfOpen: boolean;
  /** Milliseconds before each piece. */
  readonly slowMs: number;
  /** Bytes handed on at once at most; 0: as they come. */
  readonly fragment: number;
}

/** All well. */
export const NO_FAULTS: PipeFaults = { halfOpen: false, slowMs: 0, fragment: 0 };

/** The bytes in pieces of at most `most`; 0: in one. */
export function* fragmentsOf(piece: Buffer, most: number): Generator<Buffer> {
  if (most === 0) yield piece;
  else for (let at = 0; at < piece.length; at += most) yield piece.subarray(at, at + most);
}
