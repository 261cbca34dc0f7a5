/** A line of a pick list. In a tree the branches stand before their leaves. */
export interface PickItem {
  value: string;
  /** Empty when the platform has no name for it. */
  label: string;
  /** Steps below the top of a tree. */
  depth: number;
  /** A branch that cannot be picked itself. */
  heading: boolean;
}

/** A line that is shown. */
export interface Line {
  item: PickItem;
  /** False for a branch that is there only for what is below it. */
  found: boolean;
}

/** The lines that hold the words, and the branches above them. A heading that holds them brings all that is below it. */
export function search(items: readonly PickItem[], words: string): Line[] {
  const wanted = words.trim().toLowerCase();
  const lines: Line[] = [];
  /** The branches above the present item that are not shown yet. */
  let above: PickItem[] = [];
  let foundHeading: PickItem | undefined;
  for (const item of items) {
    above = above.filter(({ depth }) => depth < item.depth);
    if (foundHeading && foundHeading.depth >= item.depth) foundHeading = undefined;
    const found = foundHeading !== undefined || `${item.label}\n${item.value}`.toLowerCase().includes(wanted);
    if (!found) {
      above.push(item);
      continue;
    }
    lines.push(...above.map((branch) => ({ item: branch, found: false })), { item, found });
    above = [];
    if (item.heading) foundHeading ??= item;
  }
  return lines;
}
