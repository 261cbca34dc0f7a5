import { PlatformError } from '../errors';
import type { LogEntry, StoredItem } from '../storage/disk-log';

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

/** Waits for the disk to be read → on its way to disk → in the queue ⇄ on its way to the platform → dealt with. */
export type MessageState = 'loading' | 'writing' | 'waiting' | 'sending' | 'gone';

/** What a message in each state can become. */
const NEXT: Record<MessageState, readonly MessageState[]> = {
  loading: ['writing', 'waiting', 'gone'],
  writing: ['waiting', 'gone'],
  waiting: ['sending', 'gone'],
  sending: ['waiting', 'gone'],
  gone: [],
};

export interface QueuedMessage<Answer> {
  /** Changed by `moveTo` alone. */
  readonly state: MessageState;
  /** When it was put in, by the monotonic clock; the beginning of this run for one of an earlier run. */
  since: number;
  /** So many are in it: what `batchSize` counts. */
  observations: number;
  /** Of its records, as UTF-8. */
  bytes: number;
  /** Its observations, each one JSON text; undefined: they are on disk. */
  records: readonly string[] | undefined;
  /** Where it stands on disk. */
  entry: LogEntry | undefined;
  fate: OutboxFate<Answer>;
  /** Doubtful answers that it got when it was sent alone. */
  doubts: number;
  /** How often it has stepped aside. */
  steps: number;
  /** It has stepped aside, and is tried again at this moment of the monotonic clock. */
  retryAt: number | undefined;
}

/** A message as it is at the beginning. */
export function newMessage<Answer>(
  given: Pick<QueuedMessage<Answer>, 'since' | 'observations' | 'bytes' | 'fate'> & Partial<QueuedMessage<Answer>>,
): QueuedMessage<Answer> {
  return { state: 'loading', records: undefined, entry: undefined, doubts: 0, steps: 0, retryAt: undefined, ...given };
}

/** Changes the state of a message, if it can become that. @returns whether it is so now: one that has gone stays gone */
export function moveTo(message: QueuedMessage<never>, state: MessageState): boolean {
  if (!NEXT[message.state].includes(state)) return false;
  (message as { state: MessageState }).state = state;
  return true;
}

/** Why a message without any observation is not taken: there is no answer that it could ever get. */
export function emptyMessage(): PlatformError {
  return new PlatformError('INVALID_PARAMETER', 'the message holds no observation: there is nothing to send');
}
