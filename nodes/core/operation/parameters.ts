import { PlatformError } from '../errors';
import { toBase64 } from '../values/binary-text';
import { addressProblem, decimalOf, integerOf } from '../values/integer-text';
import { isoTime, timeProblem } from '../values/iso-time';
import { isObject } from '../values/json';
import { listOf } from '../values/list-text';
import { type Operation, type Parameter, takesPayload, type Values } from './operation';

/** Where values come from, strongest first. */
export interface ParameterSources {
  /** Set in the dialog. */
  dialog: Values;
  /** `msg.params`. */
  message: unknown;
  /** `msg.payload`; looked at only for operations that have a body. */
  payload: unknown;
  /** Settings of node and account by name, for parameters that name one. */
  settings?: Values;
}

/**
 * The values of an operation's parameters, checked and in the form the platform wants.
 * An empty value counts as not given.
 *
 * @throws PlatformError INVALID_PARAMETER naming the parameter
 */
export function resolveParameters(operation: Operation, sources: ParameterSources): Values {
  const values: Values = {};
  for (const parameter of operation.params) {
    const given = lookUp(parameter, operation, sources);
    const value = given === undefined ? undefined : checkParameter(parameter, given, operation.id);
    if (value !== undefined) values[parameter.name] = value;
  }
  for (const parameter of operation.params) {
    if (values[parameter.name] !== undefined) continue;
    const derived = parameter.derive?.(values);
    if (derived !== undefined) values[parameter.name] = checkParameter(parameter, derived, operation.id);
    else if (parameter.required) throw missing(parameter, operation);
  }
  const wrong = operation.check?.(values);
  if (wrong === undefined) return values;
  throw new PlatformError('INVALID_PARAMETER', `${operation.id}: ${wrong}`, { operation: operation.id });
}

function lookUp(parameter: Parameter, operation: Operation, sources: ParameterSources): unknown {
  const { setting } = parameter;
  return (
    named(parameter, sources) ??
    fromPayload(parameter, operation, sources) ??
    (setting === undefined ? undefined : member(sources.settings, setting))
  );
}

/** What dialog or `msg.params` give a parameter by its name. */
function named({ name }: Parameter, { dialog, message }: ParameterSources): unknown {
  return member(dialog, name) ?? member(message, name);
}

function fromPayload(parameter: Parameter, operation: Operation, sources: ParameterSources): unknown {
  const { params } = operation;
  const { payload } = sources;
  if (!takesPayload(operation)) return undefined;
  if (Array.isArray(payload)) return parameter === params.find(wantsArray(payload)) ? payload : undefined;
  const given = member(payload, parameter.name);
  if (given !== undefined || !parameter.whole || parameter.type !== 'any' || !isObject(payload)) return given;
  // A member that is called like a parameter with a value is one of the body.
  const isRequest = params.some((each) => each.name in payload && named(each, sources) === undefined);
  return isRequest ? undefined : payload;
}

/**
 * Finds the parameter of an operation that a payload which is an array stands for: never one that settings fill in.
 * Objects are no list of texts: they are rather what the node before has answered.
 */
function wantsArray(payload: readonly unknown[]): (parameter: Parameter) => boolean {
  const isList = listOf(payload) !== undefined;
  return ({ in: place, type, whole, setting }) =>
    (place === 'body' || place === 'rpc') &&
    setting === undefined &&
    (type === 'array' || (type === 'list' && isList) || (type === 'any' && whole === true));
}

/** An own member: a Buffer, say, inherits a `filter`. */
function member(source: unknown, name: string): unknown {
  if (!isObject(source) || !Object.hasOwn(source, name)) return undefined;
  return isEmpty(source[name]) ? undefined : source[name];
}

/** What counts as not given. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function missing(parameter: Parameter, operation: Operation): PlatformError {
  const places = takesPayload(operation)
    ? `, msg.params.${parameter.name} or msg.payload`
    : ` or msg.params.${parameter.name}`;
  return new PlatformError(
    'INVALID_PARAMETER',
    `${operation.id} needs the parameter "${parameter.name}": set it in the dialog${places}`,
    { operation: operation.id },
  );
}

/**
 * One value in the form the platform wants: digits as a number where a number is wanted, `"true"` as a boolean,
 * hexadecimal keys as Base64.
 *
 * @param where its place in a payload, for errors: ` (item 2 of 3)`
 * @throws PlatformError INVALID_PARAMETER
 */
export function checkParameter(parameter: Parameter, given: unknown, operation: string, where = ''): unknown {
  const read = coerce(parameter, given);
  const value = parameter.convert && read !== undefined ? parameter.convert(read) : read;
  const wrong = value === undefined ? misread(parameter, given) : problemOf(parameter, value);
  if (wrong === undefined) return sentValue(parameter, value);
  const is = parameter.secret ? '' : `, but is ${quote(given)}`;
  throw new PlatformError('INVALID_PARAMETER', `parameter "${parameter.name}" of ${operation}${where} ${wrong}${is}`, {
    operation,
  });
}

function sentValue({ asText, sentAs }: Parameter, value: unknown): unknown {
  if (sentAs) return sentAs[String(value)];
  return asText ? String(value) : value;
}

/** undefined when the value cannot be read as the parameter's type. */
function coerce(parameter: Parameter, given: unknown): unknown {
  if (parameter.bytes !== undefined) return toBase64(given, parameter.bytes);
  switch (parameter.type) {
    case 'string':
      return typeof given === 'string' || typeof given === 'number' ? String(given) : undefined;
    case 'integer':
      return integerOf(given, parameter.address);
    case 'number':
      return decimalOf(given);
    case 'boolean':
      if (given === 'true' || given === 'false') return given === 'true';
      return typeof given === 'boolean' ? given : undefined;
    case 'time':
      return isoTime(given);
    case 'object':
      return isObject(given) ? given : undefined;
    case 'array':
      return Array.isArray(given) ? given : undefined;
    case 'list':
      return listOf(given);
    case 'any':
      return given;
  }
}

/** What is wrong with a value that cannot be read as the parameter's type. */
function misread(parameter: Parameter, given: unknown): string {
  const { type, address } = parameter;
  const why = (type === 'time' ? timeProblem(given) : undefined) ?? (address ? addressProblem(given) : undefined);
  return `must be ${expected(parameter)}${why === undefined ? '' : ` (${why})`}`;
}

function problemOf(parameter: Parameter, value: unknown): string | undefined {
  const { min, max, choices } = parameter;
  // encodeURIComponent leaves dots alone, and every URL parser takes these for another path.
  if (parameter.in === 'path' && partsOf(parameter, value).some((part) => part === '.' || part === '..'))
    return 'must be a name';
  if (typeof value === 'number' && ((min !== undefined && value < min) || (max !== undefined && value > max))) {
    return `must be ${expected(parameter)}`;
  }
  if (choices && !choices.includes(String(value))) return `must be one of ${choices.join(', ')}`;
  return parameter.check?.(value);
}

function partsOf({ slashes }: Parameter, value: unknown): string[] {
  return slashes ? String(value).split('/') : [String(value)];
}

function expected({ type, min, max, bytes }: Parameter): string {
  if (bytes !== undefined) return `${bytes} bytes as Base64 or as ${bytes * 2} hexadecimal digits`;
  const names = {
    string: 'a text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    time: 'an ISO 8601 time or Unix milliseconds (or -90s, -30m, -1h, -7d from now)',
    object: 'an object',
    array: 'an array',
    list: 'a list of texts',
    any: 'a value',
  };
  if (min !== undefined && max !== undefined) return `${names[type]} from ${min} to ${max}`;
  if (min !== undefined) return `${names[type]} of at least ${min}`;
  if (max !== undefined) return `${names[type]} of at most ${max}`;
  return names[type];
}

function quote(value: unknown): string {
  const text = textOf(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** JSON cannot write everything: no circles, no big integers, and null for NaN. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value === 'bigint' ? String(value) : 'something that JSON cannot hold';
  }
}
