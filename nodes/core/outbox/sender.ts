import { PlatformError, toPlatformError } from '../errors';
import { emptyMessage, moveTo, type QueuedMessage } from './message';
import type { OutboxQueue } from './queue';
import { mayBeTakenLater } from './verdict';

export interface SenderOptions<Answer> {
  queue: Pick<OutboxQueue<Answer>, 'recordsOf' | 'settle'>;
  /** Sends one batch. Each record is one observation as JSON text. */
  send(records: readonly string[], signal: AbortSignal): Promise<Answer>;
  signal: AbortSignal;
  onSending(): void;
  /** The platform has taken or refused something: it is there. */
  onAnswer(): void;
  /** Messages on disk can be read again. */
  onReadable(): void;
}

/** What became of one try; `nothing`: there was nothing to send, and those concerned have been told. */
export type Outcome = 'taken' | 'refused' | 'nothing' | PlatformError;

/** Sends what is in the queue. A message that has not been dealt with is `waiting` again after it. */
export interface Sender<Answer> {
  /** Why the last try failed; none after a success. */
  readonly lastError: PlatformError | undefined;
  send(batch: readonly QueuedMessage<Answer>[]): Promise<Outcome>;
  /** What has been refused: tells it, or lets each of a batch have a try of its own, so that the good ones arrive. */
  refuse(batch: readonly QueuedMessage<Answer>[], error: PlatformError): Promise<Outcome>;
}

export function createSender<Answer>(options: SenderOptions<Answer>): Sender<Answer> {
  const { queue, signal } = options;
  const { settle } = queue;
  let lastError: PlatformError | undefined;
  let unreadable = false;

  /** The records of those that can be read; the others have failed. */
  const readBatch = async (batch: readonly QueuedMessage<Answer>[]): Promise<readonly string[]> => {
    const records: string[] = [];
    for (const message of batch) {
      try {
        const own = await queue.recordsOf(message);
        if (unreadable) options.onReadable();
        unreadable = false;
        // Older versions have kept such messages: there is nothing in them that a platform could take.
        if (own.length === 0) settle([message], (fate) => fate.failed(emptyMessage()));
        records.push(...own);
      } catch (thrown) {
        const error = toPlatformError(thrown);
        unreadable ||= error.code === 'STORAGE';
        if (error.code !== 'DAMAGED') throw error;
        settle([message], (fate) => fate.failed(error));
      }
    }
    return records;
  };

  const send = async (batch: readonly QueuedMessage<Answer>[]): Promise<Outcome> => {
    for (const message of batch) moveTo(message, 'sending');
    options.onSending();
    try {
      const records = await readBatch(batch);
      if (records.length === 0) return 'nothing';
      const answer = await options.send(records, signal);
      lastError = undefined;
      options.onAnswer();
      settle(batch, (fate) => fate.accepted(answer));
      return 'taken';
    } catch (thrown) {
      for (const message of batch) moveTo(message, 'waiting');
      lastError = toPlatformError(thrown);
      return lastError;
    }
  };

  const refuse: Sender<Answer>['refuse'] = async (batch, error) => {
    options.onAnswer();
    if (batch.length === 1 || error.verdict === 'final') {
      settle(batch, (fate) => fate.failed(error));
      return 'refused';
    }
    for (const message of batch) {
      // Dropped to make room, while another one was under way.
      if (message.state === 'gone') continue;
      const again = await send([message]);
      if (signal.aborted) return again;
      if (!(again instanceof PlatformError)) continue;
      if (mayBeTakenLater(again)) return again;
      await refuse([message], again);
    }
    return 'refused';
  };

  return {
    get lastError() {
      return lastError;
    },
    send,
    refuse,
  };
}
