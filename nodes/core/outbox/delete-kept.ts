import { rm } from 'node:fs/promises';
import { openDiskLog } from '../storage/disk-log';
import { reasonOf, storageError } from '../storage/storage-error';
import { destinationFolders } from './kept-label';

/**
 * Deletes what a node has kept, for whichever destination, when the node itself has been deleted and has let go of it.
 * A folder that cannot be taken, because another process holds it or the disk makes trouble, stays.
 *
 * @param root the folder of the node
 * @param tell gets the number of messages before they go
 * @throws PlatformError STORAGE naming the folders that stay
 */
export async function deleteKept(root: string, tell: (count: number) => void): Promise<void> {
  const gone: string[] = [];
  const stay: string[] = [];
  let count = 0;
  for (const folder of await destinationFolders(root)) {
    try {
      count += await countOwn(folder);
      gone.push(folder);
    } catch (thrown) {
      stay.push(`${folder} (${reasonOf(thrown)})`);
    }
  }
  if (count > 0) tell(count);
  for (const folder of gone) {
    await rm(folder, { recursive: true, force: true }).catch((thrown) => stay.push(`${folder} (${reasonOf(thrown)})`));
  }
  if (stay.length > 0) throw storageError('what a deleted node had kept stays', new Error(stay.join(', ')));
  await rm(root, { recursive: true, force: true });
}

/** How many are kept in a folder that nobody else holds. */
async function countOwn(folder: string): Promise<number> {
  // Damage is told to those who could still send; here all goes.
  const log = openDiskLog({ folder, onDamaged: () => undefined, onTrouble: () => undefined });
  try {
    return (await log.load()).length;
  } finally {
    await log.close();
  }
}
