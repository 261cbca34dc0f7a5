import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlatformError, toPlatformError } from './errors';
import { isObject } from './json';
import { sleep } from './timing';

/** Where a stream stands: for each topic the offset (or time) of the last event handed to the flow. */
export type Cursor = Record<string, string>;

/** Keeps one JSON value over restarts. `load` gives undefined when there is none. */
export interface ValueStore {
  load(): Promise<unknown>;
  save(value: unknown): Promise<void>;
  /** Forgets the value. */
  clear(): Promise<void>;
}

/**
 * A JSON file that is whole at every moment: written beside its place and renamed.
 *
 * @throws PlatformError STORAGE from `load` and `save`, naming the file
 */
export function createFileStore(path: string): ValueStore {
  const failed = (verb: string, cause: unknown): PlatformError => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new PlatformError('STORAGE', `cannot ${verb} ${path}: ${reason}`, { cause });
  };
  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw failed('read', error);
      }
      try {
        return JSON.parse(text);
      } catch {
        throw failed('read', new Error('it is damaged (not JSON)'));
      }
    },
    async save(value) {
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(`${path}.tmp`, JSON.stringify(value));
        await rename(`${path}.tmp`, path);
      } catch (error) {
        throw failed('write', error);
      }
    },
    async clear() {
      try {
        await rm(path, { force: true });
      } catch (error) {
        throw failed('remove', error);
      }
    },
  };
}

export interface CursorKeeperOptions {
  store: ValueStore;
  /** What the cursor belongs to (server, namespace, stream); a stored cursor of anything else is ignored. */
  scope: string;
  /** Called once when writing begins to fail, and again only after it worked in between. */
  onError(error: PlatformError): void;
}

export interface CursorKeeper {
  load(): Promise<Cursor>;
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

export function createCursorKeeper({ store, scope, onError }: CursorKeeperOptions): CursorKeeper {
  let latest: Cursor | undefined;
  let writing: Promise<void> | undefined;
  let failing = false;
  const closing = new AbortController();

  const save = async (cursor: Cursor): Promise<void> => {
    try {
      await store.save({ scope, cursor });
      failing = false;
    } catch (thrown) {
      if (!failing) onError(toPlatformError(thrown));
      failing = true;
    }
  };

  const writeUntilQuiet = async (): Promise<void> => {
    while (latest !== undefined) {
      const snapshot = { ...latest };
      latest = undefined;
      await sleep(SETTLE, closing.signal);
      await save(snapshot);
      if (!closing.signal.aborted) await sleep(PAUSE, closing.signal);
    }
    writing = undefined;
  };

  return {
    async load() {
      const value = await store.load();
      if (!isObject(value) || value.scope !== scope || !isObject(value.cursor)) return {};
      return Object.fromEntries(
        Object.entries(value.cursor).filter(([, offset]) => typeof offset === 'string'),
      ) as Cursor;
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
