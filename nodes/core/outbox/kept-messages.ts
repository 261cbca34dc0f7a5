import { join } from 'node:path';
import { PlatformError } from '../errors';
import { destinationFolder, destinationWords } from '../storage/destination';
import {
  countKept,
  type DiskLog,
  type DiskLogOptions,
  type LogEntry,
  openDiskLog,
  type StoredItem,
} from '../storage/disk-log';
import { reasonOf, storageError } from '../storage/storage-error';
import { destinationFolders, readLabel, writeLabel } from './kept-label';

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
  /**
   * Messages were kept for another destination: how many, for which, and what has been done with them, or why nothing
   * can be done (STORAGE). Called once for each folder as long as that stays the same.
   */
  onOthers(error: PlatformError): void;
}

/** The messages that a node has kept for its destination, and what it kept for others before. */
export function openKeptMessages(options: KeptMessagesOptions): DiskLog {
  const { root, destination, node, keepNew, otherDestination } = options;
  const folder = join(root, destinationFolder(destination));
  const log = openDiskLog({ ...options, folder });
  let inUse = keepNew;
  let closed = false;
  /** What was said last of a folder: the next try mostly finds the same. */
  const told = new Map<string, string>();

  const tell = (other: string, error: PlatformError): void => {
    if (told.get(other) === error.message) return;
    told.set(other, error.message);
    options.onOthers(error);
  };

  const begin = async (): Promise<void> => {
    await log.load();
    inUse = true;
    // Without it the messages are as safe as with it.
    await writeLabel(folder, { farfield: 'outbox', ...node, destination }).catch(() => undefined);
  };

  const handleOthers = async (): Promise<void> => {
    for (const other of await destinationFolders(root)) {
      if (other === folder || closed) continue;
      try {
        await handle(other);
      } catch (thrown) {
        // Trouble with what was kept for others must not keep back what is for this destination.
        if (!closed) tell(other, unreachable(other, thrown));
      }
    }
  };

  const handle = async (other: string): Promise<void> => {
    const count = await countKept(other);
    if (count === 0) return;
    const place = destinationWords((await readLabel(other))?.destination ?? other);
    const say = (many: number, what: string): void =>
      tell(other, new PlatformError('OTHER_DESTINATION', `${many} messages were kept for ${place}: ${what}`));
    if (otherDestination === 'hold')
      return say(
        count,
        'they wait until the account points there again, or until "otherDestination" is set to send or discard',
      );
    if (otherDestination === 'send' && !inUse) await begin();
    await empty(other, otherDestination === 'send' ? log : undefined);
    // What the disk does not give now stays, which the log of that folder has told.
    const gone = count - (await countKept(other));
    if (gone > 0)
      say(gone, otherDestination === 'send' ? 'they are now sent to the new destination' : 'they were discarded');
  };

  /** Moves messages to another log, or nowhere. */
  const empty = async (from: string, to: DiskLog | undefined): Promise<void> => {
    const other = openDiskLog({ ...options, folder: from });
    try {
      for (const entry of await other.load()) {
        const item = to && (await readOrTell(other, entry));
        if (item) await to.append({ ...item, at: entry.at });
        other.remove([entry]);
      }
    } finally {
      await other.close();
    }
  };

  /** undefined: it is damaged, and told; the others can be moved all the same. */
  const readOrTell = async (from: DiskLog, entry: LogEntry): Promise<StoredItem | undefined> => {
    try {
      return await from.read(entry);
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'DAMAGED') throw error;
      options.onDamaged(error);
      return undefined;
    }
  };

  const load = async (): Promise<LogEntry[]> => {
    try {
      if (keepNew || (await countKept(folder)) > 0) await begin();
    } catch (thrown) {
      throw storageError(`cannot keep messages in ${folder}`, thrown);
    }
    await handleOthers().catch((thrown) => tell(root, storageError(`cannot look for messages in ${root}`, thrown)));
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
      closed = true;
      await log.close();
      // What it has begun meanwhile ends by itself, since the log is closed.
      await loading;
    },
  };
}

function unreachable(folder: string, cause: unknown): PlatformError {
  const words = `cannot read the messages kept in ${folder}; they stay there until the next start`;
  return new PlatformError('STORAGE', `${words}: ${reasonOf(cause)}`, { cause });
}
