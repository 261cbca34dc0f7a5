import { type BackoffBounds, backoffDelay } from './backoff';
import type { PlatformError } from './errors';
import type { OutboxQueue, QueuedMessage } from './outbox-queue';
import { monotonicNow } from './timing';

export interface DoubtsOptions<Answer> {
  backoff: BackoffBounds;
  /** 0: never. */
  giveUpAfter: number;
  settle: OutboxQueue<Answer>['settle'];
}

/**
 * What to make of answers that may be the platform's trouble or that of one message: 500, 403, 404. As long as nothing
 * gets through, nothing steps aside and the order stays. Only after several such answers over some time is another
 * message tried; when that is taken, those that are not go on trying beside the others.
 */
export interface Doubts<Answer> {
  /** One more doubtful answer in a row. @returns true when it is time to look whether others get through */
  note(): boolean;
  /** Something was taken, or the platform is simply away. */
  clear(): void;
  /** Each time another of those behind the batch. */
  nextProbe(
    messages: Iterable<QueuedMessage<Answer>>,
    batch: readonly QueuedMessage<Answer>[],
  ): QueuedMessage<Answer> | undefined;
  /** It is tried again later, alone, or given up. */
  stepAside(message: QueuedMessage<Answer>, error: PlatformError): void;
  /** Why something stands aside. */
  reason(messages: Iterable<QueuedMessage<Answer>>): PlatformError | undefined;
}

/** So many doubtful answers, over so many milliseconds, before anything steps aside. */
const DOUBTS = 5;
const DOUBT_TIME = 30_000;

export function createDoubts<Answer>({ backoff, giveUpAfter, settle }: DoubtsOptions<Answer>): Doubts<Answer> {
  let inARow = 0;
  let since: number | undefined;
  let probes = 0;
  const reasons = new WeakMap<QueuedMessage<Answer>, PlatformError>();

  return {
    note() {
      inARow++;
      since ??= monotonicNow();
      return inARow >= DOUBTS && monotonicNow() - since >= DOUBT_TIME;
    },
    clear() {
      inARow = 0;
      since = undefined;
      probes = 0;
    },
    nextProbe(messages, batch) {
      const held = new Set(batch);
      const behind: QueuedMessage<Answer>[] = [];
      for (const message of messages)
        if (message.state === 'waiting' && message.retryAt === undefined && !held.has(message)) behind.push(message);
      // The next may be such a one as well.
      return behind[probes++ % behind.length];
    },
    stepAside(message, error) {
      if (giveUpAfter > 0 && message.doubts >= giveUpAfter) return settle([message], (fate) => fate.failed(error));
      reasons.set(message, error);
      message.retryAt = monotonicNow() + Math.max(backoff.base, backoffDelay(message.doubts, backoff));
    },
    reason(messages) {
      for (const message of messages) {
        const reason = message.retryAt === undefined ? undefined : reasons.get(message);
        if (reason) return reason;
      }
      return undefined;
    },
  };
}
