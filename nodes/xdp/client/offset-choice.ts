import type { Cursor } from '../../core/cursor-store';
import type { PlatformError } from '../../core/errors';
import type { XdpEvent } from './events';

/**
 * Characters of a query that offsets may take. The head of a request has its limit (16 kB in Node.js, 8 kB behind many
 * proxies), and a site may have hundreds of observation types.
 */
export const OFFSETS_LENGTH = 4000;

/** Never fewer than that are tried. */
const SHORTEST = 250;

/** Offsets that go with a request, and those for which there is no room. */
export interface OffsetChoice {
  sent: Cursor;
  unsent: Cursor;
}

export function chooseOffsets(offsets: Cursor, length: number): OffsetChoice {
  const sent: Cursor = {};
  const unsent: Cursor = {};
  let left = length;
  for (const [source, offset] of Object.entries(offsets)) {
    left -= encodeURIComponent(`offsets[${source}]`).length + encodeURIComponent(offset).length + 2;
    (left >= 0 ? sent : unsent)[source] = offset;
  }
  return { sent, unsent };
}

/** What a server says, or does without a word, when the head of a request is too long for it. */
export function mayBeTooLong({ statusCode, code }: PlatformError): boolean {
  return statusCode === 414 || statusCode === 431 || code === 'ECONNRESET';
}

/** Half the room, when a request with so many offsets was not taken; undefined: that cannot be the reason. */
export function shorterThan(length: number, { sent }: OffsetChoice): number | undefined {
  return Object.keys(sent).length > 1 && length > SHORTEST ? length / 2 : undefined;
}

/**
 * Passes over what has been handed on already. A source without an offset in the request sends everything it has, in
 * order: what comes before the offset that is known, and the event of that offset itself, has been here.
 */
export interface OffsetFilter {
  /** True for an event that has been handed on before. */
  isKnown(event: XdpEvent): boolean;
  /** Sources whose offset has not come although all their stored events have. */
  notFound(event: XdpEvent): readonly string[];
}

export function createOffsetFilter({ sent, unsent }: OffsetChoice): OffsetFilter {
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
    notFound({ storedDone, source }) {
      if (!storedDone || awaited.size === 0) return [];
      if (source === undefined) return [...awaited.keys()];
      return awaited.has(source) ? [source] : [];
    },
  };
}
