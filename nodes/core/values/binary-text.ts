// Without Buffer: the dialogs use this too.

/**
 * A binary value as Base64. Hexadecimal digits (with or without separators) are told from Base64 by their number:
 * n bytes are 2n digits, but about 4n/3 characters.
 *
 * @returns undefined unless it is exactly `length` bytes
 */
export function toBase64(value: unknown, length: number): string | undefined {
  const bytes =
    value instanceof Uint8Array ? String.fromCharCode(...value.subarray(0, length + 1)) : bytesOf(value, length);
  return bytes?.length === length ? btoa(bytes) : undefined;
}

/** The bytes of a Base64 text as a string of characters 0 to 255; undefined when it is not Base64. */
export function fromBase64(text: string): string | undefined {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
}

function bytesOf(value: unknown, length: number): string | undefined {
  // With separators, hexadecimal digits are three characters a byte.
  if (typeof value !== 'string' || value.length > length * 4 + 100) return undefined;
  const digits = value.replace(/[\s:-]/g, '');
  if (digits.length !== length * 2 || !/^[0-9a-f]+$/i.test(digits)) return fromBase64(value.trim());
  const pairs = digits.match(/../g) ?? [];
  return String.fromCharCode(...pairs.map((pair) => Number.parseInt(pair, 16)));
}
