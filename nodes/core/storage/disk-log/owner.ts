import { mkdir } from 'node:fs/promises';
import { guardFolder } from './guard';

/** A folder that is ours alone, in this process and among all others of this machine. */
export interface Ownership {
  /** False when somebody else has it by now, or the folder has been removed. */
  holds(): Promise<boolean>;
  release(): Promise<void>;
}

/** For each folder: fulfilled when its present owner in this process lets go of it. */
const owners = new Map<string, Promise<void>>();

/**
 * Takes a folder, made if need be. Waits for its owner in this process, however long that takes to close; those who wait
 * get it in the order in which they asked.
 *
 * @throws PlatformError STORAGE: another process has it
 */
export async function takeFolder(folder: string): Promise<Ownership> {
  const before = owners.get(folder);
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const turn = (before ?? Promise.resolve()).then(() => released);
  owners.set(folder, turn);
  const leave = (): void => {
    letGo();
    if (owners.get(folder) === turn) owners.delete(folder);
  };
  await before;
  try {
    await mkdir(folder, { recursive: true });
    const guard = await guardFolder(folder);
    return {
      holds: guard.holds,
      async release() {
        try {
          await guard.end();
        } finally {
          leave();
        }
      },
    };
  } catch (error) {
    leave();
    throw error;
  }
}
