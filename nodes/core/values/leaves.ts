/** A value inside an object, and the keys that lead to it. */
export interface Leaf {
  keys: readonly string[];
  value: unknown;
}

/** The values of an object, however deep. null, NaN and Infinity, which no reading can be, are left out. */
export function leavesOf(values: object, above: readonly string[] = []): Leaf[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (!isValue(value)) return [];
    const keys = [...above, key];
    return typeof value === 'object' ? leavesOf(value, keys) : [{ keys, value }];
  });
}

/** Neither null nor a number that JSON cannot write. */
export function isValue(value: unknown): boolean {
  return value !== null && value !== undefined && (typeof value !== 'number' || Number.isFinite(value));
}
