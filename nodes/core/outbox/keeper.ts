import { type PlatformError, toPlatformError } from '../errors';
import { safely } from '../safely';
import type { DiskLog, LogEntry } from '../storage/disk-log';
import { sleep, startTimer } from '../timing';
import { moveTo, type Note, type OutboxFate, type QueuedMessage } from './message';

export interface KeeperOptions {
  /** What an earlier run has kept, and where new messages are kept if `keepNew`. */
  log?: DiskLog | undefined;
  /** Messages that come go to the log (mode `disk`); otherwise it is only emptied. */
  keepNew?: boolean;
  signal: AbortSignal;
  /** There is a message to send, or what was before it has gone. */
  onReady(): void;
  /** The disk, or somebody who was told of a fate, makes trouble. */
  onTrouble(error: PlatformError): void;
  /** Messages cannot be written, each of which is told; undefined: they can again. Once each. */
  onWriting?(error: PlatformError | undefined): void;
}

/** What a keeper needs of the queue. */
export interface KeptQueue<Answer> {
  readonly messages: Iterable<QueuedMessage<Answer>>;
  /** These were found on disk, and stand before all others. */
  add(entries: readonly LogEntry[]): void;
  settle(gone: readonly QueuedMessage<Answer>[], tell: (fate: OutboxFate<Answer>) => void): void;
}

/** Sees to it that messages get to the disk and are found there. */
export interface Keeper<Answer> {
  /** One that has been put in: to the disk, or to the queue; when the folder is still being read, it waits for that. */
  take(message: QueuedMessage<Answer>, note: Note | undefined): void;
  /** @throws PlatformError DAMAGED or STORAGE */
  recordsOf(message: QueuedMessage<Answer>): Promise<readonly string[]>;
  /** What was kept with a message, once its records have been read. */
  noteOf(message: QueuedMessage<Answer>): Note | undefined;
  /** No more messages come: those that wait for the folder are written if it can be had in time. */
  finish(): Promise<void>;
}

/** Milliseconds from one try to read the folder to the next, when it makes trouble. */
const LOAD_AGAIN = 5000;

/** Milliseconds that a node waits for its folder when it closes: a deploy waits with it, 2 s at the most. */
const LAST_WAIT = 1500;

export function createKeeper<Answer>(options: KeeperOptions, queue: KeptQueue<Answer>): Keeper<Answer> {
  const { log, keepNew = false, signal, onReady, onTrouble } = options;
  const onWriting = safely(options.onWriting, onTrouble);
  /** `failed`: the folder cannot be used, and is tried again now and then. */
  let loading: 'running' | 'failed' | 'done' = log ? 'running' : 'done';
  let loadTimer: NodeJS.Timeout | undefined;
  let loaded: Promise<void> = Promise.resolve();
  let trouble: PlatformError | undefined;
  let unwritable = false;
  /** Of those that are on their way to the disk, or back from it. */
  const notes = new WeakMap<QueuedMessage<Answer>, Note>();

  const load = async (from: DiskLog): Promise<void> => {
    loading = 'running';
    try {
      const entries = await from.load();
      loading = 'done';
      if (trouble) onWriting(undefined);
      trouble = undefined;
      if (!signal.aborted) queue.add(entries);
    } catch (thrown) {
      const error = toPlatformError(thrown);
      loading = 'failed';
      // What waits for it is told that the node closes.
      if (signal.aborted) return;
      if (!trouble) onTrouble(error);
      trouble = error;
      loadTimer = startTimer(() => begin(from), LOAD_AGAIN);
    }
    // What came while the folder was being read.
    for (const message of queue.messages) if (message.state === 'loading') keepOrQueue(message);
    if (!signal.aborted) onReady();
  };

  const begin = (from: DiskLog): void => {
    loaded = load(from).catch((thrown) => onTrouble(toPlatformError(thrown)));
  };

  const keepOrQueue = (message: QueuedMessage<Answer>): void => {
    if (!log || !keepNew) moveTo(message, 'waiting');
    else if (loading === 'failed') queue.settle([message], (fate) => fate.failed(trouble as PlatformError));
    else void write(message, log);
  };

  /** Never rejects. */
  const write = async (message: QueuedMessage<Answer>, to: DiskLog): Promise<void> => {
    moveTo(message, 'writing');
    const { records = [], fate } = message;
    const note = notes.get(message);
    try {
      written(message, await to.append({ at: Date.now(), records, ...(note && { note }) }), to);
    } catch (thrown) {
      const error = toPlatformError(thrown);
      if (!unwritable) onWriting(error);
      unwritable = true;
      queue.settle([message], () => fate.failed(error));
    }
    onReady();
  };

  const written = (message: QueuedMessage<Answer>, entry: LogEntry, to: DiskLog): void => {
    notes.delete(message);
    if (unwritable) onWriting(undefined);
    unwritable = false;
    // Dropped to make room while it was on its way.
    if (!moveTo(message, 'waiting')) {
      to.remove([entry]);
      return;
    }
    message.entry = entry;
    message.records = undefined;
    safely(() => message.fate.kept?.(), onTrouble)();
  };

  if (log) begin(log);

  return {
    take(message, note) {
      if (note && keepNew) notes.set(message, note);
      if (loading !== 'running') keepOrQueue(message);
      if (message.state === 'waiting') onReady();
    },
    async recordsOf(message) {
      if (message.records) return message.records;
      const { records, note } = await (log as DiskLog).read(message.entry as LogEntry);
      if (note) notes.set(message, note);
      return records;
    },
    noteOf: (message) => notes.get(message),
    async finish() {
      clearTimeout(loadTimer);
      const waits = keepNew && [...queue.messages].some(({ state }) => state === 'loading');
      if (!waits) return;
      const limit = new AbortController();
      await Promise.race([loaded, sleep(LAST_WAIT, limit.signal)]);
      limit.abort();
    },
  };
}
