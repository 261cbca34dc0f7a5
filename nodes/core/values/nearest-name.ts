/** The one of some names that was probably meant: spelt with other capitals, or with a letter or two wrong. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  if (given.length > 40) return undefined;
  const wanted = bare(given);
  const ranked = names.map((name) => ({ name, distance: distanceOf(wanted, bare(name)) }));
  ranked.sort((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best && best.distance <= Math.min(2, wanted.length / 2) ? best.name : undefined;
}

/** `; is "nwkAddr" meant?`, or nothing. */
export function meantWords(given: string, names: readonly string[]): string {
  const name = nearestName(given, names);
  return name === undefined ? '' : `; is "${name}" meant?`;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/** Letters to change, add or leave out (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const same = one[at - 1] === other[to - 1] ? 0 : 1;
      next.push(Math.min((row[to - 1] ?? 0) + same, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
