import { HttpError } from './http-answer';

/**
 * Reads JSON Lines: one JSON value a line, blank lines ignored, each value turned into what is wanted by `check`.
 * All or nothing: the first bad line is refused with 400 and named by its number, from 1.
 */
export function parseJsonLines<T>(text: string, check: (value: unknown) => T): T[] {
  const values: T[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    values.push(parseLine(line, index + 1, check));
  }
  if (values.length === 0) throw new HttpError(400, 'at least one line is needed');
  return values;
}

function parseLine<T>(line: string, number: number, check: (value: unknown) => T): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new HttpError(400, `line ${number}: not JSON: ${(error as Error).message}`);
  }
  try {
    return check(value);
  } catch (error) {
    if (error instanceof HttpError) throw new HttpError(error.status, `line ${number}: ${error.message}`);
    throw error;
  }
}
