import { nextTurn } from './timing';

export interface InboxOptions<Item> {
  take(item: Item): void;
  /** The sender is to wait: stop reading its socket. */
  pause(): void;
  resume(): void;
}

export interface Inbox<Item> {
  push(item: Item): void;
  /** Leaves out what has not been taken yet. */
  close(): void;
}

/** Items handed on in one turn of the event loop; each `node.send` queues work that runs before the next turn. */
const PER_TURN = 64;

/**
 * Between a socket that delivers as fast as it can and a flow that has other things to do. An item is taken at once
 * while the flow keeps up; a burst is taken in slices, and the sender waits meanwhile.
 */
export function createInbox<Item>({ take, pause, resume }: InboxOptions<Item>): Inbox<Item> {
  let waiting: Item[] = [];
  let takenThisTurn = 0;
  let draining = false;
  let closed = false;

  const drain = async (): Promise<void> => {
    let paused = false;
    do {
      await nextTurn();
      takenThisTurn = 0;
      if (waiting.length > PER_TURN && !paused) {
        paused = true;
        pause();
      }
      const slice = waiting.slice(0, PER_TURN);
      waiting = waiting.slice(PER_TURN);
      takenThisTurn = slice.length;
      for (const item of slice) if (!closed) take(item);
    } while (waiting.length > 0 && !closed);
    draining = false;
    takenThisTurn = 0;
    if (paused && !closed) resume();
  };

  return {
    push(item) {
      if (closed) return;
      if (waiting.length === 0 && takenThisTurn < PER_TURN) {
        takenThisTurn++;
        take(item);
      } else waiting.push(item);
      if (draining) return;
      draining = true;
      void drain();
    },
    close() {
      closed = true;
      waiting = [];
    },
  };
}
