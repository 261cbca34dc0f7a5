import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { destinationFolder, destinationWords } from './destination';
import { countKept, type DiskLog, type DiskLogOptions, type LogEntry, openDiskLog } from './disk-log';
import { PlatformError } from './errors';
import { isObject } from './json';

/** What becomes of messages that were kept for another destination. */
export type OtherDestination = 'hold' | 'send' | 'discard';

export interface KeptMessagesOptions extends Omit<DiskLogOptions, 'folder'> {
  /** The folder of the node; what is kept for each destination stands in a folder of its own in it. */
  root: string;
  /** Where messages go (`destinationKey`). */
  destination: string;
  /** Type and id of the node, for whoever finds the folder. */
  node: { type: string; id: string };
  otherDestination: OtherDestination;
  /** New messages are kept too; otherwise the folder is touched only when it holds something. */
  keepNew: boolean;
  /** Messages were kept for another destination: how many, for which, and what has been done with them. */
  onOthers(error: PlatformError): void;
}

/** Written into each folder: what it belongs to. */
interface Label {
  farfield: 'outbox';
  type: string;
  id: string;
  destination: string;
}

const LABEL = 'destination.json';

/** The messages that a node has kept for its destination, and what it kept for others before. */
export function openKeptMessages(options: KeptMessagesOptions): DiskLog {
  const { root, destination, node, keepNew } = options;
  const name = destinationFolder(destination);
  const folder = join(root, name);
  const log = openDiskLog({ ...options, folder });
  let inUse = keepNew;

  const begin = async (): Promise<void> => {
    inUse = true;
    const label: Label = { farfield: 'outbox', ...node, destination };
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, LABEL), JSON.stringify(label));
    await log.load();
  };

  const handleOthers = async (): Promise<void> => {
    for (const other of await otherFolders(root, name)) {
      const count = await countKept(other);
      if (count === 0) continue;
      const words = `${count} messages were kept for ${destinationWords((await labelOf(other))?.destination ?? other)}`;
      if (options.otherDestination === 'hold') {
        options.onOthers(
          elsewhere(
            `${words}: they wait until the account points there again, or until "otherDestination" says send or discard`,
          ),
        );
        continue;
      }
      if (options.otherDestination === 'send' && !inUse) await begin();
      await empty(other, options.otherDestination === 'send' ? log : undefined);
      const done =
        options.otherDestination === 'send' ? 'they go to the present destination now' : 'they were discarded';
      options.onOthers(elsewhere(`${words}: ${done}`));
    }
  };

  /** Moves messages to another log, or nowhere. */
  const empty = async (from: string, to: DiskLog | undefined): Promise<void> => {
    const other = openDiskLog({ ...options, folder: from });
    try {
      for (const entry of await other.load()) {
        if (to) await to.append({ ...(await other.read(entry)), at: entry.at });
        other.remove([entry]);
      }
    } finally {
      await other.close();
    }
  };

  const load = async (): Promise<LogEntry[]> => {
    try {
      if (keepNew || (await countKept(folder)) > 0) await begin();
      await handleOthers();
    } catch (thrown) {
      if (thrown instanceof PlatformError) throw thrown;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw new PlatformError('STORAGE', `cannot keep messages in ${folder}: ${reason}`, { cause: thrown });
    }
    return inUse ? log.load() : [];
  };
  let loading: Promise<unknown> = Promise.resolve();

  return {
    load() {
      const result = load();
      loading = result.catch(() => undefined);
      return result;
    },
    append: log.append,
    read: log.read,
    remove: (entries) => {
      if (inUse) log.remove(entries);
    },
    async close() {
      await log.close();
      // What it has begun meanwhile ends by itself, since the log is closed.
      await loading;
    },
  };
}

function elsewhere(words: string): PlatformError {
  return new PlatformError('OTHER_DESTINATION', words);
}

/** Folders of other destinations of the same node. */
async function otherFolders(root: string, own: string): Promise<string[]> {
  const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== own).map((name) => join(root, name));
}

async function labelOf(folder: string): Promise<Label | undefined> {
  try {
    const label: unknown = JSON.parse(await readFile(join(folder, LABEL), 'utf8'));
    return isObject(label) && label.farfield === 'outbox' ? (label as unknown as Label) : undefined;
  } catch {
    // Only words are missing then.
    return undefined;
  }
}

/** What is kept below `<userDir>/farfield/outbox` by nodes of these types that are not there any more. */
export async function orphanedMessages(
  outboxes: string,
  isThere: (id: string) => boolean,
  types: readonly string[],
): Promise<{ folder: string; type: string; count: number }[]> {
  const nodes = await readdir(outboxes).catch(() => [] as string[]);
  const found = [];
  for (const node of nodes) {
    for (const folder of await otherFolders(join(outboxes, node), '').catch(() => [] as string[])) {
      const label = await labelOf(folder);
      if (!label || !types.includes(label.type) || isThere(label.id)) continue;
      const count = await countKept(folder);
      if (count > 0) found.push({ folder, type: label.type, count });
    }
  }
  return found;
}
