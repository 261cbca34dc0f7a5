import { type BackoffBounds, backoffDelay } from './backoff';
import type { PlatformError } from './errors';
import type { QueuedMessage } from './outbox-message';
import type { OutboxQueue } from './outbox-queue';
import { isDoubtfulAnswer } from './outbox-verdict';
import { monotonicNow } from './timing';

export interface DoubtsOptions<Answer> {
  backoff: BackoffBounds;
  /** 0: never. */
  giveUpAfter: number;
  settle: OutboxQueue<Answer>['settle'];
}

/**
 * What to make of answers that may be the platform's trouble or that of one message. As long as nothing gets through,
 * nothing steps aside and the order stays. Only after several such answers over some time is another message tried; when
 * that is taken, those that are not go on trying beside the others. For some minutes that is proof that the platform
 * works, and the next one in doubt need not be looked at for so long.
 */
export interface Doubts<Answer> {
  /** One more doubtful answer in a row. @returns true when it is time to look whether others get through */
  note(error: PlatformError, batch: readonly QueuedMessage<Answer>[]): boolean;
  /** Something in the queue was taken. */
  taken(): void;
  /** The platform is simply away. */
  clear(): void;
  /** Something was taken while another message was in doubt, and not long ago. */
  isProven(): boolean;
  /** Others were tried, and none was taken: it is the platform after all. */
  disprove(): void;
  /** One steps aside for the proof alone. The proof is good for no other, unless the next in the queue is taken. */
  spendProof(): void;
  /** Those to be tried beside the one in doubt, in this order, until one is taken. */
  probes(messages: Iterable<QueuedMessage<Answer>>, inDoubt: QueuedMessage<Answer>): QueuedMessage<Answer>[];
  /** It is tried again later, alone, or given up. */
  stepAside(message: QueuedMessage<Answer>, error: PlatformError): void;
  /** One that had stepped aside was taken: what was in the way may be over for the others too. */
  encourage(messages: Iterable<QueuedMessage<Answer>>): void;
  /** Why something stands aside. */
  reason(messages: Iterable<QueuedMessage<Answer>>): PlatformError | undefined;
}

/** So many doubtful answers, over so many milliseconds, before anything steps aside. */
const DOUBTS = 5;
const DOUBT_TIME = 30_000;

/** Milliseconds for which it is taken for granted that the platform works. */
const PROOF_TIME = 300_000;

/** With proof: connections that break are common enough to look more than once. */
const BREAKS = 3;

/** With proof: so many are tried one after the other, which keeps the order; beyond them the stride doubles. */
const NEIGHBOURS = 8;

/** Longest wait of one that stands aside, in milliseconds: what makes others wait must become rare. */
const ASIDE_MAX = 3_600_000;

export function createDoubts<Answer>({ backoff, giveUpAfter, settle }: DoubtsOptions<Answer>): Doubts<Answer> {
  let inARow = 0;
  let since = 0;
  let looking = false;
  let provenUntil = Number.NEGATIVE_INFINITY;
  let rounds = 0;
  const reasons = new WeakMap<QueuedMessage<Answer>, PlatformError>();

  let spent = false;

  const isProven = (): boolean => monotonicNow() < provenUntil;

  const clear = (): void => {
    inARow = 0;
    rounds = 0;
    looking = false;
  };

  /** One behind the other in growing strides: behind five hundred that are at fault there may be one that is not. */
  const farProbe = <T>(behind: readonly T[]): T[] => {
    const strides = Math.ceil(Math.log2(behind.length + 1)) + 1;
    const cycle = Math.floor(rounds / strides);
    const step = 2 ** (rounds % strides) - 1 + cycle;
    rounds++;
    return behind.slice(Math.min(step, behind.length - 1)).slice(0, 1);
  };

  const manyProbes = <T>(behind: readonly T[]): T[] => {
    const chosen = behind.slice(0, NEIGHBOURS);
    for (let place = NEIGHBOURS * 2 - 1; place < behind.length; place = place * 2 + 1) chosen.push(behind[place] as T);
    const newest = behind.at(-1);
    if (newest !== undefined && chosen.at(-1) !== newest) chosen.push(newest);
    return chosen;
  };

  return {
    note(error, { length }) {
      spent = false;
      if (inARow++ === 0) since = monotonicNow();
      if (!isProven()) looking = inARow >= DOUBTS && monotonicNow() - since >= DOUBT_TIME;
      else looking = inARow >= (length > 1 || isDoubtfulAnswer(error) ? 1 : BREAKS);
      return looking;
    },
    taken() {
      if (looking || spent) provenUntil = monotonicNow() + PROOF_TIME;
      spent = false;
      clear();
    },
    clear,
    isProven,
    disprove() {
      provenUntil = Number.NEGATIVE_INFINITY;
    },
    spendProof() {
      provenUntil = Number.NEGATIVE_INFINITY;
      spent = true;
      clear();
    },
    probes(messages, inDoubt) {
      const behind: QueuedMessage<Answer>[] = [];
      for (const message of messages)
        if (message.state === 'waiting' && message.retryAt === undefined && message !== inDoubt) behind.push(message);
      return isProven() ? manyProbes(behind) : farProbe(behind);
    },
    stepAside(message, error) {
      if (giveUpAfter > 0 && message.doubts >= giveUpAfter) return settle([message], (fate) => fate.failed(error));
      reasons.set(message, error);
      const bounds = { base: backoff.max, max: Math.max(backoff.max, ASIDE_MAX) };
      message.retryAt = monotonicNow() + Math.max(backoff.base, backoffDelay(message.steps++, bounds));
    },
    encourage(messages) {
      for (const message of messages) {
        if (message.retryAt === undefined || message.state !== 'waiting') continue;
        message.retryAt = Math.min(message.retryAt, monotonicNow());
        return;
      }
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
