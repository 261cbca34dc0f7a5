import { type FileHandle, open, readFile } from 'node:fs/promises';
import { systemCode } from '../storage-error';

/** Smallest piece that a disk fails to read. */
const SECTOR = 4096;

/** With more bad ones a file is not read piece by piece: each may take a disk many seconds. */
const MOST_BAD = 16;

/** A disk says of a sector that it cannot read it; it says the same of everything when it is gone. */
export function isBadSector(thrown: unknown): boolean {
  return systemCode(thrown) === 'EIO';
}

/** A whole file, with zeros where the disk has bad sectors; `trouble` says why then. */
export async function readWhole(path: string): Promise<{ data: Buffer; trouble?: unknown }> {
  try {
    return { data: await readFile(path) };
  } catch (error) {
    if (!isBadSector(error)) throw error;
    return { data: await withFile(path, (file) => readSectors(file)), trouble: error };
  }
}

/** Shorter where the file ends before. */
export function readPiece(path: string, offset: number, length: number): Promise<Buffer> {
  return withFile(path, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  });
}

async function readSectors(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  const data = Buffer.alloc(size);
  let bad = 0;
  for (let offset = 0; offset < size; offset += SECTOR) {
    try {
      await file.read(data, offset, Math.min(SECTOR, size - offset), offset);
    } catch (error) {
      if (!isBadSector(error) || ++bad > MOST_BAD) throw error;
    }
  }
  return data;
}

async function withFile<Result>(path: string, use: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await open(path, 'r');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
