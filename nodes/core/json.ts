import { PlatformError } from './errors';

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
    const position = error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined;
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

/** The usual place is the very end: `…,"offset":77773267795971}`. Then no walk over the text is needed. */
function lastMember(text: string, key: string): string | undefined {
  const at = text.lastIndexOf(key);
  if (at <= 0) return undefined;
  const before = text.charCodeAt(at - 1);
  const startsMember = before === COMMA || before === OPEN_BRACE || isBlank(before);
  const match = startsMember ? /^\s*:\s*(-?\d[\d.eE+-]*)\s*\}\s*$/.exec(text.slice(at + key.length)) : null;
  return match?.[1];
}

/** Walks over the outermost object, strings and nested values skipped. */
function scanMembers(text: string, key: string): string | undefined {
  let depth = 0;
  let found: string | undefined;
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const piece = match[0];
    if (piece === '{' || piece === '[') depth++;
    else if (piece === '}' || piece === ']') depth--;
    else if (depth === 1 && piece === key) {
      const value = /^\s*:\s*(-?\d[\d.eE+-]*)/.exec(text.slice(token.lastIndex, token.lastIndex + 64));
      if (value) found = value[1];
    }
  }
  return found;
}

const COMMA = 44;
const OPEN_BRACE = 123;

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}
