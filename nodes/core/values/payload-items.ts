import { PlatformError } from '../errors';
import { described } from './described';
import { isObject } from './json';

/** One object of a payload. */
export interface PayloadItem {
  item: Record<string, unknown>;
  /** Its place in a list, for error messages: ` (item 2 of 3)`; empty when there is no other. */
  where: string;
}

/**
 * The objects of a payload: the payload itself, or those of the list that it is.
 *
 * @param kinds what the payload may be: `a reading, a list of them or a SenML pack`
 * @param example the simplest of them, as JSON
 * @throws PlatformError INVALID_PARAMETER
 */
export function itemsOf(payload: unknown, kinds: string, example: string): PayloadItem[] {
  const items: unknown[] = Array.isArray(payload) ? payload : [payload];
  if (items.length === 0)
    throw new PlatformError('INVALID_PARAMETER', 'the payload is an empty list: there is nothing to send');
  return items.map((item, index) => {
    const where = items.length > 1 ? ` (item ${index + 1} of ${items.length})` : '';
    // The bytes of a Buffer look like the members of an object.
    if (!isObject(item) || ArrayBuffer.isView(item))
      throw new PlatformError(
        'INVALID_PARAMETER',
        `the payload${where} is ${described(item)}; wanted e.g. ${example}: the payload must be ${kinds}${where}`,
      );
    return { item, where };
  });
}
