import { type BackoffBounds, backoffDelay } from './backoff';
import { isCredentialError, PlatformError, toPlatformError } from './errors';
import { type BatchOptions, createBatches } from './outbox-batches';
import { createOutboxQueue, type OutboxQueue, type QueuedMessage, type QueueOptions } from './outbox-queue';
import { isDoubtful, mayBeTakenLater } from './outbox-verdict';
import { sleep } from './timing';

/** What happens to messages while the platform is away. */
export type OfflineMode = 'fail' | 'memory' | 'disk';

export interface OutboxState {
  state: 'idle' | 'sending' | 'waiting';
  /** Messages not yet accepted. */
  queued: number;
  /** Why the last try failed; none after a success. */
  error?: PlatformError;
  /** Milliseconds until the next attempt. */
  retryIn?: number;
}

export interface OutboxOptions<Answer>
  extends BatchOptions,
    Omit<QueueOptions<Answer>, 'signal' | 'onReady' | 'onTrouble'> {
  mode: OfflineMode;
  backoff: BackoffBounds;
  /** Sends one batch. Each record is one observation as JSON text. */
  send(records: readonly string[], signal: AbortSignal): Promise<Answer>;
  onState(state: OutboxState): void;
  /** Called once an outage while messages are kept for later, and when the disk makes trouble. */
  onOutage(error: PlatformError): void;
}

export interface Outbox<Answer> extends Pick<OutboxQueue<Answer>, 'put'> {
  close(): Promise<void>;
}

/** After so many doubtful answers to the same batch its messages are tried one by one. */
const DOUBTS = 3;

/**
 * A queue in front of the platform: first in, first out, one batch under way, at least once.
 * Mode `fail` gives every message one try; the others try again for ever while a later try may succeed.
 */
export function createOutbox<Answer>(options: OutboxOptions<Answer>): Outbox<Answer> {
  const { mode, backoff } = options;
  const life = new AbortController();
  let failures = 0;
  /** Doubtful answers in a row. */
  let doubtful = 0;
  let lastError: PlatformError | undefined;
  let running: Promise<void> | undefined;

  const wake = (): void => {
    if (life.signal.aborted) return;
    batches.look();
    running ??= run().catch((error) => {
      running = undefined;
      options.onOutage(toPlatformError(error));
    });
  };

  const queue = createOutboxQueue<Answer>({
    ...options,
    signal: life.signal,
    onReady: wake,
    onTrouble: options.onOutage,
  });
  const { settle } = queue;
  const batches = createBatches(queue, options, life.signal);

  const report = (state: OutboxState['state'], detail: Partial<OutboxState> = {}): void =>
    options.onState({ state, queued: queue.messages.length, ...detail });

  const sendBatch = async (batch: readonly QueuedMessage<Answer>[]): Promise<PlatformError | undefined> => {
    for (const message of batch) message.state = 'sending';
    report('sending');
    let answer: Answer;
    try {
      const records = batch.flatMap((message) => message.records);
      answer = await options.send(records, life.signal);
    } catch (thrown) {
      for (const message of batch) message.state = 'waiting';
      lastError = toPlatformError(thrown);
      return lastError;
    }
    lastError = undefined;
    await settle(batch, (fate) => fate.accepted(answer));
    return undefined;
  };

  /** A refused batch may hold one bad message: each gets a try of its own, so that the others arrive. */
  const sendRefused = async (
    batch: readonly QueuedMessage<Answer>[],
    error: PlatformError,
  ): Promise<PlatformError | undefined> => {
    if (batch.length === 1 || error.verdict === 'final') {
      await settle(batch, (fate) => fate.failed(error));
      return undefined;
    }
    for (const message of batch) {
      // Dropped to make room, while another one was under way.
      if (message.state === 'gone') continue;
      const again = await sendBatch([message]);
      if (life.signal.aborted || (again && mayBeTakenLater(again))) return again;
      if (again) await settle([message], (fate) => fate.failed(again));
    }
    return undefined;
  };

  /**
   * The platform answers this batch, again and again, with what may be its own trouble or that of one message. When
   * another message gets through meanwhile, those that do not are at fault, and must not hold up the queue for ever.
   */
  const findPoison = async (
    batch: readonly QueuedMessage<Answer>[],
    error: PlatformError,
  ): Promise<PlatformError | undefined> => {
    const alone = batch.length === 1;
    const bad = new Set<QueuedMessage<Answer>>(alone ? batch : []);
    // The next may be such a one as well: each time it is the turn of another.
    const held = new Set(batch);
    const behind = queue.messages.filter((message) => message.state === 'waiting' && !held.has(message));
    const probe = behind[(doubtful - DOUBTS) % behind.length];
    let taken = false;
    for (const message of [...(alone ? [] : batch), ...(probe ? [probe] : [])]) {
      if (message.state === 'gone' || (message === probe && taken)) continue;
      const again = await sendBatch([message]);
      if (life.signal.aborted) return again;
      if (!again) taken = true;
      else if (isDoubtful(again)) bad.add(message);
      else if (mayBeTakenLater(again)) return again;
      else await settle([message], (fate) => fate.failed(again));
    }
    if (!taken) return error;
    // The platform may just have come back: each has one more try.
    for (const message of bad) {
      if (message.state === 'gone') continue;
      const again = await sendBatch([message]);
      if (life.signal.aborted) return again;
      if (again && mayBeTakenLater(again) && !isDoubtful(again)) return again;
      if (again) await settle([message], (fate) => fate.failed(again));
    }
    return undefined;
  };

  const waitOut = async (error: PlatformError): Promise<void> => {
    const wait = isCredentialError(error) ? backoff.max : backoffDelay(failures, backoff);
    const retryIn = Math.max(wait, error.retryAfter ?? 0);
    if (failures++ === 0) options.onOutage(error);
    report('waiting', { error, retryIn });
    await sleep(retryIn, life.signal);
  };

  const run = async (): Promise<void> => {
    await queue.loaded;
    while (queue.messages[0]?.state === 'waiting' && !life.signal.aborted) {
      await queue.dropExpired();
      if (queue.messages[0]?.state !== 'waiting') break;
      if (!batches.isDue()) {
        await batches.wait();
        continue;
      }
      const batch = batches.next();
      let error = await sendBatch(batch);
      if (life.signal.aborted) break;
      doubtful = error && isDoubtful(error) ? doubtful + 1 : 0;
      if (error && (mode === 'fail' || !mayBeTakenLater(error))) error = await failOrSplit(batch, error);
      else if (error && doubtful >= DOUBTS) error = await findPoison(batch, error);
      if (life.signal.aborted) break;
      if (error) await waitOut(error);
      else failures = 0;
    }
    // Before anybody hears of it, and without an await in between: what is put in from now on needs a run of its own.
    running = undefined;
    if (!life.signal.aborted && queue.messages.length === 0) report('idle', lastError && { error: lastError });
  };

  const failOrSplit = async (
    batch: readonly QueuedMessage<Answer>[],
    error: PlatformError,
  ): Promise<PlatformError | undefined> => {
    if (!mayBeTakenLater(error)) return sendRefused(batch, error);
    await settle(batch, (fate) => fate.failed(error));
    return undefined;
  };

  return {
    put: queue.put,
    async close() {
      life.abort(new PlatformError('CLOSED', 'the node was closed before the platform took the message'));
      await running;
      await queue.close();
    },
  };
}
