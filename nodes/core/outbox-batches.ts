import { firstOf, type OutboxQueue, type QueuedMessage } from './outbox-queue';
import { monotonicNow, sleep } from './timing';

export interface BatchOptions {
  /** Observations that make a batch; 1: every message goes on its own. */
  batchSize: number;
  /** Milliseconds a message waits for others at the most; 0: it does not wait. */
  batchTime: number;
}

/** Bytes of a batch at the most; a message that is larger goes on its own. */
const BATCH_BYTES = 1_000_000;

/** Which messages of a queue go together, and when. */
export interface Batches<Answer> {
  /** The first message that may go now; undefined: none, or it is not on disk yet. */
  first(): QueuedMessage<Answer> | undefined;
  isDue(): boolean;
  /** The first messages that make a batch; a message is never split, and none is sent before it is on disk. */
  next(): QueuedMessage<Answer>[];
  /** Resolves when the first message has waited long enough, when `look` is called, or when the signal fires. */
  wait(): Promise<void>;
  /** Resolves when one that has stepped aside is to be tried again, or as `wait`. */
  waitForAside(): Promise<void>;
  /** The queue has changed. */
  look(): void;
}

export function createBatches<Answer>(
  queue: Pick<OutboxQueue<Answer>, 'messages'>,
  { batchSize, batchTime }: BatchOptions,
  signal: AbortSignal,
): Batches<Answer> {
  let arrived: (() => void) | undefined;

  /** In its turn, or stepped aside and to be tried again now. */
  const isEligible = ({ retryAt }: QueuedMessage<Answer>): boolean =>
    retryAt === undefined || retryAt <= monotonicNow();

  const first = (): QueuedMessage<Answer> | undefined => {
    const message = firstOf(queue.messages, isEligible);
    return message?.state === 'waiting' ? message : undefined;
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
    first,
    isDue() {
      const message = first();
      if (!message || batchSize <= 1 || batchTime <= 0 || message.retryAt !== undefined) return true;
      if (monotonicNow() - message.since >= batchTime) return true;
      let count = 0;
      for (const each of queue.messages) {
        if (each.state === 'waiting') count += each.count;
        if (count >= batchSize) return true;
      }
      return false;
    },
    next() {
      const batch: QueuedMessage<Answer>[] = [];
      let count = 0;
      let bytes = 0;
      for (const message of queue.messages) {
        if (!isEligible(message)) continue;
        if (message.state !== 'waiting') break;
        // One that is in doubt spoils no other's turn.
        const alone = message.retryAt !== undefined || batchSize <= 1;
        const full = count + message.count > batchSize || bytes + message.bytes > BATCH_BYTES;
        if (batch.length > 0 && (alone || full)) break;
        batch.push(message);
        if (alone) break;
        count += message.count;
        bytes += message.bytes;
      }
      return batch;
    },
    wait: () => waitUntil((first()?.since ?? monotonicNow()) + batchTime),
    async waitForAside() {
      let soonest = Infinity;
      for (const { retryAt } of queue.messages) soonest = Math.min(soonest, retryAt ?? Infinity);
      await waitUntil(soonest);
    },
    look: () => arrived?.(),
  };
}
