import { type BackoffBounds, backoffDelay } from '../backoff';
import { isCredentialError, PlatformError, toPlatformError } from '../errors';
import { safely, silently } from '../safely';
import { createAsides } from './asides';
import { type BatchOptions, createBatches } from './batches';
import { createDoubts } from './doubts';
import { createFailures, type Obstacle } from './failures';
import { createOutboxQueue, type OutboxQueue, type QueueOptions } from './queue';
import { createSender, type SenderOptions } from './sender';

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
    Pick<SenderOptions<Answer>, 'send'>,
    Omit<QueueOptions<Answer>, 'signal' | 'onReady' | 'onTrouble' | 'keepNew'> {
  mode: OfflineMode;
  backoff: BackoffBounds;
  /** Mode `fail`: when an attempt ends by time-out, those that have waited so many milliseconds end with it. */
  patience?: number;
  /** Doubtful answers to one message after which it is given up, once others get through; 0: never. */
  giveUpAfter?: number;
  onState(state: OutboxState): void;
  /** Called once an outage while messages are kept for later. */
  onOutage(error: PlatformError): void;
  /** The disk, or somebody who was told of a fate, makes trouble. Once an outage. */
  onTrouble(error: PlatformError): void;
}

export interface Outbox<Answer> extends Pick<OutboxQueue<Answer>, 'put'> {
  /** Messages that wait, on disk or on their way to it, and not. */
  readonly waiting: { kept: number; others: number };
  /** @returns how many of those on their way to the disk did not get there; each has been told */
  close(): Promise<number>;
}

/**
 * A queue in front of the platform: first in, first out, one batch under way, at least once. Mode `fail` gives every
 * message one try; the others try again for ever while a later try may succeed. A message that is answered with what may
 * be its own fault or the platform's steps aside when others get through (`doubts.ts`): only then is the order
 * not that in which they came.
 */
export function createOutbox<Answer>(options: OutboxOptions<Answer>): Outbox<Answer> {
  const { mode, backoff, patience = Infinity, giveUpAfter = 0 } = options;
  const onTrouble = silently(options.onTrouble);
  const onState = safely(options.onState, onTrouble);
  const onOutage = safely(options.onOutage, onTrouble);
  const life = new AbortController();
  const { signal } = life;
  let failures = 0;
  /** What has been told since something was answered: an outage and trouble with the disk are two things. */
  const told = new Set<'disk' | 'platform'>();
  let present: Pick<OutboxState, 'state' | 'error' | 'retryIn'> = { state: 'idle' };
  let running: Promise<void> | undefined;

  const queue = createOutboxQueue<Answer>({
    ...options,
    keepNew: mode === 'disk',
    signal,
    onTrouble,
    onReady: () => wake(),
  });
  const asides = createAsides<Answer>(backoff);
  const batches = createBatches(queue, asides, options, signal);
  const doubts = createDoubts<Answer>({ asides, giveUpAfter, settle: queue.settle });
  const sender = createSender<Answer>({
    queue,
    signal,
    send: (records, ending) => options.send(records, ending),
    onSending: () => report('sending'),
    onAnswer() {
      failures = 0;
      told.clear();
    },
    onReadable: () => safely(options.onWriting, onTrouble)(undefined),
  });
  const afterFailure = createFailures({ queue, batches, doubts, sender, signal, failing: mode === 'fail', patience });

  const wake = (): void => {
    if (signal.aborted) return;
    batches.look();
    running ??= run().catch((error) => {
      running = undefined;
      onTrouble(toPlatformError(error));
    });
  };

  const report = (state: OutboxState['state'], detail: Pick<OutboxState, 'error' | 'retryIn'> = {}): void => {
    present = { state, ...detail };
    onState({ queued: queue.messages.size, ...present });
  };

  const tell = (error: PlatformError): void => {
    const kind = error.code === 'STORAGE' ? 'disk' : 'platform';
    if (told.has(kind)) return;
    told.add(kind);
    (kind === 'disk' ? onTrouble : onOutage)(error);
  };

  const waitOut = async ({ error, lonely }: Obstacle): Promise<void> => {
    const wait = isCredentialError(error) ? backoff.max : backoffDelay(failures, backoff);
    const retryIn = Math.max(wait, error.retryAfter ?? 0);
    failures++;
    tell(error);
    report('waiting', { error, retryIn });
    await batches.pause(retryIn, lonely);
  };

  const attempt = async (): Promise<void> => {
    const batch = batches.next();
    const aside = batch[0]?.retryAt !== undefined;
    const outcome = await sender.send(batch);
    if (signal.aborted) return;
    if (outcome instanceof PlatformError) {
      const obstacle = await afterFailure(batch, outcome);
      if (obstacle && !signal.aborted) await waitOut(obstacle);
    } else if (outcome === 'taken' && aside) {
      asides.encourage();
    } else if (outcome === 'taken') {
      doubts.taken();
      batches.grow();
    }
  };

  const run = async (): Promise<void> => {
    // What is put in within one turn may go together.
    await Promise.resolve();
    while (!signal.aborted) {
      queue.dropExpired();
      if (batches.hasTurn()) await attempt();
      else if (batches.isGathering()) await batches.wait();
      else {
        // Without an await: what is put in meanwhile would find neither a run that takes it nor none.
        const reason = asides.reason();
        if (!reason) break;
        report('waiting', { error: reason });
        await batches.wait();
      }
    }
    // Before anybody hears of it, and without an await in between: what is put in from now on needs a run of its own.
    running = undefined;
    const { lastError } = sender;
    if (!signal.aborted && queue.messages.size === 0) report('idle', lastError && { error: lastError });
  };

  return {
    get waiting() {
      let kept = 0;
      let others = 0;
      for (const { entry, state } of queue.messages) {
        if (entry) kept++;
        // What is on its way to the disk gets there, or `close` counts it.
        else if (state !== 'writing' && !(state === 'loading' && mode === 'disk')) others++;
      }
      return { kept, others };
    },
    put(records, fate, note) {
      queue.put(records, fate, note);
      // The count below the node is that of now, not of the last try.
      if (present.state === 'waiting' && !signal.aborted) report('waiting', present);
    },
    async close() {
      life.abort(new PlatformError('CLOSED', 'the node was closed before the platform took the message'));
      await running;
      return queue.close();
    },
  };
}
