import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../storage-error';
import { createHeadFile, type Head, isDone, NOTHING_DONE } from './head';
import { type LineHeader, readHeader } from './line';
import { type Range, rangesOf, without } from './ranges';
import { readWhole } from './read-file';

/** A message that was found, and where its line stands. */
export interface FoundEntry extends LineHeader {
  offset: number;
  /** Of its line, without the line feed. */
  length: number;
}

/** One file of messages as it was found. */
export interface FoundSegment {
  name: string;
  size: number;
  /** Those that have not been dealt with. */
  entries: FoundEntry[];
  /** Pieces that cannot be read, as they stand there. */
  damaged: Buffer[];
  /** Why the disk does not give the file, or pieces of it: it may at another time. */
  unreadable?: string;
}

export interface Scan {
  head: Head;
  /** Neither half of the head can be read, or there is none beside messages: all that is there counts as kept. */
  headLost: boolean;
  segments: FoundSegment[];
  /** Numbers of messages that the disk does not give now, as far as can be told; the last may go on for ever. */
  held: Range[];
  /** Messages that are missing, as far as can be told. */
  missing: number;
  /** The highest number that was ever given. */
  last: number;
}

/**
 * So many numbers are left out behind what cannot be read and may have had some of them. Half as many that are not there
 * are left out on purpose: no file holds that many lines.
 */
export const JUMP = 1_000_000;

export const HEAD = 'head';

/** Files of the log; nothing else in the folder is read or removed. */
const SEGMENT = /^(\d{16})\.log$/;

export function segmentName(seq: number): string {
  return `${String(seq).padStart(16, '0')}.log`;
}

/** What a folder holds; changes nothing. undefined: there is no such folder. */
export async function scanFolder(folder: string): Promise<Scan | undefined> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => SEGMENT.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const headFile = createHeadFile(join(folder, HEAD));
  const read = await headFile.read().finally(() => headFile.close());
  const headLost = read === 'damaged' || (read === undefined && names.length > 0);
  const head = read === undefined || read === 'damaged' ? NOTHING_DONE : read;
  const segments: FoundSegment[] = [];
  const seen = new Set<number>();
  for (const name of names) {
    const segment = await readWhole(join(folder, name)).then(
      ({ data, trouble }) => scanSegment(name, data, head, seen, trouble),
      (error: unknown): FoundSegment => ({ name, size: 0, entries: [], damaged: [], unreadable: reasonOf(error) }),
    );
    segments.push(segment);
  }
  const pieces = segments.flatMap(({ damaged }) => damaged);
  const torn = pieces.reduce((sum, piece) => sum + messagesIn(piece), 0);
  const held = segments.flatMap((segment, index) => heldBy(segment, segments[index + 1], head));
  const unreadable = segments.some((segment) => segment.unreadable !== undefined);
  const gaps = unreadable ? 0 : countGaps(seen, head, headLost);
  const numbers = [head.last, head.upTo, ...names.map(firstOf)];
  let last = Math.max(...numbers);
  for (const number of seen) last = Math.max(last, number);
  return { head, headLost, segments, held, missing: Math.max(torn, gaps), last };
}

function firstOf(name: string): number {
  return Number(name.slice(0, 16));
}

/** A file has the numbers from its name to that of the next: those that were not found in it may be where it is silent. */
function heldBy({ name, entries, unreadable }: FoundSegment, next: FoundSegment | undefined, head: Head): Range[] {
  if (unreadable === undefined) return [];
  const all: Range = [firstOf(name), next ? firstOf(next.name) - 1 : Number.POSITIVE_INFINITY];
  const open = without(without([all], [[0, head.upTo]]), head.done);
  return without(open, rangesOf(entries.map(({ seq }) => seq)));
}

/** Numbers run without a gap, but for those that have been dealt with: every other one that is not there is missing. */
function countGaps(seen: ReadonlySet<number>, head: Head, headLost: boolean): number {
  const numbers = [...seen, ...(headLost ? [] : [head.last + 1])].sort((a, b) => a - b);
  const known = head.cut ? (head.done.at(-1)?.[1] ?? head.upTo) : Number.POSITIVE_INFINITY;
  let before = headLost ? (numbers[0] ?? 1) - 1 : head.upTo;
  let gaps = 0;
  for (const number of numbers) {
    const isJump = number - before > JUMP / 2;
    if (!isJump) for (let each = before + 1; each < number && each <= known; each++) if (!isDone(head, each)) gaps++;
    before = Math.max(before, number);
  }
  return gaps;
}

/** Kept messages in a folder, without opening it; 0 where there is none. A file that cannot be read counts as one. */
export async function countKept(folder: string): Promise<number> {
  const scan = await scanFolder(folder);
  return scan?.segments.reduce((sum, { entries, unreadable }) => sum + entries.length + (unreadable ? 1 : 0), 0) ?? 0;
}

const LINE_FEED = 10;

function scanSegment(name: string, data: Buffer, head: Head, seen: Set<number>, trouble: unknown): FoundSegment {
  const segment: FoundSegment = { name, size: data.length, entries: [], damaged: [] };
  for (let start = 0; start < data.length; ) {
    const feed = data.indexOf(LINE_FEED, start);
    const end = feed === -1 ? data.length : feed;
    const whole = data.subarray(start, end);
    // Only the line feed of the last line may be what is damaged.
    const line = feed === -1 && !readHeader(whole) ? whole.subarray(0, -1) : whole;
    const entry = readHeader(line);
    if (!entry) segment.damaged.push(whole);
    else if (!seen.has(entry.seq)) {
      seen.add(entry.seq);
      if (!isDone(head, entry.seq)) segment.entries.push({ ...entry, offset: start, length: line.length });
    }
    start = end + 1;
  }
  // What is not whole may be so only because the disk does not give all of it now.
  return trouble === undefined ? segment : { ...segment, damaged: [], unreadable: reasonOf(trouble) };
}

/** Lines of which a damaged piece is made, as far as their headers can be seen. */
function messagesIn(piece: Buffer): number {
  return Math.max(1, piece.toString('latin1').match(/[0-9a-f]{8} \d{1,16} \d{1,16} \d{1,9} \d{1,12} \{/g)?.length ?? 0);
}
