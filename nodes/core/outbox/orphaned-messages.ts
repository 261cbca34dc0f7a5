import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { countKept } from '../storage/disk-log';
import { reasonOf } from '../storage/storage-error';
import { destinationFolders, type KeptLabel, readLabel } from './kept-label';

/** Messages in a folder whose node is not there any more. */
export interface OrphanedMessages {
  folder: string;
  /** Of the node; undefined: nothing says so any more. */
  type: string | undefined;
  /** undefined: the folder cannot be read. */
  count: number | undefined;
  /** Why it cannot be read. */
  reason?: string;
}

/**
 * What is kept below `<userDir>/farfield/outbox` by nodes of these types that are not there any more, and by nodes of
 * which nothing says what they were.
 *
 * @param isThere is asked for the id of a node, or for the name of its folder where its id is not known
 */
export async function orphanedMessages(
  outboxes: string,
  isThere: (idOrName: string) => boolean,
  types: readonly string[],
): Promise<OrphanedMessages[]> {
  const found: OrphanedMessages[] = [];
  for (const node of await readdir(outboxes).catch(() => [] as string[])) {
    const folders = await destinationFolders(join(outboxes, node)).catch(() => [] as string[]);
    const labels = await Promise.all(folders.map(readLabel));
    // One of them is enough to know the node.
    const label = labels.find((each) => each !== undefined);
    if (isThere(label?.id ?? node) || (label && !types.includes(label.type))) continue;
    for (const folder of folders) found.push(...(await lookInto(folder, label)));
  }
  return found;
}

/** One folder that makes trouble must not hide the others. */
async function lookInto(folder: string, label: KeptLabel | undefined): Promise<OrphanedMessages[]> {
  try {
    const count = await countKept(folder);
    return count > 0 ? [{ folder, type: label?.type, count }] : [];
  } catch (error) {
    return [{ folder, type: label?.type, count: undefined, reason: reasonOf(error) }];
  }
}
