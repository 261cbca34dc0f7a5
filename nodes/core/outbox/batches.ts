import { monotonicNow, sleep } from '../timing';
import type { Asides } from './asides';
import type { QueuedMessage } from './message';
import type { OutboxQueue } from './queue';

export interface BatchOptions {
  /** Observations that make a batch; 1: every message goes on its own. */
  batchSize: number;
  /** Milliseconds a message waits for others at the most; 0: it does not wait. */
  batchTime: number;
}

/** Bytes of a batch at the most; a message that is larger goes on its own. */
const BATCH_BYTES = 1_000_000;

/** Milliseconds in which no batch grows to the size of one that was too much. */
const TOO_MUCH = 600_000;

/** Which messages of a queue go together, and when. */
export interface Batches<Answer> {
  /** Somebody may go now. */
  hasTurn(): boolean;
  /**
   * The messages whose turn it is: the first of the queue that make a batch, or one that has stepped aside, by turns
   * where there are both. A message is never split, and none is sent before it is on disk.
   */
  next(): QueuedMessage<Answer>[];
  /** The first in the queue waits for others to go with it. */
  isGathering(): boolean;
  /** Resolves when it is somebody's turn by the time that has passed, when `look` is called, or when the signal fires. */
  wait(): Promise<void>;
  /** Resolves after so many milliseconds, or as `wait`; not by `look` unless `more` messages would help. */
  pause(ms: number, more: boolean): Promise<void>;
  /** The queue has changed. */
  look(): void;
  /** From now on half of this batch goes together. @param maybeTooMuch it may be its size that nobody can take */
  halve(batch: readonly QueuedMessage<Answer>[], maybeTooMuch: boolean): void;
  /** A batch was taken: the next may be twice as large. */
  grow(): void;
  /** It was one message that could not be taken, not the size of a batch. */
  forgive(): void;
}

export function createBatches<Answer>(
  queue: Pick<OutboxQueue<Answer>, 'messages'>,
  asides: Pick<Asides<Answer>, 'due' | 'nextDue'>,
  { batchSize, batchTime }: BatchOptions,
  signal: AbortSignal,
): Batches<Answer> {
  let arrived: (() => void) | undefined;
  let asideWasLast = false;
  /** Messages that go together at the most. */
  let most = Infinity;
  /** What was halved a moment ago, and what has proved to be too much since its half was taken at once. */
  let halved: number | undefined;
  let tooMuch: { size: number; until: number } | undefined;

  /** The first in the queue, unless it is not on disk yet. */
  const firstInTurn = (): QueuedMessage<Answer> | undefined => {
    for (const message of queue.messages)
      if (message.retryAt === undefined) return message.state === 'waiting' ? message : undefined;
    return undefined;
  };

  const isDue = (first: QueuedMessage<Answer>): boolean => {
    if (batchSize <= 1 || batchTime <= 0 || most < Infinity) return true;
    if (monotonicNow() - first.since >= batchTime) return true;
    let observations = 0;
    for (const each of queue.messages) {
      if (each.state === 'waiting' && each.retryAt === undefined) observations += each.observations;
      if (observations >= batchSize) return true;
    }
    return false;
  };

  const isInTurn = (): boolean => {
    const first = firstInTurn();
    return first !== undefined && isDue(first);
  };

  const batchInTurn = (): QueuedMessage<Answer>[] => {
    const batch: QueuedMessage<Answer>[] = [];
    let observations = 0;
    let bytes = 0;
    for (const message of queue.messages) {
      if (message.retryAt !== undefined) continue;
      if (message.state !== 'waiting') break;
      const full =
        batch.length >= most || observations + message.observations > batchSize || bytes + message.bytes > BATCH_BYTES;
      if (batch.length > 0 && full) break;
      batch.push(message);
      if (batchSize <= 1) break;
      observations += message.observations;
      bytes += message.bytes;
    }
    return batch;
  };

  const waitUntil = async (moment: number): Promise<void> => {
    const more = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const stop = new AbortController();
    const end = (): void => stop.abort();
    signal.addEventListener('abort', end, { once: true });
    await Promise.race([more, sleep(Math.max(0, moment - monotonicNow()), stop.signal)]);
    arrived = undefined;
    stop.abort();
    signal.removeEventListener('abort', end);
  };

  return {
    hasTurn: () => isInTurn() || asides.due() !== undefined,
    next() {
      const aside = asides.due();
      const alternate = asideWasLast && isInTurn();
      asideWasLast = aside !== undefined && !alternate;
      // One that is in doubt spoils no other's turn.
      return aside && asideWasLast ? [aside] : batchInTurn();
    },
    isGathering: () => firstInTurn() !== undefined,
    wait: () => waitUntil(Math.min((firstInTurn()?.since ?? Infinity) + batchTime, asides.nextDue())),
    pause(ms, more) {
      // What is taken after it says nothing of what was not taken before.
      halved = undefined;
      return more ? waitUntil(monotonicNow() + ms) : sleep(ms, signal);
    },
    look: () => arrived?.(),
    halve({ length }, maybeTooMuch) {
      most = Math.floor(length / 2);
      halved = maybeTooMuch ? length : undefined;
    },
    grow() {
      if (most === Infinity) return;
      if (halved !== undefined) tooMuch = { size: halved, until: monotonicNow() + TOO_MUCH };
      halved = undefined;
      if (tooMuch && tooMuch.until <= monotonicNow()) tooMuch = undefined;
      if (tooMuch && most * 2 >= tooMuch.size) return;
      most = most * 2 >= batchSize ? Infinity : most * 2;
    },
    forgive() {
      halved = undefined;
      tooMuch = undefined;
    },
  };
}
