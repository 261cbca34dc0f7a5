import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundSegment } from './scan';

/**
 * Puts what is damaged into a file of its own and leaves in the segment only what can be read, so that it is reported
 * once. The segment's entries then stand at other places.
 *
 * @returns the name of the file
 */
export async function setAside(folder: string, segment: FoundSegment): Promise<string> {
  const name = `damaged-${segment.name.replace(/\.log$/, '')}.txt`;
  const file = await open(join(folder, name), 'a');
  try {
    await file.appendFile(Buffer.concat(segment.damaged.flatMap((piece) => [piece, Buffer.from('\n')])));
    await file.datasync();
  } finally {
    await file.close();
  }
  const path = join(folder, segment.name);
  const data = await readFile(path);
  const lines = segment.entries.map(({ offset, length }) => data.subarray(offset, offset + length));
  await writeFile(`${path}.tmp`, Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])), { flush: true });
  await rename(`${path}.tmp`, path);
  let offset = 0;
  for (const entry of segment.entries) {
    entry.offset = offset;
    offset += entry.length + 1;
  }
  segment.size = offset;
  return name;
}
