import type { DiskLog } from './disk-log';
import { PlatformError, toPlatformError } from './errors';

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
  /** On its way to disk → in the queue ⇄ on its way to the platform → dealt with. */
  state: 'writing' | 'waiting' | 'sending' | 'gone';
  seq: number;
  /** When it was put in, Unix milliseconds. */
  at: number;
  /** Its observations, each one JSON text. */
  records: readonly string[];
  fate: OutboxFate<Answer>;
}

export interface QueueOptions<Answer> {
  /** Where messages are kept; none: in memory. */
  log?: DiskLog | undefined;
  /** Most messages held. */
  maxItems: number;
  /** Milliseconds after which a message is given up; 0: never. */
  maxAge: number;
  whenFull: 'reject' | 'drop-oldest';
  /** Who hears about messages found on disk at the start: their flow is long gone. */
  orphan: OutboxFate<Answer>;
  /** Its reason is what becomes of messages when the node closes. */
  signal: AbortSignal;
  /** There is a message to send, or what was before it has gone. */
  onReady(): void;
  /** The disk, or somebody who was told of a fate, makes trouble. */
  onTrouble(error: PlatformError): void;
}

/** Messages that wait for the platform, first in, first out. */
export interface OutboxQueue<Answer> {
  /** Those that have not been dealt with, oldest first. */
  readonly messages: readonly QueuedMessage<Answer>[];
  /** Resolves when it holds what an earlier run left on disk. */
  readonly loaded: Promise<void>;
  put(records: readonly string[], fate: OutboxFate<Answer>): void;
  /** Takes messages out and says what became of them. */
  settle(gone: readonly QueuedMessage<Answer>[], tell: (fate: OutboxFate<Answer>) => void): Promise<void>;
  /** Gives up what has waited too long. */
  dropExpired(): Promise<void>;
  /** Leaves on disk what is there; the rest has failed. */
  close(): Promise<void>;
}

export function createOutboxQueue<Answer>(options: QueueOptions<Answer>): OutboxQueue<Answer> {
  const { log, maxItems, maxAge, whenFull, signal, onReady, onTrouble } = options;
  let messages: QueuedMessage<Answer>[] = [];
  // Mostly beyond every number of an earlier run, even if its log was deleted; what the log says counts more.
  let nextSeq = Date.now();

  const restore = async (from: DiskLog): Promise<void> => {
    try {
      const stored = await from.load();
      // The clock may have been set back: what is numbered below the log's head counts as dealt with.
      nextSeq = Math.max(nextSeq, from.lastSeq + 1);
      messages = stored.map((item) => ({ ...item, state: 'waiting', fate: options.orphan }));
      if (messages.length > 0) onReady();
    } catch (error) {
      onTrouble(toPlatformError(error));
    }
  };
  const loaded = log ? restore(log) : Promise.resolve();

  const settle: OutboxQueue<Answer>['settle'] = async (gone, tell) => {
    for (const message of gone) message.state = 'gone';
    messages = messages.filter(({ state }) => state !== 'gone');
    // Only a gapless beginning of the log can be forgotten; what is dropped out of turn waits for it.
    const last = messages[0] === undefined ? nextSeq - 1 : messages[0].seq - 1;
    try {
      await log?.advance(last);
    } catch (error) {
      onTrouble(toPlatformError(error));
    }
    for (const { fate } of gone) {
      try {
        tell(fate);
      } catch (error) {
        // One listener's mistake must neither hide the others' fate nor stop the queue.
        onTrouble(toPlatformError(error));
      }
    }
  };

  /** @returns false when the message cannot be taken */
  const makeRoom = (fate: OutboxFate<Answer>): boolean => {
    if (messages.length < maxItems) return true;
    const full = `${maxItems} messages wait for the platform already`;
    const oldest = messages.find(({ state }) => state !== 'sending');
    if (whenFull === 'reject' || !oldest) {
      fate.failed(new PlatformError('QUEUE_FULL', `${full}: this one was not taken`));
      return false;
    }
    void settle([oldest], (old) => old.failed(new PlatformError('QUEUE_FULL', `${full}: the oldest was dropped`)));
    return true;
  };

  const write = (message: QueuedMessage<Answer>, to: DiskLog): void => {
    const { seq, at, records, fate } = message;
    to.append({ seq, at, records }).then(
      () => {
        if (message.state === 'gone') return;
        message.state = 'waiting';
        fate.kept?.();
        onReady();
      },
      (error: PlatformError) => {
        if (message.state === 'gone') return;
        messages = messages.filter((each) => each !== message);
        fate.failed(error);
        onReady();
      },
    );
  };

  const add = (records: readonly string[], fate: OutboxFate<Answer>): void => {
    if (signal.aborted) {
      fate.failed(toPlatformError(signal.reason));
      return;
    }
    if (!makeRoom(fate)) return;
    const state = log ? 'writing' : 'waiting';
    const message: QueuedMessage<Answer> = { state, seq: nextSeq++, at: Date.now(), records, fate };
    messages.push(message);
    if (log) write(message, log);
    else onReady();
  };

  return {
    get messages() {
      return messages;
    },
    loaded,
    put(records, fate) {
      // What an earlier run left on disk goes first.
      if (log) void loaded.then(() => add(records, fate));
      else add(records, fate);
    },
    settle,
    async dropExpired() {
      if (maxAge <= 0) return;
      const before = Date.now() - maxAge;
      const expired = messages.filter(({ at, state }) => state === 'waiting' && at < before);
      if (expired.length === 0) return;
      const error = new PlatformError('EXPIRED', `given up: not taken by the platform within ${maxAge / 1000} s`);
      await settle(expired, (fate) => fate.failed(error));
    },
    async close() {
      if (log) await log.close();
      else for (const { fate } of messages) fate.failed(toPlatformError(signal.reason));
      messages = [];
    },
  };
}
