import { PlatformError, toPlatformError } from '../errors';
import { safely } from '../safely';
import type { LogEntry } from '../storage/disk-log';
import { monotonicNow } from '../timing';
import { createKeeper, type KeeperOptions } from './keeper';
import { emptyMessage, moveTo, type Note, newMessage, type OutboxFate, type QueuedMessage } from './message';
import { type Held, makeRoom, type RoomOptions } from './room';

export interface QueueOptions<Answer> extends KeeperOptions, RoomOptions {
  /** Milliseconds after which a message is given up; 0: never. */
  maxAge: number;
  /** Who hears about messages found on disk at the start: their flow is long gone. */
  orphan(note: () => Note | undefined): OutboxFate<Answer>;
  /** Its reason is what becomes of messages when the node closes. */
  signal: AbortSignal;
  /** How many an earlier run has left. */
  onFound?(count: number): void;
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
  /** Leaves on disk what is there; the rest has failed. @returns how many failed that had been put in for the disk */
  close(): Promise<number>;
}

export function createOutboxQueue<Answer>(options: QueueOptions<Answer>): OutboxQueue<Answer> {
  const { log, maxAge, signal, onTrouble } = options;
  let messages = new Set<QueuedMessage<Answer>>();
  let bytesHeld = 0;
  const begun = monotonicNow();

  const settle: OutboxQueue<Answer>['settle'] = (gone, tell) => {
    const left = gone.filter((message) => moveTo(message, 'gone'));
    for (const message of left) {
      messages.delete(message);
      bytesHeld -= message.bytes;
      message.records = undefined;
    }
    log?.remove(left.flatMap(({ entry }) => entry ?? []));
    // One listener's mistake must neither hide the others' fate nor stop the queue.
    for (const { fate } of left) safely(tell, onTrouble)(fate);
  };

  const held: Held<Answer> = {
    get messages() {
      return messages;
    },
    get bytes() {
      return bytesHeld;
    },
    drop: (message, error) => settle([message], (fate) => fate.failed(error)),
  };

  const foundMessage = (entry: LogEntry): QueuedMessage<Answer> => {
    const { count, bytes } = entry;
    const message: QueuedMessage<Answer> = newMessage({
      state: 'waiting',
      // How long it had waited before, no clock can say: that of the day may have been set meanwhile.
      since: begun,
      observations: count,
      bytes,
      entry,
      fate: options.orphan(() => keeper.noteOf(message)),
    });
    return message;
  };

  const keeper = createKeeper<Answer>(options, {
    get messages() {
      return messages;
    },
    add(entries) {
      const found = entries.map(foundMessage);
      for (const { bytes } of found) bytesHeld += bytes;
      messages = new Set([...found, ...messages]);
      if (found.length > 0) safely(options.onFound, onTrouble)(found.length);
    },
    settle,
  });

  return {
    get messages() {
      return messages;
    },
    put(records, fate, note) {
      const refuse = safely((error: PlatformError) => fate.failed(error), onTrouble);
      if (signal.aborted) return refuse(toPlatformError(signal.reason));
      if (records.length === 0) return refuse(emptyMessage());
      const bytes = records.reduce((sum, record) => sum + Buffer.byteLength(record), 0);
      const full = makeRoom(bytes, held, options);
      if (full) return refuse(full);
      const message = newMessage({ since: monotonicNow(), observations: records.length, bytes, records, fate });
      messages.add(message);
      bytesHeld += bytes;
      keeper.take(message, note);
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
      const error = new PlatformError('EXPIRED', `given up: not accepted by the platform within ${maxAge / 1000} s`);
      settle(expired, (fate) => fate.failed(error));
    },
    recordsOf: (message) => keeper.recordsOf(message),
    async close() {
      const meantForDisk = new Set(options.keepNew ? [...messages].filter(({ state }) => state === 'loading') : []);
      await keeper.finish();
      // Those on their way to the disk are told by that.
      const untold = [...messages].filter(({ entry, state }) => entry === undefined && state !== 'writing');
      settle(untold, (fate) => fate.failed(toPlatformError(signal.reason)));
      await log?.close();
      messages = new Set();
      return untold.filter((message) => meantForDisk.has(message)).length;
    },
  };
}
