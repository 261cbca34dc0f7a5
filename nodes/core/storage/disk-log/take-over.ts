import { reasonOf } from '../storage-error';
import type { Range } from './ranges';
import { type FoundSegment, JUMP, type Scan } from './scan';
import type { PlacedEntry, Segments } from './segments';
import { setAside } from './set-aside';

/** What an earlier run, or another log in the same place, has left. */
export interface TakenOver {
  /** In order. */
  entries: PlacedEntry[];
  /** Numbers of what the disk does not give now: they have not been dealt with. */
  held: Range[];
  /** The highest number given so far, and those that what cannot be read may have. */
  last: number;
  /** The highest number that the head on disk knows; -1: it has to be made anew. */
  notedLast: number;
}

/** Tells what is damaged, sets it aside, and takes over the rest. `before` is the highest number given so far. */
export async function takeOver(
  folder: string,
  segments: Segments,
  scan: Scan,
  before: number,
  damaged: (words: string) => void,
): Promise<TakenOver> {
  const asides: string[] = [];
  const entries: PlacedEntry[] = [];
  for (const found of scan.segments) {
    if (found.unreadable !== undefined)
      damaged(`some in ${found.name} cannot be read for now and stay there: ${found.unreadable}`);
    else if (found.damaged.length > 0) asides.push(await setAsideOrLeave(folder, found));
    entries.push(...(await segments.adopt(found)));
  }
  if (scan.missing > 0)
    damaged(
      asides.length === 0
        ? `${scan.missing} are missing`
        : `${scan.missing} cannot be read or had not been acknowledged yet; they have been moved to ${asides.join(', ')}`,
    );
  if (scan.headLost) damaged(`the list of those already sent is lost, so ${entries.length} may be sent again`);
  // What cannot be read had a number too.
  const unsure = scan.missing > 0 || scan.headLost || scan.held.length > 0;
  const last = Math.max(before, scan.last) + (unsure ? JUMP : 0);
  return {
    entries: entries.sort((a, b) => a.seq - b.seq),
    held: scan.held.map(([from, to]) => [from, Math.min(to, last)]),
    last,
    notedLast: unsure ? -1 : scan.head.last,
  };
}

async function setAsideOrLeave(folder: string, found: FoundSegment): Promise<string> {
  try {
    const name = await setAside(folder, found);
    found.damaged = [];
    return name;
  } catch (error) {
    return `${found.name}, where they stay: ${reasonOf(error)}`;
  }
}
