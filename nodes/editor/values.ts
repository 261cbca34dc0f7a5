import type { Parameter } from '../core/operation';
import { checkParameter } from '../core/parameters';
import { variableName } from '../core/variables';
import type { EditorNode, Translate, Validator } from './red';

/** `${NAME}` or `$(NAME)` as the whole text: Node-RED puts the environment variable in its place. */
export function isVariable(value: unknown): boolean {
  return typeof value === 'string' && variableName(value) !== undefined;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || String(value).trim() === '';
}

/** A URL with one of the schemes and without credentials in it, as the runtime wants it. */
export function url(...schemes: string[]): Validator {
  return function (value, _options) {
    if (isVariable(value)) return true;
    const text = String(value ?? '').trim();
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    const known = parsed && schemes.includes(parsed.protocol.slice(0, -1)) && parsed.hostname !== '';
    if (!known) return this._('common.invalid.url', { schemes: schemes.map((each) => `${each}://`).join(', ') });
    return parsed.username || parsed.password ? this._('common.invalid.urlCredentials') : true;
  };
}

/** A text that may not be empty. */
export function text(): Validator {
  return function (value, _options) {
    return isBlank(value) ? this._('common.invalid.empty') : true;
  };
}

/** A number of at least `min`; empty: the default. */
export function number(min: number): Validator {
  return function (value, _options) {
    if (isBlank(value) || isVariable(value)) return true;
    const parsed = Number(value);
    return Number.isFinite(parsed) && parsed >= min ? true : this._('common.invalid.atLeast', { min });
  };
}

/** A value beside whose property stands its typedInput type, in `<property>Type`. */
export function typed(parameter: Parameter): Validator {
  return function (value, _options) {
    const name = `${parameter.name}Type`;
    // While the dialog is open its field is ahead of the node.
    const field = $(`#node-input-${name}`).val();
    const type = String(field ?? (this as EditorNode & Record<string, unknown>)[name] ?? '');
    return typedProblem(parameter, { type, value: String(value ?? '') }, this._) ?? true;
  };
}

/** A value as a typedInput holds it. */
export interface TypedText {
  type: string;
  value: string;
}

const LITERAL = ['str', 'num', 'bool', 'json', ''];

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

function literalProblem(parameter: Parameter, value: string, t: Translate): string | undefined {
  const { type, min, max, bytes, check, choices } = parameter;
  const parsed = type === 'object' || type === 'array' ? parse(value) : value;
  const coerced = tryToCheck({ ...parameter, check: undefined }, parsed);
  if (coerced !== undefined) {
    const problem = check?.(coerced);
    return problem === undefined ? undefined : t('common.invalid.check', { problem });
  }
  if (bytes !== undefined) return t('common.invalid.bytes', { bytes, digits: bytes * 2 });
  if (choices) return t('common.invalid.choice', { choices: choices.join(', ') });
  if (min !== undefined && max !== undefined) return t('common.invalid.range', { min, max });
  if (min !== undefined) return t('common.invalid.atLeast', { min });
  return t(`common.invalid.${type}`);
}

function tryToCheck(parameter: Parameter, value: unknown): unknown {
  try {
    return checkParameter(parameter, value, '');
  } catch {
    // The reason is worked out by the caller, in the reader's language.
    return undefined;
  }
}

/** undefined for what is not JSON: nothing that JSON can say. */
function parse(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
