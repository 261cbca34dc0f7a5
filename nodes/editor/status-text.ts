/** undefined for a key that no catalogue has. */
type LookUp = (key: string) => string | undefined;

/**
 * A status in the reader's language. The editor looks up the text of a status as a whole, and one with a detail stands in
 * no catalogue. Here the parts between commas are looked up, each by the places of its numbers (`only # of # sensors`) or
 * by the words it begins with (`queued 50`). What no catalogue knows stays as it is, and so does what a platform said,
 * behind the colon.
 */
export function statusText(text: string, lookUp: LookUp): string {
  const end = text.indexOf(': ');
  const [ours, said] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end)];
  return ours
    .split(', ')
    .map((part) => partText(part, lookUp))
    .join(', ')
    .concat(said);
}

function partText(part: string, lookUp: LookUp): string {
  const numbers = part.match(/\d+/g) ?? [];
  const pattern = numbers.length > 0 ? lookUp(part.replace(/\d+/g, '#')) : undefined;
  if (pattern !== undefined) return pattern.replace(/#/g, () => numbers.shift() ?? '');
  const words = part.split(' ');
  for (let count = words.length; count > 0; count--) {
    const known = lookUp(words.slice(0, count).join(' '));
    if (known !== undefined) return [known, ...words.slice(count)].join(' ');
  }
  return part;
}
