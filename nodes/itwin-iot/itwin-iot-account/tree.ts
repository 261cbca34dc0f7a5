import type { PickItem } from '../../core/node-red/account-type';

/** An entity in a hierarchy. */
export interface Branch {
  id: string;
  name: string;
  parent: string | undefined;
}

/**
 * A pick list whose last level can be picked; those above are headings, and left out where nothing is below them. What
 * has no known parent stands at the top, after the rest.
 */
export function treeOf(levels: readonly (readonly Branch[])[]): PickItem[] {
  const [top = [], ...below] = levels.map(sorted);
  const known = new Set(top.map(({ id }) => id));
  const roots = top.flatMap((branch) => itemsOf(branch, below, 0));
  const orphans: PickItem[] = [];
  below.forEach((level, index) => {
    const lost = level.filter(({ parent }) => parent === undefined || !known.has(parent));
    orphans.push(...lost.flatMap((branch) => itemsOf(branch, below.slice(index + 1), 0)));
    for (const { id } of level) known.add(id);
  });
  return [...roots, ...orphans];
}

function itemsOf(branch: Branch, below: readonly (readonly Branch[])[], depth: number): PickItem[] {
  const { id, name } = branch;
  if (below.length === 0) return [{ value: id, label: name, ...(depth > 0 && { depth }) }];
  // A sensor may hang on a connection without a device between.
  const children = below.flatMap((level, index) =>
    level.filter(({ parent }) => parent === id).flatMap((child) => itemsOf(child, below.slice(index + 1), depth + 1)),
  );
  if (children.length === 0) return [];
  return [{ value: id, label: name, heading: true, ...(depth > 0 && { depth }) }, ...children];
}

function sorted(level: readonly Branch[]): Branch[] {
  return [...level].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}
