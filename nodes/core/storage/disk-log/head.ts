import { type FileHandle, open } from 'node:fs/promises';
import { isObject } from '../../values/json';
import { checkOf } from '../checksum';
import { isWithin, type Range, without } from './ranges';
import { isBadSector } from './read-file';

/** What has been dealt with: every number up to `upTo`, and those of `done`. */
export interface Head {
  upTo: number;
  done: readonly Range[];
  /** The highest number given so far. */
  last: number;
  /** There was no room for all ranges: of numbers behind them nothing is known. */
  cut?: boolean;
}

export const NOTHING_DONE: Head = { upTo: 0, done: [], last: 0 };

/** Everything up to `last` has been dealt with, but for these. */
export function allBut(open: readonly Range[], last: number): Head {
  const done = last > 0 ? without([[1, last]], open) : [];
  const [first] = done;
  return first?.[0] === 1 ? { upTo: first[1], done: done.slice(1), last } : { upTo: 0, done, last };
}

export function isDone({ upTo, done }: Head, seq: number): boolean {
  return seq <= upTo || isWithin(done, seq);
}

const SLOT = 4096;

/** Ranges that surely fit into a slot. */
const FEW_RANGES = 100;

/** Where longer heads begin, and how long one may be: some ten thousand ranges. */
const FAR = 2 * SLOT;
const FAR_SLOT = 1024 * 1024;

const SLOTS = [
  [0, SLOT],
  [SLOT, SLOT],
  [FAR, FAR_SLOT],
  [FAR + FAR_SLOT, FAR_SLOT],
] as const;

/**
 * The file that says what has been dealt with. Two slots of a fixed size are written in turn, in place: room for them is
 * taken once, so that a full disk is no obstacle, and one of them is whole at every moment. A head with more ranges than
 * a slot holds (many messages that wait among others that went) stands far behind it instead, where the disk has room.
 */
export interface HeadFile {
  /** undefined: there is none; damaged: none of the slots can be read. */
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

  const writeNear = async (target: FileHandle, head: Head, next: number): Promise<boolean> => {
    const line = encode(head, next);
    if (line.length >= SLOT) return false;
    await writeAll(target, `${line.padEnd(SLOT - 1)}\n`, (next % 2) * SLOT);
    return true;
  };

  const writeFar = async (target: FileHandle, head: Head, next: number): Promise<boolean> => {
    const line = encode(head, next);
    if (line.length >= FAR_SLOT) return false;
    return writeAll(target, `${line}\n`, FAR + (next % 2) * FAR_SLOT).then(
      () => true,
      // Most of what has been dealt with is noted all the same.
      () => false,
    );
  };

  const write = async (head: Head): Promise<void> => {
    const target = await openFile('r+');
    const next = generation + 1;
    const whole = (await writeNear(target, head, next)) || (await writeFar(target, head, next));
    if (!whole) await writeNear(target, { ...head, done: head.done.slice(0, FEW_RANGES), cut: true }, next);
    await target.datasync();
    generation = next;
  };

  return {
    async read() {
      const target = await openFile('r+').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      if (!target) return undefined;
      const { texts, badSector } = await readSlots(target);
      const [newest] = texts
        .map(parseSlot)
        .filter((slot) => slot !== undefined)
        .sort((a, b) => b.generation - a.generation);
      // A disk that gives nothing at all has gone away rather than lost both.
      if (!newest && badSector) throw badSector;
      if (!newest) return 'damaged';
      generation = newest.generation;
      return newest.head;
    },
    async reserve() {
      const target = await openFile('w+');
      // A long head of before must not be newer than those to come.
      await target.truncate(FAR);
      await target.write(' '.repeat(FAR), 0);
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

interface Slot {
  generation: number;
  head: Head;
}

function encode(head: Head, generation: number): string {
  const text = JSON.stringify({ generation, ...head });
  return `${checkOf(text)} ${text}`;
}

async function writeAll(file: FileHandle, text: string, offset: number): Promise<void> {
  const { bytesWritten } = await file.write(text, offset);
  // All of it is ASCII.
  if (bytesWritten < text.length) throw new Error('only a part of it could be written');
}

/** Of the slots that the disk gives; `badSector` says why there may be fewer. */
async function readSlots(file: FileHandle): Promise<{ texts: string[]; badSector?: unknown }> {
  const texts: string[] = [];
  let badSector: unknown;
  const { size } = await file.stat();
  for (const [offset, length] of SLOTS) {
    if (offset >= size) continue;
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      texts.push(buffer.toString('latin1', 0, bytesRead));
    } catch (error) {
      if (!isBadSector(error)) throw error;
      badSector = error;
    }
  }
  return { texts, badSector };
}

function parseSlot(slot: string): Slot | undefined {
  const [line = ''] = slot.split('\n', 1);
  const text = line.trimEnd();
  const json = text.slice(9);
  // A line of messages, which may have come here by a mistake, has a checksum too.
  if (!json.startsWith('{"generation":') || text.slice(0, 8) !== checkOf(json)) return undefined;
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) return undefined;
  const { generation, upTo, done, last, cut } = value;
  return { generation: Number(generation), head: { upTo, done, last, ...(cut === true && { cut }) } as Head };
}
