import type { Parameter } from '../core/operation/operation';
import type { Dialog } from './dialog';
import { addPickList, type PickNeed } from './pick-list';
import type { EditorNode, TypedInputType } from './red';
import { literalType, textOf, typedProblem } from './values';

/** What every value may come from instead of being written down. */
const SOURCES = ['msg', 'flow', 'global', 'env', 'jsonata'];

export interface TypedInputOptions {
  /** Where the property keeps the type. */
  typeField?: JQuery;
  /** A choice as people see it; default: as the platform takes it. */
  choiceText?(value: string): string;
  /** What is written down already: it stays a choice, whatever it is. */
  written?: string | undefined;
  /** What the parameter's pick list depends on. */
  needs?: readonly PickNeed[];
  /** False in a node without an input: there is no message to take a value from. */
  fromMessage?: boolean;
  /** True: it is written down, and comes from nowhere else. */
  writtenOnly?: boolean;
}

/** Turns an input into a typedInput for a parameter. */
export function makeTypedInput(
  dialog: Dialog,
  field: JQuery,
  parameter: Parameter,
  options: TypedInputOptions = {},
): void {
  const { typeField, needs, fromMessage = true, writtenOnly = false } = options;
  const literal = literalOf(dialog, parameter, options);
  const sources = writtenOnly ? [] : SOURCES.filter((source) => fromMessage || source !== 'msg');
  field.typedInput({ types: [literal, ...sources], default: literal.value, ...(typeField && { typeField }) });
  const { pick, type } = parameter;
  const own = literalType(parameter);
  if (!pick || (own !== 'str' && own !== 'num')) return;
  const list = typeof pick === 'string' ? pick : pick.list;
  addPickList({ dialog, field, list, literal: own, several: type === 'list', needs });
}

/** A property of its own that is a typedInput; its type stands in `<name>Type`. */
export function makeTypedProperty(dialog: Dialog, parameter: Parameter): void {
  makeProperty(dialog, parameter, { typeField: dialog.field(`${parameter.name}Type`) });
}

/** A property of its own that is written down in the dialog and nowhere else: it has no type beside it. */
export function makeWrittenProperty(dialog: Dialog, parameter: Parameter): void {
  makeProperty(dialog, parameter, { writtenOnly: true });
}

function makeProperty(dialog: Dialog, parameter: Parameter, options: TypedInputOptions): void {
  const { name } = parameter;
  const field = dialog.field(name);
  field.val(textOf((dialog.node as EditorNode & Record<string, unknown>)[name]));
  makeTypedInput(dialog, field, parameter, options);
  // The widget hides the field that the label names.
  const id = `farfield-${name}-text`;
  field.next().find('.red-ui-typedInput-input').attr('id', id);
  dialog.root.find(`label[for="${field.attr('id')}"]`).attr('for', id);
}

function literalOf(
  { t }: Dialog,
  parameter: Parameter,
  { choiceText, written = '' }: TypedInputOptions,
): TypedInputType {
  const value = literalType(parameter);
  const base: TypedInputType = {
    value,
    label: RED._(`typedInput.type.${value}`),
    icon: `red/images/typedInput/${{ str: 'az', num: '09', bool: 'bool', json: 'json' }[value]}.svg`,
    validate: (text) => typedProblem(parameter, { type: value, value: text }, t) ?? true,
  };
  const choices = parameter.choices ?? (value === 'bool' ? ['true', 'false'] : undefined);
  if (choices) {
    // The first leaves the parameter out; without it the widget would choose a value by itself.
    const none = { value: '', label: t('common.operation.notSet') };
    const others = written === '' || choices.includes(written) ? [] : [{ value: written, label: written }];
    const known = choices.map((each) => ({ value: each, label: choiceText?.(each) ?? each }));
    return { ...base, options: [none, ...known, ...others] };
  }
  if (parameter.multiline) return { ...base, label: t('common.operation.textBelow'), hasValue: false };
  return {
    ...base,
    ...(parameter.secret && { inputType: 'password' }),
    ...(value === 'json' && { expand: editJson }),
  };
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
