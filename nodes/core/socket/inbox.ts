import { silently } from '../safely';
import { nextTurn } from '../timing';

export interface InboxOptions<Item> {
  take(item: Item): void;
  /** The sender is to wait: stop reading its socket. */
  pause(): void;
  resume(): void;
  /** The flow takes what came before, and the sender still waits: its silence is not its own. */
  onBusy?(): void;
}

export interface Inbox<Item> {
  push(item: Item): void;
  /** Leaves out what has not been taken yet. */
  close(): void;
}

/** Items handed on in one turn of the event loop; each `node.send` queues work that runs before the next turn. */
const PER_TURN = 64;

/** Milliseconds after which the rest waits for the next turn: an item may be a text with ten thousand points. */
const LONGEST_TURN = 8;

/**
 * Between a socket that delivers as fast as it can and a flow that has other things to do. An item is taken at once
 * while the flow keeps up; a burst is taken in slices, and the sender waits meanwhile.
 */
export function createInbox<Item>({ take, pause, resume, onBusy }: InboxOptions<Item>): Inbox<Item> {
  let waiting: Item[] = [];
  /** How many of those that waited have been taken. */
  let next = 0;
  let takenThisTurn = 0;
  let turnEnds = 0;
  let draining = false;
  let paused = false;
  let closed = false;
  // It runs beside a promise: a throw would leave the rest where it is for ever.
  const busy = silently(onBusy);

  const mayTake = (): boolean =>
    takenThisTurn === 0 || (takenThisTurn < PER_TURN && performance.now() < turnEnds && !closed);

  const takeNow = (item: Item): void => {
    if (takenThisTurn++ === 0) turnEnds = performance.now() + LONGEST_TURN;
    take(item);
  };

  const keep = (item: Item): void => {
    waiting.push(item);
    if (paused || waiting.length <= PER_TURN) return;
    paused = true;
    pause();
  };

  const forgetWaiting = (): void => {
    waiting = [];
    next = 0;
  };

  const drain = async (): Promise<void> => {
    do {
      await nextTurn();
      if (paused) busy();
      takenThisTurn = 0;
      while (next < waiting.length && mayTake()) takeNow(waiting[next++] as Item);
      if (next === waiting.length) forgetWaiting();
    } while (waiting.length > 0);
    draining = false;
    takenThisTurn = 0;
    if (!paused || closed) return;
    paused = false;
    resume();
  };

  return {
    push(item) {
      if (closed) return;
      if (waiting.length === 0 && mayTake()) takeNow(item);
      else keep(item);
      if (draining) return;
      draining = true;
      void drain();
    },
    close() {
      closed = true;
      forgetWaiting();
    },
  };
}
