import { allBut, type Head } from './head';
import { type Range, rangesOf, union } from './ranges';
import type { PlacedEntry } from './segments';
import type { TakenOver } from './take-over';
import type { LogEntry, StoredItem } from './types';

/** Bytes of the messages that memory holds whole until they are dealt with: a platform that keeps up is sent those. */
const FRESH_BYTES = 1024 * 1024;

/** What memory knows of the messages of a log that have not been dealt with: where each stands on disk. */
export interface Positions {
  /** The highest number given so far. */
  last: number;
  /** By the numbers under which they were handed out, in that order. */
  entries(): LogEntry[];
  find(seq: number): PlacedEntry | undefined;
  /** The message itself, if memory holds it. */
  fresh(seq: number): StoredItem | undefined;
  add(entry: PlacedEntry, item: StoredItem): void;
  /** These have been dealt with. @returns where they stand */
  remove(entries: readonly LogEntry[]): PlacedEntry[];
  begin(found: TakenOver): void;
  /** What is to be noted on disk. */
  head(): Head;
  /** Compares what is known with what was found when the folder was taken anew; changes nothing. */
  compare(found: TakenOver, dealtWith: readonly PlacedEntry[]): Comparison;
  /** Goes on with what was found; `again` stands where it has been written now. */
  goOn(found: TakenOver, comparison: Comparison, again: readonly PlacedEntry[]): void;
}

/** The same messages stand there, or others: those of another log begin with the same numbers. */
export interface Comparison {
  /** Known ones that stand there, by the number under which they were handed out. */
  same: Map<number, PlacedEntry>;
  /** Known ones that are not there but that memory holds. */
  again: { seq: number; item: StoredItem; entry: LogEntry }[];
  /** How many of those known are neither. */
  gone: number;
  /** Those there that have been dealt with. */
  dealtWith: PlacedEntry[];
  /** Those there that nobody has known. */
  strange: PlacedEntry[];
}

/** What is to be noted of these: everything else has been dealt with. */
export function headOf({ entries, held, last }: Pick<TakenOver, 'entries' | 'held' | 'last'>): Head {
  const open = rangesOf(entries.map(({ seq }) => seq));
  return allBut(held.length > 0 ? union(open, held) : open, last);
}

export function createPositions(): Positions {
  let places = new Map<number, PlacedEntry>();
  let held: Range[] = [];
  const fresh = new Map<number, StoredItem>();
  let freshBytes = 0;

  const forget = (seq: number, bytes: number): void => {
    if (fresh.delete(seq)) freshBytes -= bytes;
  };

  const positions: Positions = {
    last: 0,
    // One that has been written again has another number on disk.
    entries: () => [...places].map(([seq, place]) => (place.seq === seq ? place : { ...place, seq })),
    find: (seq) => places.get(seq),
    fresh: (seq) => fresh.get(seq),
    add(entry, item) {
      places.set(entry.seq, entry);
      if (freshBytes + entry.bytes > FRESH_BYTES) return;
      fresh.set(entry.seq, item);
      freshBytes += entry.bytes;
    },
    remove: (entries) =>
      entries.flatMap(({ seq, bytes }) => {
        forget(seq, bytes);
        const place = places.get(seq);
        places.delete(seq);
        return place ?? [];
      }),
    begin(found) {
      places = new Map(found.entries.map((entry) => [entry.seq, entry]));
      held = found.held;
      positions.last = found.last;
    },
    head: () => headOf({ entries: [...places.values()], held, last: positions.last }),
    compare(found, dealtWith) {
      const there = new Map(found.entries.map((entry) => [entry.seq, entry]));
      const take = ({ seq, check }: PlacedEntry): PlacedEntry | undefined => {
        const entry = there.get(seq);
        if (entry?.check !== check) return undefined;
        there.delete(seq);
        return entry;
      };
      const same = new Map<number, PlacedEntry>();
      const again: Comparison['again'] = [];
      let gone = 0;
      for (const [seq, place] of places) {
        const entry = take(place);
        const item = fresh.get(seq);
        if (entry) same.set(seq, entry);
        else if (item) again.push({ seq, item, entry: place });
        else gone++;
      }
      return {
        same,
        again,
        gone,
        dealtWith: dealtWith.flatMap((place) => take(place) ?? []),
        strange: [...there.values()],
      };
    },
    goOn(found, { same, again, strange }, written) {
      const before = places;
      const rewritten = new Map(again.map(({ seq }, index) => [seq, written[index] as PlacedEntry]));
      const highest = positions.last;
      positions.last = Math.max(found.last, ...written.map(({ seq }) => seq));
      places = new Map();
      for (const [seq, { bytes }] of before) {
        const place = same.get(seq) ?? rewritten.get(seq);
        if (place) places.set(seq, place);
        else forget(seq, bytes);
      }
      // A number that was handed out stays with the message that it was handed out for.
      for (const entry of strange) places.set(entry.seq > highest ? entry.seq : ++positions.last, entry);
      held = found.held;
    },
  };
  return positions;
}
