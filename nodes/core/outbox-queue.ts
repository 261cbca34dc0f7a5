import type { DiskLog, LogEntry, StoredItem } from './disk-log';
import { PlatformError, toPlatformError } from './errors';
import { monotonicNow, startTimer } from './timing';

/** Small texts that are kept with a message and given back with its answer: `_msgid`, `topic`. */
export type Note = NonNullable<StoredItem['note']>;

/** What became of one message. `accepted` or `failed` is called once; `kept` at most once, before. */
export interface OutboxFate<Answer> {
  /** It will not be lost any more: safely on disk. Called in mode `disk` only. */
  kept?(): void;
  /** The platform has taken it. */
  accepted(answer: Answer): void;
  /** It will not be sent: refused, dropped, too old, or the node closes. */
  failed(error: PlatformError): void;
}

export interface QueuedMessage<Answer> {
  /** Waits for the disk to be read → on its way to disk → in the queue ⇄ on its way to the platform → dealt with. */
  state: 'loading' | 'writing' | 'waiting' | 'sending' | 'gone';
  /** When it was put in, by the monotonic clock; earlier than that clock began for one of an earlier run. */
  since: number;
  /** Observations in it. */
  count: number;
  /** Of its records, as UTF-8. */
  bytes: number;
  /** Its observations, each one JSON text; undefined: they are on disk. */
  records: readonly string[] | undefined;
  /** Where it stands on disk. */
  entry: LogEntry | undefined;
  fate: OutboxFate<Answer>;
  /** Doubtful answers to it so far. */
  doubts: number;
  /** It has stepped aside, and is tried again at this moment of the monotonic clock. */
  retryAt: number | undefined;
}

export interface QueueOptions<Answer> {
  /** What an earlier run has kept, and where new messages are kept if `keepNew`. */
  log?: DiskLog | undefined;
  /** Messages that come go to the log (mode `disk`); otherwise it is only emptied. */
  keepNew?: boolean;
  /** Most messages held, and most bytes of their records. */
  maxItems: number;
  maxBytes: number;
  /** Milliseconds after which a message is given up; 0: never. */
  maxAge: number;
  whenFull: 'reject' | 'drop-oldest';
  /** Who hears about messages found on disk at the start: their flow is long gone. */
  orphan(note: () => Note | undefined): OutboxFate<Answer>;
  /** Its reason is what becomes of messages when the node closes. */
  signal: AbortSignal;
  /** There is a message to send, or what was before it has gone. */
  onReady(): void;
  /** How many an earlier run has left. */
  onFound?(count: number): void;
  /** The disk, or somebody who was told of a fate, makes trouble. */
  onTrouble(error: PlatformError): void;
  /** Messages cannot be written, each of which is told; undefined: they can again. Once each. */
  onWriting?(error: PlatformError | undefined): void;
}

/** Messages that wait for the platform, first in, first out. */
export interface OutboxQueue<Answer> {
  /** Those that have not been dealt with, oldest first. */
  readonly messages: ReadonlySet<QueuedMessage<Answer>>;
  put(records: readonly string[], fate: OutboxFate<Answer>, note?: Note): void;
  /** Takes messages out and says what became of them. */
  settle(gone: readonly QueuedMessage<Answer>[], tell: (fate: OutboxFate<Answer>) => void): void;
  /** Gives up what has waited too long. */
  dropExpired(): void;
  /** @throws PlatformError DAMAGED or STORAGE */
  recordsOf(message: QueuedMessage<Answer>): Promise<readonly string[]>;
  /** Leaves on disk what is there; the rest has failed. */
  close(): Promise<void>;
}

/** Milliseconds from one try to read the folder to the next, when it makes trouble. */
const LOAD_AGAIN = 5000;

export function createOutboxQueue<Answer>(options: QueueOptions<Answer>): OutboxQueue<Answer> {
  const { log, keepNew = false, maxItems, maxBytes, maxAge, whenFull, signal, onReady, onTrouble } = options;
  let messages = new Set<QueuedMessage<Answer>>();
  let bytesHeld = 0;
  /** `failed`: the folder cannot be used, and is tried again now and then. */
  let loading: 'running' | 'failed' | 'done' = log ? 'running' : 'done';
  let loadTimer: NodeJS.Timeout | undefined;
  let trouble: PlatformError | undefined;
  let unwritable = false;
  /** Of those that are on their way to the disk, or back from it. */
  const noteOf = new WeakMap<QueuedMessage<Answer>, Note>();

  const take = (message: QueuedMessage<Answer>): void => {
    messages.delete(message);
    bytesHeld -= message.bytes;
    message.records = undefined;
  };

  const settle: OutboxQueue<Answer>['settle'] = (gone, tell) => {
    const left = gone.filter(({ state }) => state !== 'gone');
    for (const message of left) {
      message.state = 'gone';
      take(message);
    }
    log?.remove(left.flatMap(({ entry }) => entry ?? []));
    for (const { fate } of left) {
      try {
        tell(fate);
      } catch (error) {
        // One listener's mistake must neither hide the others' fate nor stop the queue.
        onTrouble(toPlatformError(error));
      }
    }
  };

  const restore = async (from: DiskLog): Promise<void> => {
    loading = 'running';
    try {
      const entries = await from.load();
      loading = 'done';
      trouble = undefined;
      if (signal.aborted) return;
      const found = entries.map(foundMessage);
      for (const { bytes } of found) bytesHeld += bytes;
      // What an earlier run left on disk goes first.
      messages = new Set([...found, ...messages]);
      if (found.length > 0) options.onFound?.(found.length);
    } catch (thrown) {
      const error = toPlatformError(thrown);
      loading = 'failed';
      if (signal.aborted) return;
      if (!trouble) onTrouble(error);
      trouble = error;
      loadTimer = startTimer(() => void restore(from), LOAD_AGAIN);
    }
    admit();
    onReady();
  };

  const foundMessage = (entry: LogEntry): QueuedMessage<Answer> => {
    const { at, count, bytes } = entry;
    const message: QueuedMessage<Answer> = {
      state: 'waiting',
      // Its age so far, by the only clock there is over restarts; a clock that is behind makes it younger, never older.
      since: monotonicNow() - Math.max(0, Date.now() - at),
      count,
      bytes,
      records: undefined,
      entry,
      fate: options.orphan(() => noteOf.get(message)),
      doubts: 0,
      retryAt: undefined,
    };
    return message;
  };

  /** What came while the folder was being read. */
  const admit = (): void => {
    for (const message of messages) if (message.state === 'loading') keepOrQueue(message);
  };

  const keepOrQueue = (message: QueuedMessage<Answer>): void => {
    if (!log || !keepNew) message.state = 'waiting';
    else if (loading === 'failed') settle([message], (fate) => fate.failed(trouble as PlatformError));
    else write(message, log);
  };

  const write = (message: QueuedMessage<Answer>, to: DiskLog): void => {
    message.state = 'writing';
    const { records = [], fate } = message;
    const note = noteOf.get(message);
    to.append({ at: Date.now(), records, ...(note && { note }) }).then(
      (entry) => {
        noteOf.delete(message);
        if (unwritable) options.onWriting?.(undefined);
        unwritable = false;
        // Dropped to make room while it was on its way.
        if (message.state === 'gone') return to.remove([entry]);
        message.state = 'waiting';
        message.entry = entry;
        message.records = undefined;
        fate.kept?.();
        onReady();
      },
      (error: PlatformError) => {
        if (!unwritable) options.onWriting?.(error);
        unwritable = true;
        settle([message], () => fate.failed(error));
        onReady();
      },
    );
  };

  /** @returns why there is no room; undefined: there is */
  const makeRoom = (bytes: number): PlatformError | undefined => {
    if (bytes > maxBytes) {
      const words = `a message of ${bytes} bytes is more than may be held at all (maxBytes ${maxBytes}): it was not taken`;
      return new PlatformError('QUEUE_FULL', words);
    }
    for (;;) {
      const limit = fullBy(bytes);
      if (limit === undefined) return undefined;
      const oldest = whenFull === 'reject' ? undefined : firstOf(messages, ({ state }) => state !== 'sending');
      if (!oldest)
        return new PlatformError('QUEUE_FULL', `${limit} wait for the platform already: this one was not taken`);
      const error = new PlatformError('QUEUE_FULL', `${limit} wait for the platform already: the oldest was dropped`);
      settle([oldest], (fate) => fate.failed(error));
    }
  };

  const fullBy = (bytes: number): string | undefined => {
    if (messages.size >= maxItems) return `${maxItems} messages (maxItems)`;
    return bytesHeld + bytes > maxBytes ? `${bytesHeld} of ${maxBytes} bytes (maxBytes)` : undefined;
  };

  if (log) void restore(log);

  return {
    get messages() {
      return messages;
    },
    put(records, fate, note) {
      if (signal.aborted) return fate.failed(toPlatformError(signal.reason));
      const bytes = records.reduce((sum, record) => sum + Buffer.byteLength(record), 0);
      const full = makeRoom(bytes);
      if (full) return fate.failed(full);
      const message: QueuedMessage<Answer> = {
        state: 'loading',
        since: monotonicNow(),
        count: records.length,
        bytes,
        records,
        entry: undefined,
        fate,
        doubts: 0,
        retryAt: undefined,
      };
      messages.add(message);
      bytesHeld += bytes;
      if (note && keepNew) noteOf.set(message, note);
      if (loading !== 'running') keepOrQueue(message);
      if (message.state === 'waiting') onReady();
    },
    settle,
    dropExpired() {
      if (maxAge <= 0) return;
      const before = monotonicNow() - maxAge;
      const expired: QueuedMessage<Answer>[] = [];
      for (const message of messages) {
        // They stand in the order in which they came.
        if (message.since >= before) break;
        if (message.state === 'waiting') expired.push(message);
      }
      const error = new PlatformError('EXPIRED', `given up: not taken by the platform within ${maxAge / 1000} s`);
      settle(expired, (fate) => fate.failed(error));
    },
    async recordsOf(message) {
      if (message.records) return message.records;
      const { records, note } = await (log as DiskLog).read(message.entry as LogEntry);
      if (note) noteOf.set(message, note);
      return records;
    },
    async close() {
      clearTimeout(loadTimer);
      // Those on their way to the disk are told by that.
      const untold = [...messages].filter(({ entry, state }) => entry === undefined && state !== 'writing');
      settle(untold, (fate) => fate.failed(toPlatformError(signal.reason)));
      await log?.close();
      messages = new Set();
    },
  };
}

/** The first of a set that is meant. */
export function firstOf<T>(set: Iterable<T>, isMeant: (each: T) => boolean): T | undefined {
  for (const each of set) if (isMeant(each)) return each;
  return undefined;
}
