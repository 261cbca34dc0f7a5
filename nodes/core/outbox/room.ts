import { PlatformError } from '../errors';
import type { QueuedMessage } from './message';

export interface RoomOptions {
  /** Most messages held (the property's name says items; `batchSize` counts observations), and most bytes of their records. */
  maxItems: number;
  maxBytes: number;
  whenFull: 'reject' | 'drop-oldest';
}

/** What a queue holds at present. */
export interface Held<Answer> {
  readonly messages: ReadonlySet<QueuedMessage<Answer>>;
  readonly bytes: number;
  /** Takes one out, with the reason. */
  drop(message: QueuedMessage<Answer>, error: PlatformError): void;
}

/**
 * Makes room for a message of so many bytes, where that is what `whenFull` says.
 *
 * @returns why there is none (QUEUE_FULL); undefined: there is
 */
export function makeRoom<Answer>(
  bytes: number,
  held: Held<Answer>,
  { maxItems, maxBytes, whenFull }: RoomOptions,
): PlatformError | undefined {
  if (bytes > maxBytes)
    return full(
      `a message of ${bytes} bytes is larger than everything that may wait (maxBytes ${maxBytes}): it was refused`,
    );
  for (;;) {
    const limit = limitReached(bytes, held, maxItems, maxBytes);
    if (limit === undefined) return undefined;
    const oldest = whenFull === 'reject' ? undefined : firstOf(held.messages, ({ state }) => state !== 'sending');
    if (!oldest) return full(`${limit} are already waiting for the platform: this one was refused`);
    held.drop(oldest, full(`${limit} are already waiting for the platform: the oldest was dropped`));
  }
}

function limitReached(
  more: number,
  { messages, bytes }: Pick<Held<never>, 'messages' | 'bytes'>,
  maxItems: number,
  maxBytes: number,
): string | undefined {
  if (messages.size >= maxItems) return `${maxItems} messages (maxItems)`;
  return bytes + more > maxBytes ? `${bytes} of ${maxBytes} bytes (maxBytes)` : undefined;
}

function full(words: string): PlatformError {
  return new PlatformError('QUEUE_FULL', words);
}

function firstOf<T>(set: Iterable<T>, isMeant: (each: T) => boolean): T | undefined {
  for (const each of set) if (isMeant(each)) return each;
  return undefined;
}
