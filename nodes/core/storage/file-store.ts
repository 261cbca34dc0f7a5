import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlatformError } from '../errors';
import type { ValueStore } from './cursor-store';
import { storageError } from './storage-error';

/**
 * A JSON file that is whole at every moment: written beside its place and renamed. What `isOurs` does not know as
 * written by us is neither replaced nor removed: it is set aside under another name.
 *
 * @throws PlatformError STORAGE naming the file; DAMAGED from `load` when it is not JSON (set aside by then)
 */
export function createFileStore(path: string, isOurs: (value: unknown) => boolean = () => true): ValueStore {
  const failed = (verb: string, cause: unknown): PlatformError => storageError(`cannot ${verb} ${path}`, cause);
  /** Nothing of anybody else's stands in its place. */
  let clear = false;

  const read = async (): Promise<string | undefined> => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw failed('read', error);
    }
  };

  const setAside = async (): Promise<string> => {
    const stamp = new Date().toISOString().replace(/[:.]/g, '-');
    const aside = `${path.replace(/\.json$/, '')}.damaged-${stamp}-${process.pid}.json`;
    try {
      await rename(path, aside);
    } catch (error) {
      throw failed('set aside', error);
    }
    return aside;
  };

  const isForeign = (text: string): boolean => {
    try {
      return !isOurs(JSON.parse(text));
    } catch {
      return true;
    }
  };

  const makeRoom = async (): Promise<void> => {
    if (clear) return;
    const text = await read();
    if (text !== undefined && isForeign(text)) await setAside();
    clear = true;
  };

  return {
    async load() {
      const text = await read();
      if (text === undefined) return undefined;
      try {
        return JSON.parse(text);
      } catch {
        throw new PlatformError('DAMAGED', `${path} is damaged (not JSON); it is kept as ${await setAside()}`);
      }
    },
    async save(value) {
      await makeRoom();
      try {
        await mkdir(dirname(path), { recursive: true });
        const file = await open(`${path}.tmp`, 'w');
        try {
          await file.writeFile(JSON.stringify(value));
          // Or after a power failure the new name may stand for a file whose bytes never came to the disk.
          await file.datasync();
        } finally {
          await file.close();
        }
        await rename(`${path}.tmp`, path);
      } catch (error) {
        throw failed('write', error);
      }
    },
    async clear() {
      const text = await read();
      if (text === undefined || isForeign(text)) return;
      try {
        await rm(path, { force: true });
      } catch (error) {
        throw failed('remove', error);
      }
    },
    setAside,
  };
}
