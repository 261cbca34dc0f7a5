/** Numbers from one to another, both included. Lists of ranges are in order and do not overlap. */
export type Range = readonly [from: number, to: number];

export function isWithin(ranges: readonly Range[], number: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const [from, to] = ranges[middle] as Range;
    if (number < from) high = middle;
    else if (number > to) low = middle + 1;
    else return true;
  }
  return false;
}

/** Numbers, in any order, as ranges. */
export function rangesOf(numbers: readonly number[]): Range[] {
  const ranges: [number, number][] = [];
  // Sorted by value, and without an object for each: there may be many thousands.
  for (const number of Float64Array.from(numbers).sort()) {
    const before = ranges.at(-1);
    if (before && number <= before[1] + 1) before[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

export function union(some: readonly Range[], others: readonly Range[]): Range[] {
  const ranges: [number, number][] = [];
  for (const [from, to] of [...some, ...others].sort((a, b) => a[0] - b[0])) {
    const before = ranges.at(-1);
    if (before && from <= before[1] + 1) before[1] = Math.max(before[1], to);
    else ranges.push([from, to]);
  }
  return ranges;
}

/** What is left of ranges without others. */
export function without(ranges: readonly Range[], others: readonly Range[]): Range[] {
  const left: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    let start = from;
    while (next < others.length && (others[next] as Range)[1] < start) next++;
    for (let index = next; index < others.length && start <= to; index++) {
      const [otherFrom, otherTo] = others[index] as Range;
      if (otherFrom > to) break;
      if (otherFrom > start) left.push([start, otherFrom - 1]);
      start = Math.max(start, otherTo + 1);
    }
    if (start <= to) left.push([start, to]);
  }
  return left;
}
