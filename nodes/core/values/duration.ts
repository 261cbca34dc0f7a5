const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** A duration for people, in its two largest units: `12 min`, `3 h 5 min`, `45 s`. Minutes have no seconds. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  const shown = UNITS.slice(first, first === 2 ? 3 : first + 2);
  let rest = seconds;
  const words = shown.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? '' : `${count} ${unit}`;
  });
  return words.filter((word) => word !== '').join(' ');
}
