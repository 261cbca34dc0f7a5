import { HttpError } from './http-answer';

/** One field of a JSON object: what it must be, in words, and a test for it. */
export interface Field<T> {
  /** Continues the sentence "… must be". */
  readonly expects: string;
  accepts(value: unknown): value is T;
}

/** The fields of a JSON object by name, in the order of the platform text's table. */
export type Shape = Record<string, Field<unknown>>;

type ValueOf<F> = F extends Field<infer T> ? T : never;
type OptionalKey<S extends Shape> = { [K in keyof S]: undefined extends ValueOf<S[K]> ? K : never }[keyof S];

/** The object a shape describes. */
export type ShapeOf<S extends Shape> = { [K in Exclude<keyof S, OptionalKey<S>>]: ValueOf<S[K]> } & {
  [K in OptionalKey<S>]?: ValueOf<S[K]>;
};

/** A field of which `test` decides; `expects` continues the sentence "… must be". */
export function field<T>(expects: string, test: (value: unknown) => boolean): Field<T> {
  return { expects, accepts: (value): value is T => test(value) };
}

/** The same field, but it may be left out. */
export function optional<T>(inner: Field<T>): Field<T | undefined> {
  return field(inner.expects, (value) => value === undefined || inner.accepts(value));
}

export const anyText = field<string>('a non-empty string', (value) => typeof value === 'string' && value !== '');
export const count = field<number>(
  'a whole number from 0',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value as the object the shape describes, fields in the shape's order and without those left out.
 * Throws 400 that names the field: wrong, missing, or unknown (a misspelt field must not pass unnoticed).
 */
export function checkObject<S extends Shape>(value: unknown, shape: S): ShapeOf<S> {
  if (!isObject(value)) throw new HttpError(400, 'a JSON object is expected');
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(shape, name)) throw new HttpError(400, `unknown field "${name}"`);
  }
  const checked: Record<string, unknown> = {};
  for (const [name, { expects, accepts }] of Object.entries(shape)) {
    const given = value[name];
    if (!accepts(given)) {
      throw new HttpError(400, given === undefined ? `"${name}" is required` : `"${name}" must be ${expects}`);
    }
    if (given !== undefined) checked[name] = given;
  }
  return checked as ShapeOf<S>;
}
