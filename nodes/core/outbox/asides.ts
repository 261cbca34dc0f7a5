import { type BackoffBounds, backoffDelay } from '../backoff';
import type { PlatformError } from '../errors';
import { monotonicNow } from '../timing';
import type { QueuedMessage } from './message';

/** Messages that have stepped aside: each is tried again by itself, more and more rarely. */
export interface Asides<Answer> {
  add(message: QueuedMessage<Answer>, error: PlatformError): void;
  /** The one that has waited longest for being tried again. */
  due(): QueuedMessage<Answer> | undefined;
  /** When the next is due, by the monotonic clock; Infinity: none stands aside. */
  nextDue(): number;
  /** Why something stands aside. */
  reason(): PlatformError | undefined;
  /** One of them was taken: what was in the way may be over for the others too, and the next shows that. */
  encourage(): void;
}

/** Longest wait, in milliseconds: what makes others wait must become rare. */
const LONGEST_WAIT = 3_600_000;

export function createAsides<Answer>({ base, max }: BackoffBounds): Asides<Answer> {
  const reasons = new Map<QueuedMessage<Answer>, PlatformError>();
  const bounds = { base: max, max: Math.max(max, LONGEST_WAIT) };

  const present = (): QueuedMessage<Answer>[] => {
    for (const message of reasons.keys()) if (message.state === 'gone') reasons.delete(message);
    return [...reasons.keys()];
  };

  const next = (): QueuedMessage<Answer> | undefined => {
    let found: QueuedMessage<Answer> | undefined;
    for (const message of present()) if (dueAt(message) < dueAt(found)) found = message;
    return found;
  };

  return {
    add(message, error) {
      reasons.set(message, error);
      message.retryAt = monotonicNow() + Math.max(base, backoffDelay(message.steps++, bounds));
    },
    due() {
      const message = next();
      return dueAt(message) <= monotonicNow() ? message : undefined;
    },
    nextDue: () => dueAt(next()),
    reason: () => [...reasons].find(([{ state }]) => state !== 'gone')?.[1],
    encourage() {
      const [message] = present();
      if (message) message.retryAt = Math.min(dueAt(message), monotonicNow());
    },
  };
}

function dueAt(message: QueuedMessage<never> | undefined): number {
  return message?.retryAt ?? Infinity;
}
