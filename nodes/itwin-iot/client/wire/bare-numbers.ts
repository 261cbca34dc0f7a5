/** In place of a number that JSON cannot write, while it is parsed. */
const MARK = '\uE000';

/** What JavaScript and Python write where JSON has no word. */
const BARE: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/**
 * Parses what would be JSON if it did not hold a bare `NaN` or `Infinity`, so that the answer still finds whom it is for.
 *
 * @returns undefined when that is not what is wrong with it
 */
export function parseBareNumbers(text: string): unknown {
  const token = /"|-?\b(?:NaN|Infinity)\b/g;
  const pieces: string[] = [];
  let start = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '"') {
      token.lastIndex = endOfString(text, match.index);
      continue;
    }
    pieces.push(text.slice(start, match.index), JSON.stringify(MARK + match[0]));
    start = token.lastIndex;
  }
  if (start === 0) return undefined;
  try {
    return JSON.parse(pieces.join('') + text.slice(start), (_, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARK) ? (BARE[value.slice(1)] ?? value) : value,
    );
  } catch {
    return undefined;
  }
}

/** True for NaN and Infinity, and for what holds one. */
export function holdsBareNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsBareNumber);
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
