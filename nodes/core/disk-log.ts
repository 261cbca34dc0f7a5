import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from './errors';
import { isObject } from './json';

/** One message of an upload node as it stands on disk. */
export interface LoggedItem {
  /** Running number; never used twice. */
  seq: number;
  /** When it was put in, Unix milliseconds. */
  at: number;
  /** Its observations, each one JSON text. */
  records: readonly string[];
}

export interface DiskLog {
  /** What was put in and not taken out, in order. Call once, first. */
  load(): Promise<LoggedItem[]>;
  /** The highest number seen so far, in this run or an earlier one; known once `load` is over. */
  readonly lastSeq: number;
  /** Resolves when the item is safely on disk (fdatasync). Items that come while one sync runs share the next. */
  append(item: LoggedItem): Promise<void>;
  /** Everything up to and with this number has been dealt with. */
  advance(seq: number): Promise<void>;
  /** Resolves when what was asked for is done. */
  close(): Promise<void>;
}

/** A new segment begins after this many bytes; old ones are deleted whole. */
const SEGMENT_BYTES = 1024 * 1024;

interface Segment {
  path: string;
  /** Highest number in it. */
  last: number;
}

/**
 * An append-only log in a folder: `<number>.jsonl` segments, one item a line, and `head.json` with the number of the
 * last item dealt with. A line cut short by a power failure was never acknowledged and is left out.
 *
 * @param onDamaged told of a file that holds lines which cannot be read
 */
export function openDiskLog(folder: string, onDamaged: (error: PlatformError) => void): DiskLog {
  const headPath = join(folder, 'head.json');
  const segments: Segment[] = [];
  let file: Awaited<ReturnType<typeof open>> | undefined;
  let written = 0;
  let waiting: { item: LoggedItem; resolve(): void; reject(error: PlatformError): void }[] = [];
  let chain: Promise<void> = Promise.resolve();
  let lastSeq = 0;
  let unread = false;

  /** One file operation after the other: appends and deletions must not cross. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = chain.then(work);
    chain = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  };

  const failed = (cause: unknown): PlatformError => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new PlatformError('STORAGE', `cannot keep messages in ${folder}: ${reason}`, { cause });
  };

  const segmentFor = async (seq: number): Promise<NonNullable<typeof file>> => {
    if (file && written < SEGMENT_BYTES) return file;
    await file?.close();
    const path = join(folder, `${String(seq).padStart(16, '0')}.jsonl`);
    file = await open(path, 'a');
    written = 0;
    segments.push({ path, last: seq });
    return file;
  };

  const flush = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    const [first] = batch;
    const last = batch.at(-1);
    if (!first || !last) return;
    try {
      await mkdir(folder, { recursive: true });
      const target = await segmentFor(first.item.seq);
      const text = batch.map(({ item }) => `${JSON.stringify(item)}\n`).join('');
      await target.appendFile(text);
      await target.datasync();
      written += Buffer.byteLength(text);
      (segments.at(-1) as Segment).last = last.item.seq;
      lastSeq = last.item.seq;
      for (const { resolve } of batch) resolve();
    } catch (error) {
      // What the failed write left behind must not run into the next line: that begins a segment of its own.
      await file?.close().catch(() => undefined);
      file = undefined;
      for (const { reject } of batch) reject(failed(error));
    }
  };

  const readSegment = async (path: string): Promise<LoggedItem[]> => {
    const lines = (await readFile(path, 'utf8')).split('\n');
    // Every whole line ends with LF, so the last piece is empty or was cut short.
    lines.pop();
    const items = lines.map(parseItem).filter((item) => item !== undefined);
    if (items.length < lines.length) {
      onDamaged(failed(new Error(`${lines.length - items.length} lines of ${path} cannot be read and were left out`)));
    }
    return items;
  };

  const load = async (): Promise<LoggedItem[]> => {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [] as string[];
      throw failed(error);
    });
    const head = names.includes('head.json') ? await readHead(headPath) : 0;
    lastSeq = head;
    const items: LoggedItem[] = [];
    for (const name of names.filter((each) => each.endsWith('.jsonl')).sort()) {
      const path = join(folder, name);
      const found = await readSegment(path);
      const last = found.at(-1)?.seq ?? 0;
      lastSeq = Math.max(lastSeq, last);
      segments.push({ path, last });
      for (const item of found) if (item.seq > head) items.push(item);
    }
    return items;
  };

  const loadAll = async (): Promise<LoggedItem[]> => {
    try {
      return await load();
    } catch (error) {
      unread = true;
      throw error instanceof PlatformError ? error : failed(error);
    }
  };

  return {
    load: () => inTurn(loadAll),
    get lastSeq() {
      return lastSeq;
    },
    append: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (waiting.length === 1) void inTurn(flush);
      }),
    advance: (seq) =>
      inTurn(async () => {
        // What could not be read has not been dealt with: it stays for the next start.
        if (unread) return;
        try {
          await writeFile(`${headPath}.tmp`, JSON.stringify({ seq }));
          await rename(`${headPath}.tmp`, headPath);
          // The newest segment stays: it is open for writing.
          while (segments.length > 1 && (segments[0] as Segment).last <= seq) {
            await rm((segments.shift() as Segment).path, { force: true });
          }
        } catch (error) {
          throw failed(error);
        }
      }),
    async close() {
      await chain;
      await file?.close();
      file = undefined;
    },
  };
}

function parseItem(line: string): LoggedItem | undefined {
  try {
    const item: unknown = JSON.parse(line);
    return isObject(item) && typeof item.seq === 'number' && Array.isArray(item.records)
      ? (item as unknown as LoggedItem)
      : undefined;
  } catch {
    // Counted and reported by the caller.
    return undefined;
  }
}

/** A damaged head only means that items are sent again. */
async function readHead(path: string): Promise<number> {
  try {
    const head: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isObject(head) && typeof head.seq === 'number' ? head.seq : 0;
  } catch {
    return 0;
  }
}
