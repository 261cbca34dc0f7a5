import { PlatformError } from '../errors';

/**
 * Parses JSON from a platform. The error names `what` and the position, never the text itself:
 * the message of `JSON.parse` quotes its input, which may hold a device secret.
 *
 * @throws PlatformError INVALID_RESPONSE
 */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof SyntaxError ? error.message : '';
    // At the very end only: before it the message may quote the text, digits included.
    const position = /at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message)?.[1];
    const where = position === undefined ? `after ${text.length} characters` : `at character ${position}`;
    throw new PlatformError('INVALID_RESPONSE', `${what} is not valid JSON (${where})`);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The digits of a number member of the outermost object, as they stand in `text`: JSON.parse rounds
 * integers beyond 2^53. `text` must have been parsed already, so that it is known to be valid JSON.
 *
 * @returns undefined when the outermost object has no such member, or it is not a number
 */
export function numberText(text: string, member: string): string | undefined {
  const key = JSON.stringify(member);
  return lastMember(text, key) ?? scanMembers(text, key);
}

/**
 * The usual place is the very end: `…,"offset":77773267795971}`. Read from there backwards, without a regular expression:
 * this runs for every event of a stream.
 */
function lastMember(text: string, key: string): string | undefined {
  let at = beforeBlanks(text, text.length - 1);
  if (text.charCodeAt(at) !== CLOSE_BRACE) return undefined;
  const end = beforeBlanks(text, at - 1) + 1;
  at = end - 1;
  while (isNumberPart(text.charCodeAt(at))) at--;
  const start = at + 1;
  at = beforeBlanks(text, at);
  if (start === end || text.charCodeAt(at) !== COLON) return undefined;
  const keyStart = beforeBlanks(text, at - 1) - key.length + 1;
  if (keyStart < 1 || !text.startsWith(key, keyStart)) return undefined;
  // A backslash here would make the first quote of the key part of a longer one.
  const before = text.charCodeAt(beforeBlanks(text, keyStart - 1));
  return before === COMMA || before === OPEN_BRACE ? text.slice(start, end) : undefined;
}

/** Index of the last character up to `at` that is not white space. */
function beforeBlanks(text: string, at: number): number {
  let index = at;
  while (isBlank(text.charCodeAt(index))) index--;
  return index;
}

/** A digit or one of `+ - . E e`. */
function isNumberPart(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46 || code === 69 || code === 101;
}

/** Walks over the outermost object, strings and nested values skipped. */
function scanMembers(text: string, key: string): string | undefined {
  let depth = 0;
  let found: string | undefined;
  const token = /["{}[\]]/g;
  const value = /\s*:\s*(-?\d[\d.eE+-]*)?/y;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '{' || match[0] === '[') depth++;
    else if (match[0] === '}' || match[0] === ']') depth--;
    else {
      token.lastIndex = endOfString(text, match.index);
      if (depth !== 1 || !isKey(text.slice(match.index, token.lastIndex), key)) continue;
      value.lastIndex = token.lastIndex;
      const member = value.exec(text);
      // Without a colon it is a value of that name; of several members the last one counts.
      if (member) found = member[1];
    }
  }
  return found;
}

/** No regular expression: `"(?:[^"\\]|\\.)*"` runs out of stack on a text of some million characters. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** The key as JSON.stringify writes it, or spelt with escapes. */
function isKey(piece: string, key: string): boolean {
  if (!piece.includes('\\')) return piece === key;
  return piece.length <= key.length * 6 && JSON.stringify(JSON.parse(piece)) === key;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}
