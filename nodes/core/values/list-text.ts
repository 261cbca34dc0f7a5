/**
 * A list of texts: an array, the JSON text of one, or one text with commas between. undefined when it is none of these.
 */
export function listOf(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.every(isName) ? value.map(String).filter((each) => each !== '') : undefined;
  if (!isName(value)) return undefined;
  const text = String(value).trim();
  if (text.startsWith('[')) return fromJson(text);
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function isName(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function fromJson(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? listOf(list) : undefined;
  } catch {
    // The caller says what it wanted.
    return undefined;
  }
}
