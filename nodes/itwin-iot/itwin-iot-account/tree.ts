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
  const children = below.map(byParent);
  const known = new Set(top.map(({ id }) => id));
  const roots = top.flatMap((branch) => itemsOf(branch, children, 0));
  const orphans: PickItem[] = [];
  below.forEach((level, index) => {
    const lost = level.filter(({ parent }) => parent === undefined || !known.has(parent));
    orphans.push(...lost.flatMap((branch) => itemsOf(branch, children.slice(index + 1), 0)));
    for (const { id } of level) known.add(id);
  });
  return [...roots, ...orphans];
}

/** Branches of one level by the id of what they hang on. */
type Children = ReadonlyMap<string | undefined, readonly Branch[]>;

function byParent(level: readonly Branch[]): Children {
  const children = new Map<string | undefined, Branch[]>();
  for (const branch of level) {
    const siblings = children.get(branch.parent);
    if (siblings) siblings.push(branch);
    else children.set(branch.parent, [branch]);
  }
  return children;
}

function itemsOf({ id, name }: Branch, below: readonly Children[], depth: number): PickItem[] {
  if (below.length === 0) return [{ value: id, label: name, ...(depth > 0 && { depth }) }];
  // A sensor may hang on a connection without a device between.
  const items = below.flatMap((level, index) =>
    (level.get(id) ?? []).flatMap((child) => itemsOf(child, below.slice(index + 1), depth + 1)),
  );
  if (items.length === 0) return [];
  return [{ value: id, label: name, heading: true, ...(depth > 0 && { depth }) }, ...items];
}

function sorted(level: readonly Branch[]): Branch[] {
  return [...level].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}
