import { PlatformError } from '../errors';

/** Members may lie so deep in each other; more is a circle or a mistake. */
const DEEPEST = 200;

/**
 * JSON that says what it was given: `JSON.stringify` writes null for NaN and `{}` for a Map without a word. Typed arrays
 * become arrays of numbers; `toJSON` is honoured; members that are undefined are left out.
 *
 * @param what the value's own name: what stands before the member's path in the error
 * @throws PlatformError INVALID_PARAMETER naming the member that JSON cannot say, never its value
 */
export function jsonText(value: unknown, what: string): string {
  try {
    return JSON.stringify(isPlain(value, 0) ? value : sayable(value, what, 0));
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause;
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new PlatformError('INVALID_PARAMETER', `${what} cannot be written as JSON: ${why}`, { cause });
  }
}

/** True for what `JSON.stringify` says as it is: nearly every value, so that no copy of it is made. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value !== 'object' || depth >= DEEPEST) return false;
  if (Array.isArray(value)) {
    for (const each of value) if (!isPlain(each, depth + 1)) return false;
    return true;
  }
  if (tagOf(value) !== 'Object' || 'toJSON' in value) return false;
  for (const each of Object.values(value)) if (each !== undefined && !isPlain(each, depth + 1)) return false;
  return true;
}

/** Objects of a function node are of another realm: `instanceof` does not know them. */
function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function sayable(value: unknown, path: string, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(path, String(value));
  if (typeof value !== 'object') return refuse(path, value === undefined ? 'undefined' : `a ${typeof value}`);
  if (depth >= DEEPEST) return refuse(path.slice(0, 40), `more than ${DEEPEST} levels deep, or circular`);
  if (Buffer.isBuffer(value)) return refuse(path, 'a Buffer: convert it to text or an array');
  const tag = tagOf(value);
  if (tag === 'Date' && Number.isNaN(Number(value))) return refuse(path, 'an invalid date');
  if (UNSAYABLE.has(tag)) return refuse(path, `of type ${tag}`);
  if (tag === 'Number' || tag === 'String' || tag === 'Boolean' || tag === 'BigInt')
    return sayable(value.valueOf(), path, depth + 1);
  if ('toJSON' in value && typeof value.toJSON === 'function') return sayable(value.toJSON(), path, depth + 1);
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    // Array.from: map would pass holes over.
    return Array.from(value as ArrayLike<unknown>, (each, index) => sayable(each, `${path}[${index}]`, depth + 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) =>
      each === undefined ? [] : [[name, sayable(each, `${path}.${name.slice(0, 100)}`, depth + 1)]],
    ),
  );
}

/** What JSON.stringify takes for an object without members. */
const UNSAYABLE = new Set([
  ...['Error', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'RegExp', 'Promise', 'Symbol'],
  ...['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Map Iterator', 'Set Iterator', 'Array Iterator', 'Generator'],
]);

function refuse(path: string, is: string): never {
  throw new PlatformError('INVALID_PARAMETER', `JSON cannot hold "${path}", which is ${is}`);
}
