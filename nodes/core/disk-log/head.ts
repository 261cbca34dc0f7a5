import { type FileHandle, open } from 'node:fs/promises';
import { isObject } from '../json';
import { checkOf } from './line';

/** What has been dealt with: every number up to `upTo`, and those of `done`, each from one number to another. */
export interface Head {
  upTo: number;
  done: readonly (readonly [from: number, to: number])[];
  /** The highest number given so far. */
  last: number;
}

export const NOTHING_DONE: Head = { upTo: 0, done: [], last: 0 };

const SLOT = 4096;

/** Ranges that surely fit into a slot; messages of those that do not come again after a restart. */
const MOST_RANGES = 100;

/**
 * The file that says what has been dealt with. Two slots of a fixed size are written in turn, in place: room for them is
 * taken once, so that a full disk is no obstacle, and one of them is whole at every moment.
 */
export interface HeadFile {
  /** undefined: there is none; damaged: neither slot can be read. */
  read(): Promise<Head | 'damaged' | undefined>;
  /** Takes the room that it needs. */
  reserve(): Promise<void>;
  write(head: Head): Promise<void>;
  close(): Promise<void>;
}

export function createHeadFile(path: string): HeadFile {
  let file: FileHandle | undefined;
  let generation = 0;

  const openFile = async (flags: string): Promise<FileHandle> => {
    file ??= await open(path, flags);
    return file;
  };

  const write = async (head: Head): Promise<void> => {
    const target = await openFile('r+');
    const next = generation + 1;
    const text = JSON.stringify({ generation: next, ...head, done: head.done.slice(0, MOST_RANGES) });
    const slot = `${checkOf(text)} ${text}`.padEnd(SLOT - 1);
    await target.write(`${slot}\n`, (next % 2) * SLOT);
    await target.datasync();
    generation = next;
  };

  return {
    async read() {
      const target = await openFile('r+').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      if (!target) return undefined;
      const { buffer, bytesRead } = await target.read(Buffer.alloc(2 * SLOT), 0, 2 * SLOT, 0);
      const slots = [buffer.subarray(0, Math.min(SLOT, bytesRead)), buffer.subarray(SLOT, bytesRead)].map(parseSlot);
      const [newest] = slots.filter((slot) => slot !== undefined).sort((a, b) => b.generation - a.generation);
      if (!newest) return 'damaged';
      generation = newest.generation;
      return newest.head;
    },
    async reserve() {
      const target = await openFile('w+');
      await target.write(' '.repeat(2 * SLOT), 0);
      // Both slots hold something from the beginning: blank ones would count as damaged.
      await write(NOTHING_DONE);
    },
    write,
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}

function parseSlot(slot: Buffer): { generation: number; head: Head } | undefined {
  const text = slot.toString('utf8').trimEnd();
  const json = text.slice(9);
  if (text.slice(0, 8) !== checkOf(json)) return undefined;
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) return undefined;
  const { generation, upTo, done, last } = value;
  return { generation: Number(generation), head: { upTo, done, last } as Head };
}
