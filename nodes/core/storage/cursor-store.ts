import { PlatformError, toPlatformError } from '../errors';
import { sleep } from '../timing';
import { isObject } from '../values/json';
import { checkOf } from './checksum';
import { destinationWords } from './destination';

/** Where a stream stands: for each topic the offset (or time) of the last event handed to the flow. */
export type Cursor = Record<string, string>;

/** Keeps one JSON value over restarts. `load` gives undefined when there is none. */
export interface ValueStore {
  load(): Promise<unknown>;
  save(value: unknown): Promise<void>;
  /** Forgets the value, if it is one of ours. */
  clear(): Promise<void>;
  /** Keeps what is damaged out of the way of the next `save`. @returns where it stands now */
  setAside?(): Promise<string>;
}

export interface CursorKeeperOptions {
  store: ValueStore;
  /** What the cursor belongs to, made with `destinationKey`: server, namespace, stream. */
  scope: string;
  /** Called once when writing begins to fail, and again only after it worked in between. */
  onError(error: PlatformError): void;
}

export interface LoadedCursor {
  /** undefined when there is none. One that is empty was written: there was nothing to stand at. */
  cursor?: Cursor;
  /** Why there is none although there was one: DAMAGED, OTHER_DESTINATION or STORAGE. */
  lost?: PlatformError;
}

export interface CursorKeeper {
  /** Never rejects: what is in the way stands in `lost`. */
  load(): Promise<LoadedCursor>;
  /** Forgets where the stream stood, so that it begins at the beginning. */
  forget(): Promise<void>;
  /** Notes where the stream stands now. `cursor` may go on changing: it is copied when its turn to be written comes. */
  touch(cursor: Cursor): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/**
 * A cursor is written this many milliseconds after it was copied: by then the flow has taken the messages it stands
 * for, so that a kill in between repeats messages but loses none.
 */
const SETTLE = 50;

/** From the end of one write to the next copy, in milliseconds. With the above: one write a second. */
const PAUSE = 950;

/** Says that a value is a cursor of ours. */
const MARK = 'cursor';

/** What is kept for a cursor; `check` tells a damaged one. */
interface KeptCursor {
  farfield: typeof MARK;
  scope: string;
  cursor: Cursor;
  check: string;
}

/** True for what `createCursorKeeper` writes, whatever has become of it since. */
export function isKeptCursor(value: unknown): boolean {
  return isObject(value) && value.farfield === MARK;
}

export function createCursorKeeper({ store, scope, onError }: CursorKeeperOptions): CursorKeeper {
  let latest: Cursor | undefined;
  let writing: Promise<void> | undefined;
  let failing = false;
  const closing = new AbortController();

  const save = async (cursor: Cursor): Promise<void> => {
    try {
      await store.save({ farfield: MARK, scope, cursor, check: checkOfCursor(scope, cursor) } satisfies KeptCursor);
      failing = false;
    } catch (thrown) {
      if (!failing) onError(toPlatformError(thrown));
      failing = true;
      // The disk may have room again in a second; what came meanwhile is newer.
      latest ??= cursor;
    }
  };

  const writeUntilQuiet = async (): Promise<void> => {
    while (latest !== undefined) {
      const snapshot = { ...latest };
      const last = closing.signal.aborted;
      latest = undefined;
      await sleep(SETTLE, closing.signal);
      await save(snapshot);
      // There is no later when the node has closed.
      if (last && failing) break;
      if (!closing.signal.aborted) await sleep(PAUSE, closing.signal);
    }
    writing = undefined;
  };

  const damaged = async (): Promise<PlatformError> => {
    const aside = await store.setAside?.();
    const where = aside === undefined ? '' : `; it is kept as ${aside}`;
    return new PlatformError('DAMAGED', `the saved position of the stream is damaged${where}`);
  };

  return {
    async load() {
      try {
        const value = await store.load();
        if (value === undefined || value === null) return {};
        if (!isWhole(value)) return { lost: await damaged() };
        if (value.scope !== scope) return { lost: elsewhere(value.scope, scope) };
        return { cursor: value.cursor };
      } catch (thrown) {
        return { lost: toPlatformError(thrown) };
      }
    },
    forget: () => store.clear(),
    touch(cursor) {
      latest = cursor;
      writing ??= writeUntilQuiet();
    },
    async close() {
      closing.abort();
      await writing;
    },
  };
}

function checkOfCursor(scope: string, cursor: Cursor): string {
  return checkOf(JSON.stringify([scope, cursor]));
}

function isWhole(value: unknown): value is KeptCursor {
  if (!isObject(value) || value.farfield !== MARK || typeof value.scope !== 'string' || !isObject(value.cursor))
    return false;
  // Offsets that are numbers may have been rounded.
  if (Object.values(value.cursor).some((offset) => typeof offset !== 'string')) return false;
  return value.check === checkOfCursor(value.scope, value.cursor as Cursor);
}

function elsewhere(kept: string, wanted: string): PlatformError {
  return new PlatformError(
    'OTHER_DESTINATION',
    `the saved position belongs to ${destinationWords(kept)}, not to ${destinationWords(wanted)}`,
  );
}
