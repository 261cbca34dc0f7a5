import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHeadFile, type Head, NOTHING_DONE } from './head';
import { readHeader } from './line';
import type { LogEntry } from './types';

/** A message that was found, and where its line stands. */
export interface FoundEntry extends LogEntry {
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
  /** Why the whole file cannot be read. */
  unreadable?: string;
}

export interface Scan {
  head: Head;
  /** Neither half of the head can be read, or there is none beside messages: all that is there counts as kept. */
  headLost: boolean;
  segments: FoundSegment[];
  /** Messages that are missing, as far as can be told. */
  missing: number;
  /** The highest number that was ever given. */
  last: number;
}

/** Numbers may leave out so many, on purpose; see `JUMP` of `log.ts`. */
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
    const segment = await readFile(join(folder, name)).then(
      (data) => scanSegment(name, data, head, seen),
      (error: Error): FoundSegment => ({ name, size: 0, entries: [], damaged: [], unreadable: error.message }),
    );
    segments.push(segment);
  }
  const pieces = segments.flatMap(({ damaged }) => damaged);
  const torn = pieces.reduce((sum, piece) => sum + messagesIn(piece), 0);
  const unreadable = segments.some((segment) => segment.unreadable !== undefined);
  const gaps = unreadable ? 0 : countGaps(seen, head, headLost);
  const numbers = [head.last, head.upTo, ...seen, ...names.map((name) => Number(name.slice(0, 16)))];
  const last = numbers.reduce((highest, number) => Math.max(highest, number), 0);
  return { head, headLost, segments, missing: Math.max(torn, gaps), last };
}

/** Numbers run without a gap, but for those that have been dealt with: every other one that is not there is missing. */
function countGaps(seen: ReadonlySet<number>, head: Head, headLost: boolean): number {
  const numbers = [...seen, ...(headLost ? [] : [head.last + 1])].sort((a, b) => a - b);
  let before = headLost ? (numbers[0] ?? 1) - 1 : head.upTo;
  let gaps = 0;
  for (const number of numbers) {
    // Most gaps are none, and a jump is one on purpose.
    if (number - before < JUMP) for (let each = before + 1; each < number; each++) if (!isDone(head, each)) gaps++;
    before = Math.max(before, number);
  }
  return gaps;
}

/** Kept messages in a folder, without opening it; 0 where there is none. */
export async function countKept(folder: string): Promise<number> {
  const scan = await scanFolder(folder);
  return scan?.segments.reduce((sum, { entries }) => sum + entries.length, 0) ?? 0;
}

const LINE_FEED = 10;

function scanSegment(name: string, data: Buffer, head: Head, seen: Set<number>): FoundSegment {
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
  return segment;
}

/** Lines of which a damaged piece is made, as far as their headers can be seen. */
function messagesIn(piece: Buffer): number {
  return Math.max(1, piece.toString('latin1').match(/[0-9a-f]{8} \d{1,16} \d{1,16} \d{1,9} \d{1,12} \{/g)?.length ?? 0);
}

function isDone({ upTo, done }: Head, seq: number): boolean {
  return seq <= upTo || done.some(([from, to]) => seq >= from && seq <= to);
}
