import { PlatformError } from '../core/errors';
import { isObject } from '../core/values/json';

/**
 * A map of offsets by topic, as people and messages give it.
 *
 * @throws PlatformError INVALID_PARAMETER unless every offset is a text, or a number that JavaScript holds exactly
 */
export function offsetsOf(value: unknown): Record<string, string> {
  if (value === undefined || value === null || value === '') return {};
  if (!isObject(value)) throw new PlatformError('INVALID_PARAMETER', '"offsets" must be an object {topic: offset}');
  return Object.fromEntries(
    Object.entries(value).map(([topic, offset]) => {
      if (typeof offset === 'string' && offset !== '') return [topic, offset];
      if (Number.isSafeInteger(offset)) return [topic, String(offset)];
      throw new PlatformError(
        'INVALID_PARAMETER',
        `the offset of "${topic}" in "offsets" must be a text, digit for digit`,
      );
    }),
  );
}

/** Why a value is no map of offsets, or undefined. */
export function offsetsProblem(value: unknown): string | undefined {
  try {
    offsetsOf(value);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
