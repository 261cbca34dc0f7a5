import { PlatformError } from '../errors';
import { monotonicNow } from '../timing';
import type { Batches } from './batches';
import type { Doubts } from './doubts';
import type { QueuedMessage } from './message';
import type { OutboxQueue } from './queue';
import type { Outcome, Sender } from './sender';
import { isDoubtful, isDoubtfulAnswer, mayBeTakenLater } from './verdict';

export interface FailureOptions<Answer> {
  queue: Pick<OutboxQueue<Answer>, 'messages' | 'settle'>;
  batches: Pick<Batches<Answer>, 'halve' | 'forgive'>;
  doubts: Doubts<Answer>;
  sender: Sender<Answer>;
  signal: AbortSignal;
  /** Mode `fail`. */
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

  /** Mode `fail`: one attempt is all that a message gets; what an earlier mode has kept was promised more. */
  const getsOneTry = ({ entry, state }: QueuedMessage<Answer>): boolean =>
    failing && entry === undefined && state === 'waiting';

  /** Of those behind a failed attempt the ones that have waited for so long: they do not wait for the next. */
  const failBehind = (error: PlatformError, waited: number): void => {
    const before = monotonicNow() - waited;
    const late = [...queue.messages].filter((message) => getsOneTry(message) && message.since <= before);
    settle(late, (fate) => fate.failed(waitedInVain(error)));
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
      if (getsOneTry(message)) settle([message], (fate) => fate.failed(outcome));
      else if (!mayBeTakenLater(outcome)) await sender.refuse([message], outcome);
      else if (!isDoubtful(outcome)) return away(outcome);
      else {
        noteDoubt(message, outcome);
        doubts.suspect(message, outcome);
      }
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

  const look = async (batch: readonly QueuedMessage<Answer>[], error: PlatformError): Promise<Obstacle | undefined> => {
    if (!isDoubtful(error)) return away(error);
    if (!doubts.note(error, batch)) return { error, lonely: false };
    const [first, ...others] = batch;
    if (first && others.length === 0) return lookBeside(first, error);
    batches.halve(batch, !isDoubtfulAnswer(error));
    return undefined;
  };

  return async (batch, error) => {
    if (!mayBeTakenLater(error)) return obstacle(await sender.refuse(batch, error));
    const [first] = batch;
    if (!first) return undefined;
    if (batch.length === 1) noteDoubt(first, error);
    if (first.retryAt !== undefined && isDoubtful(error)) {
      doubts.stepAside(first, error);
      return undefined;
    }
    const onlyTry = batch.filter(getsOneTry);
    settle(onlyTry, (fate) => fate.failed(error));
    if (onlyTry.length === batch.length) {
      if (error.code === 'TIMEOUT') failBehind(error, patience);
      return undefined;
    }
    const found = await look(batch, error);
    // What has been kept waits for the platform, and whatever is behind it would too.
    if (found) failBehind(found.error, 0);
    return found;
  };
}

function waitedInVain(error: PlatformError): PlatformError {
  const message = `not sent: the attempt before it failed: ${error.message}`;
  // What was answered was no answer to this message.
  return error.with({ message, statusCode: undefined, verdict: undefined, cause: error });
}
