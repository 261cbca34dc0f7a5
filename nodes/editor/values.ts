import type { Parameter } from '../core/operation/operation';
import { checkParameter } from '../core/operation/parameters';
import { NOT_CHOSEN } from '../core/property/property';
import { listOf } from '../core/values/list-text';
import { numberWithin } from '../core/values/number-text';
import { urlProblem } from '../core/values/url-text';
import { variableName } from '../core/values/variables';
import type { EditorNode, Translate, Validator } from './red';

/** `${NAME}` or `$(NAME)` as the whole text: Node-RED puts the environment variable in its place. */
export function isVariable(value: unknown): boolean {
  return typeof value === 'string' && variableName(value) !== undefined;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || String(value).trim() === '';
}

/** A URL as the runtime wants it. */
export function url(schemes: readonly string[]): Validator {
  return function (value, _options) {
    if (isVariable(value)) return true;
    switch (urlProblem(String(value ?? ''), schemes)) {
      case undefined:
        return true;
      case 'credentials':
        return this._('common.invalid.urlCredentials');
      case 'path':
        return this._('common.invalid.urlPath');
      default:
        return this._('common.invalid.url', { schemes: schemes.map((each) => `${each}://`).join(', ') });
    }
  };
}

/** A text that may not be empty. */
export function text(): Validator {
  return function (value, _options) {
    return isBlank(value) ? this._('common.invalid.empty') : true;
  };
}

/** An operation, or that the message names it. */
export function chosen(): Validator {
  return function (value, _options) {
    return value === NOT_CHOSEN ? this._('common.invalid.notChosen') : true;
  };
}

/** Texts, at least one unless none will do: an array, or one text with commas between. */
export function list(asked = true): Validator {
  return function (value, _options) {
    if (isVariable(value)) return true;
    const texts = listOf(value ?? '');
    if (texts === undefined) return this._('common.invalid.list');
    return texts.length > 0 || !asked ? true : this._('common.invalid.empty');
  };
}

/** Asks no more than while other properties have these values: a field that does not apply may hold anything. */
export function when(wanted: Readonly<Record<string, string>>, validator: Validator): Validator {
  return function (value, options) {
    const applies = Object.entries(wanted).every(([name, each]) => currentValue(this, name) === each);
    return applies ? validator.call(this, value, options) : true;
  };
}

/** A property of a node, its default when a flow leaves it out; while its dialog is open the field is ahead of the node. */
function currentValue(node: EditorNode, name: string): string {
  const field = $(`#${node._def.category === 'config' ? 'node-config-input' : 'node-input'}-${name}`).val();
  const { [name]: property } = node._def.defaults as Readonly<Record<string, { value: unknown }>>;
  return String(field ?? (node as EditorNode & Record<string, unknown>)[name] ?? property?.value ?? '');
}

/** A number within its bounds; empty: the default. */
export function number({ min, max }: { min: number; max?: number }): Validator {
  return function (value, _options) {
    if (isBlank(value) || isVariable(value) || numberWithin(String(value), { min, max }) !== undefined) return true;
    return max === undefined ? this._('common.invalid.atLeast', { min }) : this._('common.invalid.range', { min, max });
  };
}

/** A time as the parameter takes it; empty: none. */
export function time(parameter: Parameter): Validator {
  return function (value, _options) {
    if (isBlank(value) || isVariable(value)) return true;
    return typedProblem(parameter, { type: 'str', value: String(value).trim() }, this._) ?? true;
  };
}

/** JSON text as the parameter takes it, or an object written by hand; it may not be empty. */
export function json(parameter: Parameter): Validator {
  return function (value, _options) {
    if (isBlank(value)) return this._('common.invalid.empty');
    return typedProblem(parameter, { type: 'json', value: textOf(value) }, this._) ?? true;
  };
}

/** A value beside whose property stands its typedInput type, in `<property>Type`. */
export function typed(parameter: Parameter): Validator {
  return function (value, _options) {
    const type = currentValue(this, `${parameter.name}Type`);
    return typedProblem(parameter, { type, value: textOf(value) }, this._) ?? true;
  };
}

/** A property as the text of its field; a flow written by hand may hold an object. */
export function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}

/** A value as a typedInput holds it. */
export interface TypedText {
  type: string;
  value: string;
}

const LITERAL = ['str', 'num', 'bool', 'json', ''];

/** The typedInput type in which a parameter's value is written down. */
export function literalType({ type, choices }: Parameter): 'str' | 'num' | 'bool' | 'json' {
  if (choices) return 'str';
  switch (type) {
    case 'integer':
    case 'number':
      return 'num';
    case 'boolean':
      return 'bool';
    case 'object':
    case 'array':
    case 'any':
      return 'json';
    // A list is a text with commas between, or the JSON text of an array.
    default:
      return 'str';
  }
}

export function isLiteral(type: string): boolean {
  return LITERAL.includes(type);
}

/** What the runtime would say to the value, or undefined. A value that only a message gives cannot be judged. */
export function typedProblem(parameter: Parameter, { type, value }: TypedText, t: Translate): string | undefined {
  if (value === '' || isVariable(value)) return undefined;
  if (isLiteral(type)) return literalProblem(parameter, value, t);
  const result = RED.utils.validateTypedProperty(value, type, {});
  return result === true ? undefined : String(result);
}

function literalProblem(parameter: Parameter, text: string, t: Translate): string | undefined {
  const { type, min, max, bytes, check, choices, address } = parameter;
  const value = read({ ...parameter, check: undefined, asText: false, sentAs: undefined }, text);
  if (value !== undefined) {
    const problem = check?.(value);
    return problem === undefined ? undefined : t('common.invalid.check', { problem });
  }
  if (bytes !== undefined) return t('common.invalid.bytes', { bytes, digits: bytes * 2 });
  if (choices) return t('common.invalid.choice', { choices: choices.join(', ') });
  if (min !== undefined && max !== undefined)
    return t(address ? 'common.invalid.address' : 'common.invalid.range', { min, max });
  if (min !== undefined) return t('common.invalid.atLeast', { min });
  return t(`common.invalid.${type}`);
}

/** The value that is written down, as the platform wants it; undefined when it comes from elsewhere or is wrong. */
export function writtenValue(parameter: Parameter, { type, value }: TypedText): unknown {
  return isLiteral(type) && !isVariable(value) ? read(parameter, value) : undefined;
}

/** undefined for what the runtime refuses; the caller works out the reason, in the reader's language. */
function read(parameter: Parameter, text: string): unknown {
  try {
    return checkParameter(parameter, literalType(parameter) === 'json' ? JSON.parse(text) : text, '');
  } catch {
    return undefined;
  }
}
