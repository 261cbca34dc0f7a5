import { createHash } from 'node:crypto';

/** Letters in small only: there are file systems that do not tell `A` from `a`. No dot at either end. */
const PLAIN = /^[0-9a-z](?:[0-9a-z_.-]{0,78}[0-9a-z])?$/;

/** Names that Windows keeps for itself, with whatever behind a dot, and those made below. */
const TAKEN = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)|^id-/;

/**
 * The name under which something of a node is kept on disk. An id comes from a flow file and may be anything, `../..`
 * included: one that is a plain name stands for itself, every other becomes a hash, so that no two share a name and
 * none leads out of the folder.
 */
export function storedName(id: string): string {
  if (PLAIN.test(id) && !TAKEN.test(id)) return id;
  return `id-${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
}
