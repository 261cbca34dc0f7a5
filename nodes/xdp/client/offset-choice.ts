import type { PlatformError } from '../../core/errors';
import type { Cursor } from '../../core/storage/cursor-store';
import type { XdpEvent } from './events';

/**
 * Characters of a query that offsets may take. The head of a request has its limit (16 kB in Node.js, 8 kB behind many
 * proxies), and a site may have hundreds of observation types.
 */
export const OFFSETS_LENGTH = 12_000;

/** A connection that is reset without a word when a request is no longer than this was reset for another reason. */
const SURELY_SHORT = 1000;

/** Offsets that go with a request, and those for which there is no room. */
export interface OffsetChoice {
  sent: Cursor;
  unsent: Cursor;
  /** Characters that `sent` takes. */
  length: number;
}

/** @param first sources that had no room in the request before: theirs is the first turn in this one */
export function chooseOffsets(offsets: Cursor, room: number, first: Cursor = {}): OffsetChoice {
  const sent: Cursor = {};
  const unsent: Cursor = {};
  let length = 0;
  const [waiting, others] = [Object.keys(offsets).filter((source) => source in first), Object.keys(offsets)];
  for (const source of new Set([...waiting, ...others])) {
    const offset = offsets[source] as string;
    const needed = encodeURIComponent(`offsets[${source}]`).length + encodeURIComponent(offset).length + 2;
    const fits = length + needed <= room;
    if (fits) length += needed;
    (fits ? sent : unsent)[source] = offset;
  }
  return { sent, unsent, length };
}

/**
 * Half the room, when a request with so many offsets was perhaps too long: the server says so, or resets the connection
 * without a word. undefined: that cannot be the reason.
 */
export function shorterAfter({ statusCode, code }: PlatformError, { sent, length }: OffsetChoice): number | undefined {
  const told = statusCode === 414 || statusCode === 431;
  const perhaps = told || (code === 'ECONNRESET' && length > SURELY_SHORT);
  return perhaps && Object.keys(sent).length > 1 ? length / 2 : undefined;
}

/**
 * Passes over what has been handed on already. A source without an offset in the request sends everything it has, in
 * order: what comes before the offset that is known, and the event of that offset itself, has been here.
 */
export interface OffsetFilter {
  /** True for an event that has been handed on before. */
  isKnown(event: XdpEvent): boolean;
  /** Sources whose offset will not come any more: all their stored events have, or it goes on with live ones. */
  notFound(event: XdpEvent, replayed: boolean): readonly string[];
}

export function createOffsetFilter({ sent, unsent }: Pick<OffsetChoice, 'sent' | 'unsent'>): OffsetFilter {
  const awaited = new Map(Object.entries(unsent));

  return {
    isKnown({ source, offset, storedDone }) {
      if (storedDone || source === undefined || offset === undefined) return false;
      // Whether `offsets` is inclusive is not said: the event it names has been here already.
      if (offset === sent[source]) return true;
      const until = awaited.get(source);
      if (until === undefined) return false;
      if (offset === until) awaited.delete(source);
      return true;
    },
    notFound({ storedDone, source }, replayed) {
      if (awaited.size === 0) return [];
      if (source === undefined) return storedDone ? [...awaited.keys()] : [];
      // Whether a source of which nothing is stored has a Done is not said; its live events tell as well.
      return (storedDone || !replayed) && awaited.has(source) ? [source] : [];
    },
  };
}
