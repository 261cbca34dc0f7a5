import type { PlatformError } from '../../errors';

/** What memory holds of a kept message: its records stay on disk. */
export interface LogEntry {
  /** Running number; never used twice. */
  readonly seq: number;
  /** When it was put in, Unix milliseconds by the clock of that moment. */
  readonly at: number;
  /** Observations in it. */
  readonly count: number;
  /** Of its records, as UTF-8. */
  readonly bytes: number;
}

/** A message as it stands on disk. */
export interface StoredItem {
  /** Its observations, each one JSON text. */
  readonly records: readonly string[];
  /** Small texts to give back later: `_msgid`, `topic`. */
  readonly note?: Readonly<Record<string, string>> | undefined;
}

/** Messages on disk, in the order in which they came. */
export interface DiskLog {
  /**
   * Takes the folder, once its former owner in this process has let go of it, and finds what was kept, in order. To be
   * called first; after a rejection it may be called again.
   *
   * @throws PlatformError STORAGE, also when another process has the folder
   */
  load(): Promise<LogEntry[]>;
  /**
   * Resolves when the item is safely on disk (fdatasync). Items that come while one sync runs share the next.
   *
   * @throws PlatformError STORAGE when it could not be written; then it is not kept
   */
  append(item: StoredItem & { readonly at: number }): Promise<LogEntry>;
  /** @throws PlatformError DAMAGED when it no longer reads or is gone, STORAGE when the disk makes trouble */
  read(entry: LogEntry): Promise<StoredItem>;
  /** These have been dealt with, in any order. What cannot be noted on disk now is noted later, at the latest at the close. */
  remove(entries: readonly LogEntry[]): void;
  /** Resolves when everything asked for is done and the folder is free for its next owner. */
  close(): Promise<void>;
}

export interface DiskLogOptions {
  folder: string;
  /**
   * Something is damaged or is not given by the disk, or the folder was removed while it was open: what, how many
   * messages, and where they are. The same is told once.
   */
  onDamaged(error: PlatformError): void;
  /** To note what has been dealt with fails; undefined: works again. Called once each. */
  onTrouble(error: PlatformError | undefined): void;
}
