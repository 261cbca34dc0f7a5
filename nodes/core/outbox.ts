import { type BackoffBounds, backoffDelay } from './backoff';
import { isCredentialError, PlatformError, toPlatformError } from './errors';
import { type BatchOptions, createBatches } from './outbox-batches';
import { createDoubts } from './outbox-doubts';
import { createOutboxQueue, type OutboxQueue, type QueuedMessage, type QueueOptions } from './outbox-queue';
import { isDoubtful, mayBeTakenLater } from './outbox-verdict';
import { monotonicNow, sleep } from './timing';

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
    Omit<QueueOptions<Answer>, 'signal' | 'onReady' | 'onTrouble' | 'keepNew'> {
  mode: OfflineMode;
  backoff: BackoffBounds;
  /** Mode `fail`: when an attempt ends by time-out, those that have waited so many milliseconds end with it. */
  patience?: number;
  /** Doubtful answers to one message after which it is given up, once others get through; 0: never. */
  giveUpAfter?: number;
  /** Sends one batch. Each record is one observation as JSON text. */
  send(records: readonly string[], signal: AbortSignal): Promise<Answer>;
  onState(state: OutboxState): void;
  /** Called once an outage while messages are kept for later. */
  onOutage(error: PlatformError): void;
  /** The disk, or somebody who was told of a fate, makes trouble. Once an outage. */
  onTrouble(error: PlatformError): void;
}

export interface Outbox<Answer> extends Pick<OutboxQueue<Answer>, 'put'> {
  /** Messages that wait, on disk and not. */
  readonly waiting: { kept: number; others: number };
  close(): Promise<void>;
}

/**
 * A queue in front of the platform: first in, first out, one batch under way, at least once. Mode `fail` gives every
 * message one try; the others try again for ever while a later try may succeed. A message that is answered with what may
 * be its own fault or the platform's steps aside when others get through (`outbox-doubts.ts`): only then is the order
 * not that in which they came.
 */
export function createOutbox<Answer>(options: OutboxOptions<Answer>): Outbox<Answer> {
  const { mode, backoff, patience = Infinity, giveUpAfter = 0 } = options;
  const life = new AbortController();
  let failures = 0;
  let lastError: PlatformError | undefined;
  let present: Pick<OutboxState, 'state' | 'error' | 'retryIn'> = { state: 'idle' };
  let running: Promise<void> | undefined;

  const queue = createOutboxQueue<Answer>({
    ...options,
    keepNew: mode === 'disk',
    signal: life.signal,
    onReady: () => wake(),
  });
  const { settle } = queue;
  const batches = createBatches(queue, options, life.signal);
  const doubts = createDoubts<Answer>({ backoff, giveUpAfter, settle });

  const wake = (): void => {
    if (life.signal.aborted) return;
    batches.look();
    running ??= run().catch((error) => {
      running = undefined;
      options.onTrouble(toPlatformError(error));
    });
  };

  const report = (state: OutboxState['state'], detail: Pick<OutboxState, 'error' | 'retryIn'> = {}): void => {
    present = { state, ...detail };
    options.onState({ queued: queue.messages.size, ...present });
  };

  /** The records of those that can be read; the others have failed. */
  const readBatch = async (batch: readonly QueuedMessage<Answer>[]): Promise<readonly string[]> => {
    const records: string[] = [];
    for (const message of batch) {
      try {
        records.push(...(await queue.recordsOf(message)));
      } catch (thrown) {
        const error = toPlatformError(thrown);
        if (error.code !== 'DAMAGED') throw error;
        settle([message], (fate) => fate.failed(error));
      }
    }
    return records;
  };

  const sendBatch = async (batch: readonly QueuedMessage<Answer>[]): Promise<PlatformError | undefined> => {
    for (const message of batch) message.state = 'sending';
    report('sending');
    try {
      const records = await readBatch(batch);
      if (records.length === 0) return undefined;
      const answer = await options.send(records, life.signal);
      lastError = undefined;
      settle(batch, (fate) => fate.accepted(answer));
      return undefined;
    } catch (thrown) {
      for (const message of batch) if (message.state === 'sending') message.state = 'waiting';
      lastError = toPlatformError(thrown);
      return lastError;
    }
  };

  /** A refused batch may hold one bad message: each gets a try of its own, so that the others arrive. */
  const sendRefused = async (
    batch: readonly QueuedMessage<Answer>[],
    error: PlatformError,
  ): Promise<PlatformError | undefined> => {
    if (batch.length === 1 || error.verdict === 'final') {
      settle(batch, (fate) => fate.failed(error));
      return undefined;
    }
    for (const message of batch) {
      // Dropped to make room, while another one was under way.
      if (message.state === 'gone') continue;
      const again = await sendBatch([message]);
      if (life.signal.aborted || (again && mayBeTakenLater(again))) return again;
      if (again) settle([message], (fate) => fate.failed(again));
    }
    return undefined;
  };

  /** The turn of each that may be at fault, and of one behind them. When that is taken, those that are not step aside. */
  const findStubborn = async (
    batch: readonly QueuedMessage<Answer>[],
    error: PlatformError,
  ): Promise<PlatformError | undefined> => {
    const stubborn = new Map<QueuedMessage<Answer>, PlatformError>();
    const alone = batch.length === 1;
    if (alone) for (const message of batch) stubborn.set(message, error);
    const probe = doubts.nextProbe(queue.messages, batch);
    let taken = false;
    for (const message of [...(alone ? [] : batch), ...(probe ? [probe] : [])]) {
      if (message.state === 'gone' || (message === probe && taken)) continue;
      const again = await sendBatch([message]);
      if (life.signal.aborted) return again;
      if (!again) taken = true;
      else if (isDoubtful(again)) {
        message.doubts++;
        if (message !== probe) stubborn.set(message, again);
      } else if (mayBeTakenLater(again)) return again;
      else settle([message], (fate) => fate.failed(again));
    }
    if (!taken) return error;
    for (const [message, reason] of stubborn) doubts.stepAside(message, reason);
    return undefined;
  };

  /** What a failed attempt means for the batch and the rest. @returns why everything has to wait */
  const afterFailure = async (
    batch: readonly QueuedMessage<Answer>[],
    error: PlatformError,
  ): Promise<PlatformError | undefined> => {
    if (!mayBeTakenLater(error)) return sendRefused(batch, error);
    const [first] = batch;
    if (first?.retryAt !== undefined && isDoubtful(error)) {
      first.doubts++;
      doubts.stepAside(first, error);
      return undefined;
    }
    if (mode === 'fail') {
      const waits = batch.some(({ entry }) => entry !== undefined);
      failUnkept(batch, error, waits);
      return waits ? error : undefined;
    }
    if (isDoubtful(error)) {
      for (const message of batch) message.doubts++;
      if (doubts.note()) return findStubborn(batch, error);
    } else doubts.clear();
    return error;
  };

  /** Mode `fail`: this attempt was all that they get; what an earlier mode has kept was promised more. */
  const failUnkept = (batch: readonly QueuedMessage<Answer>[], error: PlatformError, all: boolean): void => {
    const unkept = ({ entry, state }: QueuedMessage<Answer>): boolean => entry === undefined && state === 'waiting';
    settle(batch.filter(unkept), (fate) => fate.failed(error));
    if (!all && error.code !== 'TIMEOUT') return;
    const before = all ? Infinity : monotonicNow() - patience;
    const late = [...queue.messages].filter((message) => unkept(message) && message.since <= before);
    settle(late, (fate) => fate.failed(waitedInVain(error)));
  };

  const waitOut = async (error: PlatformError): Promise<void> => {
    const wait = isCredentialError(error) ? backoff.max : backoffDelay(failures, backoff);
    const retryIn = Math.max(wait, error.retryAfter ?? 0);
    if (failures++ === 0) (error.code === 'STORAGE' ? options.onTrouble : options.onOutage)(error);
    report('waiting', { error, retryIn });
    await sleep(retryIn, life.signal);
  };

  const run = async (): Promise<void> => {
    // What is put in within one turn may go together.
    await Promise.resolve();
    while (!life.signal.aborted) {
      queue.dropExpired();
      if (!batches.first()) {
        const stuck = doubts.reason(queue.messages);
        // Without an await: what is put in meanwhile would find neither a run that takes it nor none.
        if (!stuck) break;
        report('waiting', { error: stuck });
        await batches.waitForAside();
        continue;
      }
      if (!batches.isDue()) {
        await batches.wait();
        continue;
      }
      const batch = batches.next();
      let error = await sendBatch(batch);
      if (life.signal.aborted) break;
      if (error) error = await afterFailure(batch, error);
      else if (batch[0]?.retryAt === undefined) doubts.clear();
      if (life.signal.aborted) break;
      if (error) await waitOut(error);
      else failures = 0;
    }
    // Before anybody hears of it, and without an await in between: what is put in from now on needs a run of its own.
    running = undefined;
    if (!life.signal.aborted && queue.messages.size === 0) report('idle', lastError && { error: lastError });
  };

  return {
    get waiting() {
      let kept = 0;
      let others = 0;
      for (const { entry, state } of queue.messages) {
        if (entry) kept++;
        // One on its way to the disk gets there.
        else if (state !== 'writing') others++;
      }
      return { kept, others };
    },
    put(records, fate, note) {
      queue.put(records, fate, note);
      // The count below the node is that of now, not of the last try.
      if (present.state === 'waiting' && !life.signal.aborted) report('waiting', present);
    },
    async close() {
      life.abort(new PlatformError('CLOSED', 'the node was closed before the platform took the message'));
      await running;
      await queue.close();
    },
  };
}

function waitedInVain(error: PlatformError): PlatformError {
  const message = `not sent: the attempt before it failed: ${error.message}`;
  return new PlatformError(error.code, message, { retryable: error.retryable, cause: error });
}
