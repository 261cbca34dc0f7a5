/** Decimal digits, blanks around them apart; nothing that JavaScript would read as a number besides: `1e3`, `0x10`. */
const DECIMAL = /^-?\d{1,16}$/;

const HEXADECIMAL = /^0x[0-9a-f]{1,8}$/i;

/** No number is longer. */
const LONGEST = 64;

/**
 * @param address hexadecimal too, with `0x` in front; no leading zeros without it
 * @returns undefined for what is no whole number
 */
export function integerOf(value: unknown, address = false): number | undefined {
  const number = typeof value === 'string' ? numberOfText(value, address) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

function numberOfText(value: string, address: boolean): number | undefined {
  if (value.length > LONGEST) return undefined;
  const text = value.trim();
  if (address && HEXADECIMAL.test(text)) return Number(text);
  return DECIMAL.test(text) && !(address && hasLeadingZero(text)) ? Number(text) : undefined;
}

/** Decimal digits with or without fraction and exponent. */
export function decimalOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > LONGEST) return undefined;
  const text = value.trim();
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** Why a text is no address, where it may be one to the reader. */
export function addressProblem(value: unknown): string | undefined {
  const text = typeof value === 'string' && value.length <= LONGEST ? value.trim() : '';
  if (!/^[0-9a-f]{1,8}$/i.test(text)) return undefined;
  if (!/^\d+$/.test(text)) return `hexadecimal is written with "0x" in front: 0x${text}`;
  return hasLeadingZero(text)
    ? `it could be read as decimal (${Number(text)}) or hexadecimal (0x${text}): write one of these`
    : undefined;
}

function hasLeadingZero(text: string): boolean {
  return text.length > 1 && text.startsWith('0');
}
