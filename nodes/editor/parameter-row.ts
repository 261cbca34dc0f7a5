import type { Operation, Parameter } from '../core/operation/operation';
import { createHexConversion } from './binary-field';
import type { Dialog } from './dialog';
import { choiceText, hasDefault, isRequired, parameterLabel, parameterText } from './operation-texts';
import { makeTypedInput, type TypedInputOptions } from './typed-input';
import { isLiteral, isVariable, literalType, type TypedText, typedProblem } from './values';

/** One parameter of an operation in the dialog. */
export interface ParameterRow {
  parameter: Parameter;
  element: JQuery;
  /** undefined when it is left empty. */
  value(): TypedText | undefined;
  /** The text that is written down, empty for none; undefined when the value comes from elsewhere. */
  written(): string | undefined;
  /** Puts a value into the field as if it had been written down there. */
  write(text: string): void;
  /** Shows what an empty field stands for. */
  showDerived(value: unknown): void;
}

export interface ParameterRowOptions extends Pick<TypedInputOptions, 'needs' | 'fromMessage'> {
  initial?: TypedText | undefined;
}

export function createParameterRow(
  dialog: Dialog,
  operation: Operation,
  parameter: Parameter,
  { initial, needs, fromMessage = true }: ParameterRowOptions,
): ParameterRow {
  const { t, lookUp } = dialog;
  const { name } = parameter;
  const id = `farfield-param-${name}`;
  const input = $('<input type="text" style="width: 100%" autocomplete="off">').attr('id', id);
  const note = $('<div class="farfield-note" role="status">');
  const cell = $('<div class="farfield-cell">').append(input);
  const element = $('<div class="form-row">').append(labelOf(dialog, operation, parameter, `${id}-text`), cell);

  input.val(initial?.value ?? '');
  const choiceWords = (choice: string): string => choiceText(lookUp, operation, parameter, choice);
  const written = initial && isLiteral(initial.type) ? initial.value : undefined;
  makeTypedInput(dialog, input, parameter, { choiceText: choiceWords, written, needs, fromMessage });
  // The widget hides the input and puts one of its own beside it.
  const box = cell.find('.red-ui-typedInput-input').attr('id', `${id}-text`);
  const area = parameter.multiline ? addTextArea(dialog, cell, initial) : undefined;
  if (initial) input.typedInput('type', initial.type);

  const value = (): TypedText | undefined => {
    const type = input.typedInput('type');
    const text = area && type === 'str' ? String(area.val()) : input.typedInput('value');
    return text === '' ? undefined : { type, value: text };
  };

  const convert = createHexConversion(parameter, t);
  const update = (): void => {
    const converted = convert(input);
    const typed = value();
    box.attr('placeholder', fromMessage && isLiteral(input.typedInput('type')) ? `msg.params.${name}` : '');
    area?.parent().toggle(input.typedInput('type') === 'str');
    const problem = typed && typedProblem(parameter, typed, t);
    const readable = parameter.secret && typed && typed.type === literalType(parameter) && !isVariable(typed.value);
    note
      .empty()
      .append(
        lineOf(problem, 'farfield-problem'),
        lineOf(converted),
        lineOf(readable ? t('common.operation.readable') : undefined),
      );
  };
  input.on('change', update);
  area?.on('change', update);

  const derived = $('<div class="farfield-note">');
  const help = [parameterText(lookUp, operation, parameter, 'help')];
  if (hasDefault(parameter)) help.push(parameterText(lookUp, operation, parameter, 'derived'));
  cell.append(
    note,
    derived,
    $('<div class="farfield-hint">').append($('<code>').text(name), ` ${help.filter(Boolean).join(' ')}`),
  );
  update();

  return {
    parameter,
    element,
    value,
    written() {
      const { type, value: text } = value() ?? { type: input.typedInput('type'), value: '' };
      return isLiteral(type) && !isVariable(text) ? text : undefined;
    },
    write(text) {
      input.typedInput('type', literalType(parameter));
      input.typedInput('value', text);
    },
    showDerived: (result) =>
      derived.text(result === undefined ? '' : t('common.operation.derived', { value: String(result) })),
  };
}

function lineOf(text: string | undefined, look = ''): JQuery {
  return text ? $('<div>').addClass(look).text(text) : $();
}

function labelOf({ t, lookUp }: Dialog, operation: Operation, parameter: Parameter, id: string): JQuery {
  const label = $('<label>').attr('for', id);
  label.append($('<span>').text(parameterLabel(lookUp, operation, parameter)));
  if (isRequired(parameter)) label.addClass('farfield-required').attr('title', t('common.operation.required'));
  return label;
}

/** Below the typedInput, whose own field would drop line breaks. */
function addTextArea({ t }: Dialog, cell: JQuery, initial: TypedText | undefined): JQuery {
  const area = $('<textarea rows="4" spellcheck="false">').val(initial?.type === 'str' ? initial.value : '');
  const expand = $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr({ title: t('common.operation.expand'), 'aria-label': t('common.operation.expand') })
    .append('<i class="fa fa-ellipsis-h" aria-hidden="true"></i>')
    .on('click', () => {
      RED.editor.editText({
        value: String(area.val()),
        mode: 'text',
        focus: true,
        complete: (text) => area.val(text).trigger('change'),
      });
    });
  cell.append($('<div class="farfield-text">').append(area, expand));
  return area;
}
