import { backoffDelay, FIRST_WAIT } from '../../backoff';
import { startTimer } from '../../timing';
import type { OpenFolder } from './folder';
import type { Positions } from './positions';
import type { PlacedEntry } from './segments';

/** Milliseconds from one note of what has been dealt with to the next. */
const NOTE_PAUSE = 50;

/** Longest wait until a note that failed is tried again, in milliseconds. */
const NOTE_RETRY_MAX = 30_000;

export interface NotesOptions {
  positions: Positions;
  /** The folder, taken anew if it has to be. */
  ready(): Promise<OpenFolder>;
  /** One file operation after the other. */
  inTurn(work: () => Promise<void>): void;
  /** To note fails; undefined: works again. Called once each. */
  onTrouble(thrown: unknown): void;
}

/** Notes on disk what has been dealt with, soon but not each time. */
export interface Notes {
  /** Dealt with, which is not noted on disk. A file goes only after that: or its messages would seem to be missing. */
  readonly pending: readonly PlacedEntry[];
  /** What the note on disk knows: the highest number, -1 when it has to be made anew; and what it does not know yet. */
  begin(notedLast: number, pending?: readonly PlacedEntry[]): void;
  add(places: readonly PlacedEntry[]): void;
  /** Notes what is left, once. */
  finish(): Promise<void>;
}

export function createNotes({ positions, ready, inTurn, onTrouble }: NotesOptions): Notes {
  let pending: PlacedEntry[] = [];
  let notedLast = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let closing = false;

  const isDue = (): boolean => pending.length > 0 || notedLast < 0 || (closing && positions.last > notedLast);

  const note = async (): Promise<void> => {
    let done: PlacedEntry[] = [];
    try {
      const { head, segments } = await ready();
      // What is dealt with while this is being written is not in it.
      done = pending;
      pending = [];
      const { last } = positions;
      await head.write(positions.head());
      notedLast = last;
      await segments.drop(done);
      if (failures > 0) onTrouble(undefined);
      failures = 0;
    } catch (error) {
      pending = [...done, ...pending];
      if (failures++ === 0) onTrouble(error);
    }
  };

  const noteLater = (): void => {
    if (closing) return;
    const retry = failures && backoffDelay(failures, { base: FIRST_WAIT, max: NOTE_RETRY_MAX });
    timer ??= startTimer(
      () =>
        inTurn(async () => {
          timer = undefined;
          if (isDue()) await note();
          if (isDue()) noteLater();
        }),
      Math.max(NOTE_PAUSE, retry),
    );
  };

  return {
    get pending() {
      return pending;
    },
    begin(last, left = []) {
      notedLast = last;
      pending = [...left];
      if (isDue()) noteLater();
    },
    add(places) {
      for (const place of places) pending.push(place);
      noteLater();
    },
    async finish() {
      closing = true;
      clearTimeout(timer);
      const before = failures;
      while (isDue() && failures === before) await note();
    },
  };
}
