import { PlatformError } from './errors';
import type { Batches } from './outbox-batches';
import type { Doubts } from './outbox-doubts';
import type { QueuedMessage } from './outbox-message';
import type { OutboxQueue } from './outbox-queue';
import type { Outcome, Sender } from './outbox-sender';
import { isDoubtful, isDoubtfulAnswer, mayBeTakenLater } from './outbox-verdict';
import { monotonicNow } from './timing';

export interface FailureOptions<Answer> {
  queue: Pick<OutboxQueue<Answer>, 'messages' | 'settle'>;
  batches: Pick<Batches<Answer>, 'halve' | 'forgive'>;
  doubts: Doubts<Answer>;
  sender: Sender<Answer>;
  signal: AbortSignal;
  /** Mode `fail`: what has not been kept on disk gets one try only. */
  failing: boolean;
  /** Mode `fail`: when an attempt ends by time-out, those that have waited so many milliseconds end with it. */
  patience: number;
}

/** Why everything has to wait; `lonely`: another message could show whether it is the platform's fault. */
export interface Obstacle {
  error: PlatformError;
  lonely: boolean;
}

/** What a failed attempt means for the batch and the rest. @returns undefined: the next attempt may follow at once */
export type AfterFailure<Answer> = (
  batch: readonly QueuedMessage<Answer>[],
  error: PlatformError,
) => Promise<Obstacle | undefined>;

export function createFailures<Answer>(options: FailureOptions<Answer>): AfterFailure<Answer> {
  const { queue, batches, doubts, sender, signal, failing, patience } = options;
  const { settle } = queue;

  const noteDoubt = (message: QueuedMessage<Answer>, error: PlatformError): void => {
    if (isDoubtfulAnswer(error)) message.doubts++;
  };

  const obstacle = (outcome: Outcome): Obstacle | undefined =>
    outcome instanceof PlatformError ? { error: outcome, lonely: false } : undefined;

  /** Mode `fail`: this attempt was all that they get; what an earlier mode has kept was promised more. */
  const failUnkept = (batch: readonly QueuedMessage<Answer>[], error: PlatformError): Obstacle | undefined => {
    const waits = batch.some(({ entry }) => entry !== undefined);
    const unkept = ({ entry, state }: QueuedMessage<Answer>): boolean => entry === undefined && state === 'waiting';
    settle(batch.filter(unkept), (fate) => fate.failed(error));
    if (waits || error.code === 'TIMEOUT') {
      const before = waits ? Infinity : monotonicNow() - patience;
      const late = [...queue.messages].filter((message) => unkept(message) && message.since <= before);
      settle(late, (fate) => fate.failed(waitedInVain(error)));
    }
    return waits ? { error, lonely: false } : undefined;
  };

  /**
   * Tries others, one after the other, until one is taken; then the one in doubt once more, since the platform may have
   * come to itself in between. Only when that is not taken either, those that were not taken step aside.
   */
  const lookBeside = async (inDoubt: QueuedMessage<Answer>, error: PlatformError): Promise<Obstacle | undefined> => {
    const probes = doubts.probes(queue.messages, inDoubt);
    for (const message of probes) {
      if (message.state !== 'waiting') continue;
      const outcome = await sender.send([message]);
      if (signal.aborted) return obstacle(outcome);
      if (outcome === 'taken') return confirm(inDoubt);
      if (!(outcome instanceof PlatformError)) continue;
      if (isDoubtful(outcome)) {
        noteDoubt(message, outcome);
        doubts.suspect(message, outcome);
      } else if (mayBeTakenLater(outcome)) return away(outcome);
      else await sender.refuse([message], outcome);
    }
    if (probes.length > 0) doubts.disprove();
    else if (doubts.isProven()) {
      doubts.spendProof();
      doubts.stepAside(inDoubt, error);
      return undefined;
    }
    return { error, lonely: probes.length === 0 };
  };

  const confirm = async (inDoubt: QueuedMessage<Answer>): Promise<Obstacle | undefined> => {
    // Dropped to make room meanwhile.
    const outcome = inDoubt.state === 'waiting' ? await sender.send([inDoubt]) : 'nothing';
    if (signal.aborted) return obstacle(outcome);
    if (outcome instanceof PlatformError) {
      if (!mayBeTakenLater(outcome)) await sender.refuse([inDoubt], outcome);
      else if (!isDoubtful(outcome)) return away(outcome);
      else {
        noteDoubt(inDoubt, outcome);
        batches.forgive();
        doubts.stepAside(inDoubt, outcome);
        doubts.suspectsStepAside();
      }
    }
    doubts.taken();
    return undefined;
  };

  const away = (error: PlatformError): Obstacle => {
    doubts.clear();
    return { error, lonely: false };
  };

  return async (batch, error) => {
    if (!mayBeTakenLater(error)) return obstacle(await sender.refuse(batch, error));
    const [first] = batch;
    if (!first) return undefined;
    const alone = batch.length === 1;
    if (alone && isDoubtful(error)) noteDoubt(first, error);
    if (first.retryAt !== undefined && isDoubtful(error)) {
      doubts.stepAside(first, error);
      return undefined;
    }
    if (failing) return failUnkept(batch, error);
    if (!isDoubtful(error)) return away(error);
    if (!doubts.note(error, batch)) return { error, lonely: false };
    if (alone) return lookBeside(first, error);
    batches.halve(batch, !isDoubtfulAnswer(error));
    return undefined;
  };
}

function waitedInVain(error: PlatformError): PlatformError {
  const message = `not sent: the attempt before it failed: ${error.message}`;
  return new PlatformError(error.code, message, { retryable: error.retryable, cause: error });
}
