import { join } from 'node:path';
import { createHeadFile, type HeadFile } from './head';
import { type Ownership, takeFolder } from './owner';
import { HEAD, type Scan, scanFolder } from './scan';
import { createSegments, type Segments, syncFolder } from './segments';

/** What a log has while it has its folder. */
export interface OpenFolder {
  owner: Ownership;
  head: HeadFile;
  segments: Segments;
}

/**
 * Takes the folder, made if need be, and looks at what is in it. Until `use` has resolved it is not the caller's: should
 * that fail, the folder is free again.
 */
export async function openFolder(
  folder: string,
  use: (opened: OpenFolder, scan: Scan) => Promise<void>,
): Promise<OpenFolder> {
  const owner = await takeFolder(folder);
  const opened: OpenFolder = { owner, head: createHeadFile(join(folder, HEAD)), segments: createSegments(folder) };
  try {
    const scan = await scanFolder(folder);
    if (!scan) throw new Error('the folder has been removed');
    if ((await opened.head.read()) === undefined || scan.headLost) await opened.head.reserve();
    await syncFolder(folder);
    await use(opened, scan);
    return opened;
  } catch (error) {
    await letGo(opened).catch(() => undefined);
    throw error;
  }
}

export async function letGo({ segments, head, owner }: OpenFolder): Promise<void> {
  try {
    await segments.close();
    await head.close();
  } finally {
    await owner.release();
  }
}
