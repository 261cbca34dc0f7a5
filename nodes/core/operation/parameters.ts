import { PlatformError } from '../errors';
import { toBase64 } from '../values/binary-text';
import { addressProblem, decimalOf, integerOf } from '../values/integer-text';
import { isoTime, timeProblem } from '../values/iso-time';
import { isObject } from '../values/json';
import { listOf } from '../values/list-text';
import { givenValue, misplacedIn, type ParameterSources } from './given-value';
import { type Operation, type Parameter, takesPayload, type Values } from './operation';

/**
 * The values of an operation's parameters, checked and in the form the platform wants.
 * An empty value counts as not given.
 *
 * @throws PlatformError INVALID_PARAMETER naming the parameter
 */
export function resolveParameters(operation: Operation, sources: ParameterSources): Values {
  const values: Values = {};
  for (const parameter of operation.params) {
    const given = givenValue(parameter, operation, sources);
    const value = given === undefined ? undefined : checkParameter(parameter, given, operation.id);
    if (value !== undefined) values[parameter.name] = value;
  }
  for (const parameter of operation.params) {
    if (values[parameter.name] !== undefined) continue;
    const derived = parameter.derive?.(values);
    if (derived !== undefined) values[parameter.name] = checkParameter(parameter, derived, operation.id);
    else if (parameter.required) throw missing(parameter, operation);
  }
  const wrong = misplaced(operation, values) ?? operation.check?.(values);
  if (wrong === undefined) return values;
  throw new PlatformError('INVALID_PARAMETER', `${operation.id}: ${wrong}`, { operation: operation.id });
}

function misplaced(operation: Operation, values: Values): string | undefined {
  for (const parameter of operation.params) {
    const name = misplacedIn(parameter, operation, values);
    if (name !== undefined) return `"${parameter.name}" holds "${name}", which is a parameter of its own`;
  }
  return undefined;
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
    return typeof value === 'bigint' ? String(value) : 'a value that JSON cannot represent';
  }
}
