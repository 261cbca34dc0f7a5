import type { PickItem } from '../../core/node-red/account-type';

/** An entity in a hierarchy. */
export interface Branch {
  id: string;
  name: string;
  parent: string | undefined;
}

/** Branches of one level by the id of their parent. */
type Level = ReadonlyMap<string | undefined, readonly Branch[]>;

/**
 * A pick list whose last level can be picked; those above are headings, and left out where nothing is below them. What
 * has no known parent stands at the top, after the rest. A project may have ten thousands of sensors.
 */
export function treeOf(levels: readonly (readonly Branch[])[]): PickItem[] {
  const [top = [], ...others] = levels.map(sorted);
  const below = others.map(byParent);
  const known = new Set(top.map(({ id }) => id));
  const roots = top.flatMap((branch) => itemsOf(branch, below, 0));
  const orphans: PickItem[] = [];
  others.forEach((level, index) => {
    const lost = level.filter(({ parent }) => parent === undefined || !known.has(parent));
    orphans.push(...lost.flatMap((branch) => itemsOf(branch, below.slice(index + 1), 0)));
    for (const { id } of level) known.add(id);
  });
  return [...roots, ...orphans];
}

function itemsOf({ id, name }: Branch, below: readonly Level[], depth: number): PickItem[] {
  const item: PickItem = { value: id, label: name, ...(depth > 0 && { depth }) };
  if (below.length === 0) return [item];
  // A sensor may hang on a connection without a device between.
  const children = below.flatMap((level, index) =>
    (level.get(id) ?? []).flatMap((child) => itemsOf(child, below.slice(index + 1), depth + 1)),
  );
  return children.length === 0 ? [] : [{ ...item, heading: true }, ...children];
}

function byParent(level: readonly Branch[]): Level {
  const branches = new Map<string | undefined, Branch[]>();
  for (const branch of level) {
    const siblings = branches.get(branch.parent);
    if (siblings) siblings.push(branch);
    else branches.set(branch.parent, [branch]);
  }
  return branches;
}

const { compare } = new Intl.Collator();

function sorted(level: readonly Branch[]): Branch[] {
  return [...level].sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
}
