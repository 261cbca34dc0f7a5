import type { PlatformError } from '../errors';
import { monotonicNow } from '../timing';
import type { Asides } from './asides';
import type { QueuedMessage } from './message';
import type { OutboxQueue } from './queue';
import { isDoubtfulAnswer } from './verdict';

export interface DoubtsOptions<Answer> {
  asides: Pick<Asides<Answer>, 'add'>;
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
  /** One of those was not taken either. It is not tried again as long as there are others. */
  suspect(message: QueuedMessage<Answer>, error: PlatformError): void;
  /** It is tried again later, alone, or given up. */
  stepAside(message: QueuedMessage<Answer>, error: PlatformError): void;
  /** All that were suspected of late. */
  suspectsStepAside(): void;
}

/** So many doubtful answers, over so many milliseconds, before anything steps aside. */
const DOUBTS = 5;
const DOUBT_TIME = 30_000;

/** Milliseconds for which it is taken for granted that the platform works. */
const PROOF_TIME = 300_000;

/** With proof: connections that break are common enough to look more than once. */
const BREAKS = 3;

/** With proof: so many are tried one after the other, which keeps the order, and so many from anywhere behind them. */
const NEIGHBOURS = 8;
const FAR = 8;

/** Without: one more each time up to so many, since a platform that is down must not be asked without end. */
const FEW = 4;

export function createDoubts<Answer>({ asides, giveUpAfter, settle }: DoubtsOptions<Answer>): Doubts<Answer> {
  let inARow = 0;
  let since = 0;
  let looking = false;
  let provenUntil = Number.NEGATIVE_INFINITY;
  let rounds = 0;
  let suspects = new Map<QueuedMessage<Answer>, { error: PlatformError; at: number }>();
  let spent = false;

  const isProven = (): boolean => monotonicNow() < provenUntil;

  const clear = (): void => {
    inARow = 0;
    rounds = 0;
    looking = false;
    suspects = new Map();
  };

  const stepAside = (message: QueuedMessage<Answer>, error: PlatformError): void => {
    // What was no answer says too little to lose a message for.
    const isGivenUp = giveUpAfter > 0 && message.doubts >= giveUpAfter && isDoubtfulAnswer(error);
    if (isGivenUp) settle([message], (fate) => fate.failed(error));
    else asides.add(message, error);
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
      let fresh = behind.filter((message) => !suspects.has(message));
      if (fresh.length === 0) {
        suspects = new Map();
        fresh = behind;
      }
      if (isProven()) return [...fresh.slice(0, NEIGHBOURS), ...spread(fresh.slice(NEIGHBOURS), FAR)];
      return spread(fresh, Math.min(++rounds, FEW));
    },
    suspect: (message, error) => void suspects.set(message, { error, at: monotonicNow() }),
    stepAside,
    suspectsStepAside() {
      const since = monotonicNow() - PROOF_TIME;
      for (const [message, { error, at }] of suspects)
        if (message.state === 'waiting' && at >= since) stepAside(message, error);
    },
  };
}

/** So many of a list, from the first to the last at even distances: behind five hundred at fault is one that is not. */
function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  if (count === 1) return list.slice(0, 1);
  return Array.from({ length: count }, (_, n) => list[Math.round((n * (list.length - 1)) / (count - 1))] as T);
}
