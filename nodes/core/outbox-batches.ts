import type { OutboxQueue, QueuedMessage } from './outbox-queue';
import { sleep } from './timing';

export interface BatchOptions {
  /** Observations that make a batch; 1: every message goes on its own. */
  batchSize: number;
  /** Milliseconds a message waits for others at the most; 0: it does not wait. */
  batchTime: number;
}

/** Which messages of a queue go together, and when. */
export interface Batches<Answer> {
  isDue(): boolean;
  /** The first messages that make a batch; a message is never split, and none is sent before it is on disk. */
  next(): QueuedMessage<Answer>[];
  /** Resolves when the first message has waited long enough, when `look` is called, or when the signal fires. */
  wait(): Promise<void>;
  /** The queue has changed. */
  look(): void;
}

export function createBatches<Answer>(
  queue: Pick<OutboxQueue<Answer>, 'messages'>,
  { batchSize, batchTime }: BatchOptions,
  signal: AbortSignal,
): Batches<Answer> {
  let arrived: (() => void) | undefined;

  return {
    isDue() {
      const { messages } = queue;
      const [first] = messages;
      if (!first || batchSize <= 1 || batchTime <= 0) return true;
      const count = messages.reduce((sum, { state, records }) => (state === 'waiting' ? sum + records.length : sum), 0);
      const age = Date.now() - first.at;
      // Negative when the clock was set back.
      return count >= batchSize || age >= batchTime || age < 0;
    },
    next() {
      const batch: QueuedMessage<Answer>[] = [];
      let count = 0;
      for (const message of queue.messages) {
        if (message.state === 'writing') break;
        if (batch.length > 0 && (batchSize <= 1 || count + message.records.length > batchSize)) break;
        batch.push(message);
        count += message.records.length;
      }
      return batch;
    },
    async wait() {
      const at = queue.messages[0]?.at ?? Date.now();
      const more = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const stop = new AbortController();
      const end = (): void => stop.abort();
      signal.addEventListener('abort', end, { once: true });
      await Promise.race([more, sleep(Math.max(0, at + batchTime - Date.now()), stop.signal)]);
      arrived = undefined;
      stop.abort();
      signal.removeEventListener('abort', end);
    },
    look: () => arrived?.(),
  };
}
