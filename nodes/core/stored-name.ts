import { createHash } from 'node:crypto';

/** Ids as Node-RED makes them: hexadecimal digits, in older flows with a dot, in subflows with a hyphen between two. */
const MADE_BY_NODE_RED = /^[0-9a-f]{4,32}(?:[.-][0-9a-f]{4,32}){0,3}$/;

/**
 * The name under which something of a node is kept on disk. An id comes from a flow file and may be anything, `../..`
 * included: one that Node-RED made stands for itself, every other becomes a hash, so that no two share a name and none
 * leads out of the folder, on file systems that do not tell `A` from `a` either.
 */
export function storedName(id: string): string {
  if (MADE_BY_NODE_RED.test(id)) return id;
  return `id-${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
}
