import type { Parameter } from '../core/operation';
import type { Dialog } from './dialog';
import { addPickList } from './pick-list';
import type { Translate, TypedInputType } from './red';
import { isLiteral, type TypedText, typedProblem } from './values';

/** What every value may come from instead of being written down. */
const SOURCES = ['msg', 'flow', 'global', 'env', 'jsonata'];

/** The typedInput type in which a parameter's value is written down. */
export function literalType({ type, choices }: Parameter): 'str' | 'num' | 'bool' | 'json' {
  if (choices) return 'str';
  if (type === 'integer' || type === 'number') return 'num';
  if (type === 'boolean') return 'bool';
  return type === 'string' ? 'str' : 'json';
}

/** A parameter's value as a saved flow holds it; a bare value stands for itself. */
export function asTyped(parameter: Parameter, saved: unknown): TypedText | undefined {
  const { type, value } = isTyped(saved) ? saved : { type: '', value: saved };
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { type: isLiteral(type) ? literalType(parameter) : type, value: text };
}

function isTyped(saved: unknown): saved is { type: string; value: unknown } {
  return typeof saved === 'object' && saved !== null && 'type' in saved && typeof saved.type === 'string';
}

/** Turns an input into a typedInput for a parameter. `typeField`: where the property keeps the type. */
export function makeTypedInput(dialog: Dialog, field: JQuery, parameter: Parameter, typeField?: JQuery): void {
  const { t } = dialog;
  const literal = literalOf(parameter, t);
  field.typedInput({ types: [literal, ...SOURCES], default: literal.value, ...(typeField && { typeField }) });
  const { pick } = parameter;
  const own = literalType(parameter);
  if (pick && (own === 'str' || own === 'num')) addPickList({ dialog, field, list: pick, literal: own });
}

/** A property of its own that is a typedInput; its type stands in `<name>Type`. */
export function makeTypedProperty(dialog: Dialog, parameter: Parameter): void {
  makeTypedInput(dialog, dialog.field(parameter.name), parameter, dialog.field(`${parameter.name}Type`));
}

function literalOf(parameter: Parameter, t: Translate): TypedInputType {
  const value = literalType(parameter);
  const base: TypedInputType = {
    value,
    label: RED._(`typedInput.type.${value}`),
    icon: `red/images/typedInput/${{ str: 'az', num: '09', bool: 'bool', json: 'json' }[value]}.svg`,
    validate: (text) => typedProblem(parameter, { type: value, value: text }, t) ?? true,
  };
  const choices = parameter.choices ?? (value === 'bool' ? ['true', 'false'] : undefined);
  if (choices) return { ...base, options: optionsOf(choices, t) };
  if (parameter.multiline) return { ...base, label: t('common.operation.textBelow'), hasValue: false };
  return {
    ...base,
    ...(parameter.secret && { inputType: 'password' }),
    ...(value === 'json' && { expand: editJson }),
  };
}

/** The first choice leaves the parameter out; without it the widget would choose a value by itself. */
function optionsOf(choices: readonly string[], t: Translate): TypedInputType['options'] {
  return [{ value: '', label: t('common.operation.notSet') }, ...choices.map((value) => ({ value, label: value }))];
}

const editJson: TypedInputType['expand'] = function () {
  RED.editor.editJSON({
    value: indented(this.value()),
    focus: true,
    complete: (text) => this.value(compact(text)),
  });
};

function indented(text: string): string {
  return reformat(text, 2);
}

/** The field has one line. */
function compact(text: string): string {
  return reformat(text, 0);
}

function reformat(text: string, indent: number): string {
  try {
    return JSON.stringify(JSON.parse(text), null, indent);
  } catch {
    // Not JSON yet: left for the user to finish.
    return text;
  }
}
