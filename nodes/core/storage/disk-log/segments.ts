import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOfLine, decodeLine, type LineHeader } from './line';
import { isBadSector, readPiece } from './read-file';
import { type FoundSegment, segmentName } from './scan';
import type { LogEntry, StoredItem } from './types';

/** A new file begins after this many bytes; old ones are deleted whole. */
const SEGMENT_BYTES = 1024 * 1024;

/** Files up to this size are read whole, for the messages behind the one that is wanted. */
const READ_WHOLE = 2 * SEGMENT_BYTES;

/** One file of messages. */
interface Segment {
  path: string;
  size: number;
  /** Messages in it that have not been dealt with. */
  kept: number;
}

interface OpenSegment {
  segment: Segment;
  file: FileHandle;
}

/** An entry that knows where its line stands. */
export interface PlacedEntry extends LineHeader {
  readonly segment: Segment;
  readonly offset: number;
  readonly length: number;
}

/** A failed append left behind what could not be cut back: its numbers must not be given again. */
export class LinesLeft extends Error {
  constructor(override readonly cause: unknown) {
    super('lines that were not acknowledged are left behind');
  }
}

/** The files of a log: appends lines, reads single ones, deletes what holds nothing any more. */
export interface Segments {
  /**
   * Takes over a file of an earlier run; nothing is appended to it. One that holds nothing is deleted; one that holds
   * what cannot be read, and was not set aside, stays for good.
   */
  adopt(found: FoundSegment): Promise<PlacedEntry[]>;
  /**
   * Appends lines and syncs. All of them are on disk, or none counts.
   *
   * @throws LinesLeft, or the error of the file operation when nothing is left of the lines
   */
  append(lines: readonly { entry: LogEntry; line: Buffer }[]): Promise<PlacedEntry[]>;
  /**
   * undefined: the line no longer reads, or its file is gone.
   *
   * @throws the error of the file operation; EIO when the disk does not give the line
   */
  read(entry: PlacedEntry): Promise<StoredItem | undefined>;
  /** These are done; files that hold nothing else any more are deleted. One that cannot be now is at the next start. */
  drop(entries: readonly PlacedEntry[]): Promise<void>;
  close(): Promise<void>;
}

export function createSegments(folder: string): Segments {
  let current: OpenSegment | undefined;
  /** The file that was read last, whole: what is sent next mostly stands behind it. */
  let cached: { segment: Segment; data: Buffer } | undefined;
  /** Files that cannot be read whole. */
  const spoilt = new WeakSet<Segment>();

  const finish = async (): Promise<void> => {
    const done = current;
    current = undefined;
    await done?.file.close();
    if (done && done.segment.kept === 0) await removeIfPossible(done.segment.path);
  };

  const begin = async (seq: number): Promise<OpenSegment> => {
    if (current && current.segment.size < SEGMENT_BYTES) return current;
    await finish();
    const path = join(folder, segmentName(seq));
    // Never over a file that is there.
    const begun = { segment: { path, size: 0, kept: 0 }, file: await open(path, 'ax') };
    try {
      await syncFolder(folder);
    } catch (error) {
      throw await undo(begun, error);
    }
    current = begun;
    return begun;
  };

  /**
   * What a failed write left behind must neither run into the next line nor stay as an empty file.
   *
   * @returns what to throw
   */
  const undo = async ({ segment, file }: OpenSegment, error: unknown): Promise<unknown> => {
    try {
      if (segment.size > 0) await file.truncate(segment.size);
      else {
        current = undefined;
        await file.close();
        await rm(segment.path, { force: true });
      }
      return error;
    } catch {
      // It cannot even be cut: its last line is damaged, and the next one begins a new file.
      current = undefined;
      await file.close().catch(() => undefined);
      return new LinesLeft(error);
    }
  };

  const readCached = async (segment: Segment, until: number): Promise<Buffer | undefined> => {
    if (segment.size > READ_WHOLE || spoilt.has(segment)) return undefined;
    try {
      if (cached?.segment !== segment || cached.data.length < until)
        cached = { segment, data: await readPiece(segment.path, 0, segment.size) };
    } catch (error) {
      if (!isBadSector(error)) throw error;
      // Most of its lines can be read one by one.
      spoilt.add(segment);
      return undefined;
    }
    return cached.data;
  };

  return {
    async adopt({ name, size, entries, damaged, unreadable }) {
      const stays = damaged.length > 0 || unreadable !== undefined;
      const segment: Segment = { path: join(folder, name), size, kept: entries.length + (stays ? 1 : 0) };
      if (segment.kept === 0) await removeIfPossible(segment.path);
      return entries.map((entry) => ({ ...entry, segment }));
    },
    async append(lines) {
      const [first] = lines;
      if (!first) return [];
      const target = await begin(first.entry.seq);
      const { segment, file } = target;
      try {
        await file.appendFile(Buffer.concat(lines.map(({ line }) => line)));
        await file.datasync();
      } catch (error) {
        throw await undo(target, error);
      }
      let offset = segment.size;
      const placed = lines.map(({ entry, line }) => {
        const mine: PlacedEntry = { ...entry, check: checkOfLine(line), segment, offset, length: line.length - 1 };
        offset += line.length;
        return mine;
      });
      segment.size = offset;
      segment.kept += lines.length;
      return placed;
    },
    async read({ segment, offset, length, seq }) {
      try {
        const whole = await readCached(segment, offset + length);
        const line = whole?.subarray(offset, offset + length) ?? (await readPiece(segment.path, offset, length));
        return decodeLine(line, seq);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async drop(entries) {
      for (const { segment } of entries) segment.kept--;
      for (const segment of new Set(entries.map((entry) => entry.segment))) {
        if (segment.kept > 0 || segment === current?.segment) continue;
        if (cached?.segment === segment) cached = undefined;
        await removeIfPossible(segment.path);
      }
    },
    async close() {
      cached = undefined;
      await finish();
    },
  };
}

/** A file that holds nothing and stays costs room, no message; the next start finds it again. */
async function removeIfPossible(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

/** A new name in a folder is safe only once the folder itself has been synced. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot, and need not.
  if (process.platform === 'win32') return;
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
