/**
 * What a value is, for an error: `a number (45)`, `a text of 5 characters`, `an object with "RH", "T"`. Of texts only the
 * length: they may be anything, a key too.
 */
export function described(value: unknown): string {
  if (value === undefined) return 'not there';
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `a number (${value})`;
  if (typeof value === 'string') return value === '' ? 'an empty text' : `a text of ${value.length} characters`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `binary data of ${value.byteLength} bytes`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  return objectWords(Object.keys(value));
}

/** Names of members that are shown, and characters of each. */
const MOST = 3;
const LONGEST = 30;

function objectWords(names: readonly string[]): string {
  if (names.length === 0) return 'an empty object';
  const shown = names
    .slice(0, MOST)
    .map((name) => JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name));
  return `an object with ${shown.join(', ')}${names.length > MOST ? ', …' : ''}`;
}
