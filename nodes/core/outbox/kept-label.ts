import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../values/json';

/** Written into each folder of kept messages, for people and for whoever looks after the folders: what it belongs to. */
export interface KeptLabel {
  farfield: 'outbox';
  /** Type and id of the node. */
  type: string;
  id: string;
  /** Where its messages go (`destinationKey`). */
  destination: string;
}

const LABEL = 'destination.json';

/** Whole at every moment, and not touched when it is right: a full disk must not cost the one that is there. */
export async function writeLabel(folder: string, label: KeptLabel): Promise<void> {
  const path = join(folder, LABEL);
  const text = JSON.stringify(label);
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  await writeFile(`${path}.tmp`, text, { flush: true });
  await rename(`${path}.tmp`, path);
}

/** undefined: there is none, or it cannot be read. Only words are missing then. */
export async function readLabel(folder: string): Promise<KeptLabel | undefined> {
  try {
    const label: unknown = JSON.parse(await readFile(join(folder, LABEL), 'utf8'));
    return isObject(label) && label.farfield === 'outbox' ? (label as unknown as KeptLabel) : undefined;
  } catch {
    return undefined;
  }
}

/** Folders in that of a node, one for each destination (`destinationFolder`); none where there is no such folder. */
export async function destinationFolders(root: string): Promise<string[]> {
  const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /^[0-9a-f]{16}$/.test(name)).map((name) => join(root, name));
}
