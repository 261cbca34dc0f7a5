import { rmdir } from 'node:fs/promises';
import { resolve as absolute, join } from 'node:path';
import { backoffDelay, FIRST_WAIT } from '../backoff';
import { PlatformError } from '../errors';
import { startTimer } from '../timing';
import { createHeadFile, type Head, type HeadFile } from './head';
import { encodeLine } from './line';
import { type Ownership, takeFolder } from './owner';
import { type FoundSegment, HEAD, JUMP, type Scan, scanFolder } from './scan';
import { createSegments, type PlacedEntry, type Segments, syncFolder } from './segments';
import { setAside } from './set-aside';
import type { DiskLog, DiskLogOptions, LogEntry, StoredItem } from './types';

/** Bytes that one sync covers at the most. */
const BATCH_BYTES = 1024 * 1024;

/** Bytes of the messages put in last that need no look at the disk: a platform that keeps up is sent those. */
const FRESH_BYTES = 1024 * 1024;

/** Milliseconds from one note of what has been dealt with to the next. */
const NOTE_PAUSE = 50;

/** Longest wait until a note that failed is tried again, in milliseconds. */
const NOTE_RETRY_MAX = 30_000;

interface Waiting {
  item: StoredItem & { readonly at: number };
  resolve(entry: LogEntry): void;
  reject(error: PlatformError): void;
}

/** What a log has while it has its folder. */
interface Opened {
  owner: Ownership;
  head: HeadFile;
  segments: Segments;
}

/**
 * An append-only log in a folder of its own: files `<number>.log` of checked lines (`line.ts`), and `head`, which says
 * what has been dealt with (`head.ts`). Made after the pattern of Kafka's segments and of Redis' append-only file: what is
 * acknowledged has been synced, a torn end is cut off, and what is damaged is set aside and told, never passed over.
 */
export function openDiskLog({ folder: given, onDamaged, onTrouble }: DiskLogOptions): DiskLog {
  const folder = absolute(given);
  let opened: Opened | undefined;
  let loaded = false;
  let chain: Promise<unknown> = Promise.resolve();
  let waiting: Waiting[] = [];
  /** Not dealt with, by number and in that order. */
  const kept = new Map<number, PlacedEntry>();
  const fresh = new Map<number, StoredItem>();
  let freshBytes = 0;
  let last = 0;
  /** Dealt with, which is not noted on disk. A file goes only after that: or its messages would seem to be missing. */
  let dealtWith: PlacedEntry[] = [];
  /** The highest number that the note on disk knows; -1: the note has to be made anew. */
  let notedLast = 0;
  let noteFailures = 0;
  let noteTimer: NodeJS.Timeout | undefined;
  let closing = false;

  /** One file operation after the other: appends, notes and deletions must not cross. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = chain.then(work);
    chain = result.catch(() => undefined);
    return result;
  };

  const failed = (cause: unknown): PlatformError => {
    if (cause instanceof PlatformError) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new PlatformError('STORAGE', `cannot keep messages in ${folder}: ${reason}`, { cause });
  };

  const damaged = (words: string): void =>
    onDamaged(new PlatformError('DAMAGED', `of the messages kept in ${folder} ${words}`));

  const open = async (): Promise<{ log: Opened; scan: Scan }> => {
    const owner = await takeFolder(folder);
    const head = createHeadFile(join(folder, HEAD));
    try {
      const scan = await scanFolder(folder);
      if (!scan) throw new Error('the folder has been removed');
      if ((await head.read()) === undefined || scan.headLost) await head.reserve();
      await syncFolder(folder);
      return { log: { owner, head, segments: createSegments(folder) }, scan };
    } catch (error) {
      await head.close();
      await owner.release();
      throw error;
    }
  };

  /** Tells what is damaged, sets it aside, and takes over the rest. */
  const takeOver = async ({ segments }: Opened, scan: Scan): Promise<void> => {
    const asides: string[] = [];
    const { missing } = scan;
    const entries: PlacedEntry[] = [];
    for (const found of scan.segments) {
      if (found.unreadable !== undefined) damaged(`those in ${found.name} wait there: ${found.unreadable}`);
      if (found.damaged.length > 0) asides.push(await setAsideOrLeave(found));
      entries.push(...(await segments.adopt(found)));
    }
    for (const entry of entries.sort((a, b) => a.seq - b.seq)) kept.set(entry.seq, entry);
    // What cannot be read had a number too.
    const unsure = missing > 0 || scan.headLost || scan.segments.some(({ unreadable }) => unreadable !== undefined);
    last = Math.max(last, scan.last) + (unsure ? JUMP : 0);
    notedLast = unsure ? -1 : scan.head.last;
    if (unsure) noteLater(NOTE_PAUSE);
    if (missing > 0)
      damaged(
        `${missing} cannot be read, or had not been acknowledged yet; they are set aside in ${asides.join(', ')}`,
      );
    if (scan.headLost) damaged(`the list of those already sent is lost: ${entries.length} may be sent once more`);
  };

  const setAsideOrLeave = async (found: FoundSegment): Promise<string> => {
    try {
      const name = await setAside(folder, found);
      found.damaged = [];
      return name;
    } catch (error) {
      return `${found.name}, where they stay: ${failed(error).message}`;
    }
  };

  const load = async (): Promise<LogEntry[]> => {
    // Nobody would ever let go of the folder.
    if (closing) throw new Error('it has been closed');
    if (!loaded) {
      const { log, scan } = await open();
      opened = log;
      await takeOver(log, scan);
      loaded = true;
    }
    return [...kept.values()];
  };

  /**
   * The folder was removed, or another process has taken it: everything begins anew. What memory still holds is written
   * again; the rest is gone, and told.
   */
  const reopen = async (): Promise<Opened> => {
    const before = opened;
    opened = undefined;
    if (before) await letGo(before).catch(() => undefined);
    const { log, scan } = await open();
    opened = log;
    const known = [...kept.values()];
    kept.clear();
    dealtWith = [];
    const again = known.flatMap((entry) => {
      const item = fresh.get(entry.seq);
      return item ? [{ entry, line: encodeLine(entry, item) }] : [];
    });
    await takeOver(log, scan);
    for (const entry of await log.segments.append(again.filter(({ entry }) => !kept.has(entry.seq))))
      kept.set(entry.seq, entry);
    // At once: what is gone must not seem to be missing after a kill.
    await log.head.write(headOf(kept.keys(), last));
    const gone = known.filter(({ seq }) => !kept.has(seq)).length;
    if (gone > 0) damaged(`${gone} are gone: the folder was removed while it was in use`);
    return log;
  };

  const letGo = async ({ segments, head, owner }: Opened): Promise<void> => {
    try {
      await segments.close();
      await head.close();
    } finally {
      await owner.release();
    }
  };

  const ready = async (): Promise<Opened> => {
    if (!loaded) throw failed(new Error('the folder is not open'));
    return opened && (await opened.owner.holds()) ? opened : reopen();
  };

  const rememberFresh = (seq: number, item: StoredItem, bytes: number): void => {
    if (freshBytes + bytes > FRESH_BYTES) return;
    fresh.set(seq, item);
    freshBytes += bytes;
  };

  const takeBatch = (): Waiting[] => {
    let bytes = 0;
    const end = waiting.findIndex(({ item }, index) => {
      bytes += bytesOf(item.records);
      return index > 0 && bytes > BATCH_BYTES;
    });
    const batch = end === -1 ? waiting : waiting.slice(0, end);
    waiting = end === -1 ? [] : waiting.slice(end);
    return batch;
  };

  const flush = async (): Promise<void> => {
    const batch = takeBatch();
    if (waiting.length > 0) void inTurn(flush);
    try {
      const { segments } = await ready();
      let seq = last;
      const lines = batch.map(({ item }) => {
        const { records, at } = item;
        const entry: LogEntry = { seq: ++seq, at, count: records.length, bytes: bytesOf(records) };
        return { entry, line: encodeLine(entry, item) };
      });
      const placed = await segments.append(lines);
      last = seq;
      placed.forEach((entry, index) => {
        const { item, resolve } = batch[index] as Waiting;
        kept.set(entry.seq, entry);
        rememberFresh(entry.seq, { records: item.records, note: item.note }, entry.bytes);
        resolve(entry);
      });
    } catch (error) {
      // A file that could not be cut back may hold these numbers.
      last += JUMP;
      for (const { reject } of batch) reject(failed(error));
    }
  };

  const note = async (): Promise<void> => {
    noteTimer = undefined;
    if (dealtWith.length === 0 && !(closing && last > notedLast) && notedLast >= 0) return;
    try {
      const { head, segments } = await ready();
      const done = dealtWith;
      await head.write(headOf(kept.keys(), last));
      notedLast = last;
      dealtWith = dealtWith.slice(done.length);
      if (noteFailures > 0) onTrouble(undefined);
      noteFailures = 0;
      await segments.drop(done);
    } catch (error) {
      if (noteFailures++ === 0) onTrouble(failed(error));
    }
    if ((dealtWith.length > 0 || notedLast < 0) && !closing)
      noteLater(
        Math.max(NOTE_PAUSE, noteFailures && backoffDelay(noteFailures, { base: FIRST_WAIT, max: NOTE_RETRY_MAX })),
      );
  };

  const noteLater = (ms: number): void => {
    noteTimer ??= startTimer(() => void inTurn(note), ms);
  };

  return {
    load: () => inTurn(load).catch((error) => Promise.reject(failed(error))),
    append: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (waiting.length === 1) void inTurn(flush);
      }),
    async read(entry) {
      const known = fresh.get(entry.seq);
      if (known) return known;
      const item = await inTurn(async () => {
        const place = kept.get(entry.seq);
        return place && (await ready()).segments.read(kept.get(entry.seq) ?? place);
      }).catch((error) => Promise.reject(failed(error)));
      if (item) return item;
      throw new PlatformError('DAMAGED', `a message kept in ${folder} can no longer be read, and is not sent`);
    },
    remove(entries) {
      for (const { seq, bytes } of entries) {
        if (fresh.delete(seq)) freshBytes -= bytes;
        const place = kept.get(seq);
        if (place) dealtWith.push(place);
        kept.delete(seq);
      }
      noteLater(NOTE_PAUSE);
    },
    async close() {
      closing = true;
      clearTimeout(noteTimer);
      await inTurn(async () => {
        if (loaded) await note();
        const before = opened;
        opened = undefined;
        loaded = false;
        if (before) await letGo(before);
      });
      // Nothing of ours is left in it, as a rule only when nothing was ever kept.
      await rmdir(folder).catch(() => undefined);
    },
  };
}

/** Numbers that are kept, in order, as what has been dealt with. */
function headOf(keptSeqs: Iterable<number>, last: number): Head {
  const done: [number, number][] = [];
  let upTo: number | undefined;
  let before = 0;
  for (const seq of keptSeqs) {
    if (upTo === undefined) upTo = seq - 1;
    else if (seq > before + 1) done.push([before + 1, seq - 1]);
    before = seq;
  }
  if (upTo !== undefined && before < last) done.push([before + 1, last]);
  return { upTo: upTo ?? last, done, last };
}

function bytesOf(records: readonly string[]): number {
  return records.reduce((sum, record) => sum + Buffer.byteLength(record), 0);
}
