import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeLine } from './line';
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

/** An entry that knows where its line stands. */
export interface PlacedEntry extends LogEntry {
  readonly segment: Segment;
  readonly offset: number;
  readonly length: number;
}

/** The files of a log: appends lines, reads single ones, deletes what holds nothing any more. */
export interface Segments {
  /** Takes over a file of an earlier run; nothing is appended to it. One that holds nothing is deleted. */
  adopt(found: FoundSegment): Promise<PlacedEntry[]>;
  /** Appends lines and syncs. All of them are on disk, or none counts. */
  append(lines: readonly { entry: LogEntry; line: Buffer }[]): Promise<PlacedEntry[]>;
  /** undefined: the line no longer reads, or its file is gone. */
  read(entry: PlacedEntry): Promise<StoredItem | undefined>;
  /** These are done; files that hold nothing else any more are deleted. */
  drop(entries: readonly PlacedEntry[]): Promise<void>;
  close(): Promise<void>;
}

export function createSegments(folder: string): Segments {
  let current: { segment: Segment; file: FileHandle } | undefined;
  /** The file that was read last, whole: what is sent next mostly stands behind it. */
  let cached: { segment: Segment; data: Buffer } | undefined;

  const finish = async (): Promise<void> => {
    const done = current;
    current = undefined;
    await done?.file.close();
    if (done && done.segment.kept === 0) await rm(done.segment.path, { force: true });
  };

  const begin = async (seq: number): Promise<{ segment: Segment; file: FileHandle }> => {
    if (current && current.segment.size < SEGMENT_BYTES) return current;
    await finish();
    const path = join(folder, segmentName(seq));
    // Never over a file that is there.
    const file = await open(path, 'ax');
    current = { segment: { path, size: 0, kept: 0 }, file };
    await syncFolder(folder);
    return current;
  };

  /** What a failed write left behind must neither run into the next line nor stay as an empty file. */
  const undo = async ({ segment, file }: { segment: Segment; file: FileHandle }): Promise<void> => {
    try {
      if (segment.size === 0) return await finish();
      await file.truncate(segment.size);
    } catch {
      // It cannot even be cut: its last line is damaged, and the next one begins a new file.
      current = undefined;
      await file.close().catch(() => undefined);
    }
  };

  const readWhole = async (segment: Segment, until: number): Promise<Buffer | undefined> => {
    if (segment.size > READ_WHOLE) return undefined;
    if (cached?.segment !== segment || cached.data.length < until)
      cached = { segment, data: await readPiece(segment.path, 0, segment.size) };
    return cached.data;
  };

  return {
    async adopt({ name, size, entries, damaged, unreadable }) {
      const segment: Segment = { path: join(folder, name), size, kept: entries.length };
      if (entries.length === 0 && damaged.length === 0 && unreadable === undefined)
        await rm(segment.path, { force: true });
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
        await undo(target);
        throw error;
      }
      let offset = segment.size;
      const placed = lines.map(({ entry, line }) => {
        const mine: PlacedEntry = { ...entry, segment, offset, length: line.length - 1 };
        offset += line.length;
        return mine;
      });
      segment.size = offset;
      segment.kept += lines.length;
      return placed;
    },
    async read({ segment, offset, length, seq }) {
      try {
        const whole = await readWhole(segment, offset + length);
        const line = whole?.subarray(offset, offset + length) ?? (await readPiece(segment.path, offset, length));
        return decodeLine(line, seq);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async drop(entries) {
      for (const { segment } of entries) {
        segment.kept--;
        if (segment.kept > 0 || segment === current?.segment) continue;
        if (cached?.segment === segment) cached = undefined;
        await rm(segment.path, { force: true });
      }
    },
    async close() {
      cached = undefined;
      await finish();
    },
  };
}

async function readPiece(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
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
