import { rmdir } from 'node:fs/promises';
import { resolve as absolute } from 'node:path';
import { PlatformError } from '../../errors';
import { storageError } from '../storage-error';
import { letGo, type OpenFolder, openFolder } from './folder';
import { encodeLine } from './line';
import { createNotes } from './notes';
import { createPositions, headOf } from './positions';
import { isBadSector } from './read-file';
import { JUMP, type Scan } from './scan';
import { LinesLeft, type Segments } from './segments';
import { type TakenOver, takeOver } from './take-over';
import type { DiskLog, DiskLogOptions, LogEntry, StoredItem } from './types';

/** Bytes that one sync covers at the most. */
const BATCH_BYTES = 1024 * 1024;

interface Waiting {
  item: StoredItem & { readonly at: number };
  resolve(entry: LogEntry): void;
  reject(error: PlatformError): void;
}

/**
 * An append-only log in a folder of its own: files `<number>.log` of checked lines (`line.ts`), and `head`, which says
 * what has been dealt with (`head.ts`). Made after the pattern of Kafka's segments and of Redis' append-only file: what is
 * acknowledged has been synced, a torn end is cut off, and what is damaged is set aside and told, never passed over.
 */
export function openDiskLog({ folder: given, onDamaged, onTrouble }: DiskLogOptions): DiskLog {
  const folder = absolute(given);
  const positions = createPositions();
  let opened: OpenFolder | undefined;
  let loaded = false;
  let chain: Promise<unknown> = Promise.resolve();
  let waiting: Waiting[] = [];
  let closing = false;
  /** Of damage, since the folder was tried to be taken for the first time: each further try finds the same. */
  const told = new Set<string>();

  /** One file operation after the other: appends, notes and deletions must not cross. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = chain.then(work);
    chain = result.catch(() => undefined);
    return result;
  };

  const failed = (thrown: unknown): PlatformError =>
    storageError(`cannot keep messages in ${folder}`, thrown instanceof LinesLeft ? thrown.cause : thrown);

  const rejected = (thrown: unknown): Promise<never> => Promise.reject(failed(thrown));

  const damaged = (words: string): void =>
    onDamaged(new PlatformError('DAMAGED', `messages kept in ${folder}: ${words}`));

  const damagedOnce = (words: string): void => {
    if (told.has(words)) return;
    told.add(words);
    damaged(words);
  };

  const look = (segments: Segments, scan: Scan): Promise<TakenOver> =>
    takeOver(folder, segments, scan, positions.last, damagedOnce);

  const load = async (): Promise<LogEntry[]> => {
    // Nobody would ever let go of the folder.
    if (closing) throw new Error('it has been closed');
    if (!loaded) {
      opened = await openFolder(folder, async ({ segments }, scan) => {
        const found = await look(segments, scan);
        positions.begin(found);
        notes.begin(found.notedLast);
      });
      loaded = true;
      told.clear();
    }
    return positions.entries();
  };

  /**
   * The folder was removed, or another process has taken it: everything begins anew. What memory still holds is written
   * again, behind whatever stands there; the rest is gone, and told.
   */
  const reopen = async (): Promise<OpenFolder> => {
    const before = opened;
    opened = undefined;
    if (before) await letGo(before).catch(() => undefined);
    opened = await openFolder(folder, async ({ segments, head }, scan) => {
      const found = await look(segments, scan);
      // What is gone, and what has its number, must not seem to be missing after a kill.
      await head.write(headOf(found));
      const comparison = positions.compare(found, notes.pending);
      const lines = comparison.again.map(({ entry, item }, index) => {
        const moved = { ...entry, seq: found.last + 1 + index };
        return { entry: moved, line: encodeLine(moved, item) };
      });
      const written = await segments.append(lines);
      positions.goOn(found, comparison, written);
      notes.begin(found.notedLast, comparison.dealtWith);
      if (comparison.gone > 0)
        damaged(`${comparison.gone} are lost, because the folder was removed while it was in use`);
      await head.write(positions.head());
    });
    told.clear();
    return opened;
  };

  const ready = async (): Promise<OpenFolder> => {
    if (!loaded) throw failed(new Error('the folder is not open'));
    return opened && (await opened.owner.holds()) ? opened : reopen();
  };

  const notes = createNotes({
    positions,
    ready,
    inTurn: (work) => void inTurn(work),
    onTrouble: (thrown) => onTrouble(thrown === undefined ? undefined : failed(thrown)),
  });

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
      let seq = positions.last;
      const lines = batch.map(({ item }) => {
        const { records, at } = item;
        const entry: LogEntry = { seq: ++seq, at, count: records.length, bytes: bytesOf(records) };
        return { entry, line: encodeLine(entry, item) };
      });
      const placed = await segments.append(lines);
      positions.last = seq;
      placed.forEach((entry, index) => {
        const { item, resolve } = batch[index] as Waiting;
        positions.add(entry, { records: item.records, note: item.note });
        resolve(entry);
      });
    } catch (error) {
      if (error instanceof LinesLeft) positions.last += JUMP;
      for (const { reject } of batch) reject(failed(error));
    }
  };

  const readFromDisk = async (seq: number): Promise<StoredItem | undefined> => {
    if (!positions.find(seq)) return undefined;
    const { segments, head } = await ready();
    const place = positions.find(seq);
    try {
      return place && (await segments.read(place));
    } catch (error) {
      if (!isBadSector(error)) throw error;
      // A disk that is gone says the same of everything: only one that still takes a note has lost but this line.
      await head.write(positions.head());
      return undefined;
    }
  };

  return {
    load: () => inTurn(load).catch(rejected),
    append: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (waiting.length === 1) void inTurn(flush);
      }),
    async read({ seq }) {
      const item = positions.fresh(seq) ?? (await inTurn(() => readFromDisk(seq)).catch(rejected));
      if (item) return item;
      throw new PlatformError('DAMAGED', `a message kept in ${folder} can no longer be read and will not be sent`);
    },
    remove(entries) {
      notes.add(positions.remove(entries));
    },
    async close() {
      closing = true;
      await inTurn(async () => {
        if (loaded) await notes.finish();
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

function bytesOf(records: readonly string[]): number {
  return records.reduce((sum, record) => sum + Buffer.byteLength(record), 0);
}
