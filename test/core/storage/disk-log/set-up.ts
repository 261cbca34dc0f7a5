import { cp, mkdir, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
import type { PlatformError } from '../../../../nodes/core/errors';
import { type DiskLog, type LogEntry, openDiskLog } from '../../../../nodes/core/storage/disk-log';

/** A log in a folder of its own, and the ways to look at it from outside. */
export interface DiskLogSetUp {
  readonly parent: string;
  readonly folder: string;
  /** What was told of damage, and of trouble (`works` when that is over). */
  damaged: PlatformError[];
  troubles: string[];
  /** A log on the folder, loaded; closed after the test. */
  opened(folder?: string): Promise<DiskLog>;
  /** Appends messages of one record each, one after the other. */
  write(log: DiskLog, ...records: string[]): Promise<LogEntry[]>;
  /** What a process would find that starts after this one has been killed here: the records, in order. */
  afterKill(): Promise<string[]>;
  /** The records of a log, in order. */
  recordsOf(log: DiskLog): Promise<string[]>;
  /** Paths of the files of messages. */
  segments(): Promise<string[]>;
  /** The object that all file handles share, to make one of its methods fail. */
  handles(): Promise<FileHandle>;
}

export type FileHandle = Awaited<ReturnType<typeof open>>;

export const full = (): Error => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

/** To be called in a `describe`. */
export function setUpDiskLog(): DiskLogSetUp {
  let parent: string;
  let images = 0;
  let logs: DiskLog[];
  const damaged: PlatformError[] = [];
  const troubles: string[] = [];

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'farfield-log-'));
    logs = [];
    damaged.length = 0;
    troubles.length = 0;
  });
  afterEach(async () => {
    sinon.restore();
    await Promise.all(logs.map((log) => log.close()));
    await rm(parent, { recursive: true, force: true });
  });

  const folder = (): string => join(parent, 'outbox', 'node-1');

  const opened = async (at = folder()): Promise<DiskLog> => {
    const log = openDiskLog({
      folder: at,
      onDamaged: (error) => damaged.push(error),
      onTrouble: (error) => troubles.push(error?.code ?? 'works'),
    });
    logs.push(log);
    await log.load();
    return log;
  };

  const recordsOf = async (log: DiskLog): Promise<string[]> => {
    const items = [];
    for (const entry of await log.load()) items.push(await log.read(entry));
    return items.flatMap(({ records }) => records);
  };

  return {
    get parent() {
      return parent;
    },
    get folder() {
      return folder();
    },
    damaged,
    troubles,
    opened,
    async write(log, ...records) {
      const entries = [];
      for (const record of records) entries.push(await log.append({ at: 1_750_000_000_000, records: [record] }));
      return entries;
    },
    async afterKill() {
      const image = join(parent, `image-${++images}`);
      await mkdir(image);
      // A socket is nothing but its process.
      await cp(folder(), image, { recursive: true, filter: (path) => !path.endsWith('.sock') });
      return recordsOf(await opened(image));
    },
    recordsOf,
    segments: async () =>
      (await readdir(folder()))
        .filter((name) => name.endsWith('.log'))
        .sort()
        .map((name) => join(folder(), name)),
    async handles() {
      const handle = await open(join(parent, 'probe'), 'w');
      await handle.close();
      return Object.getPrototypeOf(handle);
    },
  };
}

/** Texts `"0"`, `"1"`, … */
export function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, n) => JSON.stringify(String(from + n)));
}
