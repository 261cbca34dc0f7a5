import { isObject } from '../core/json';
import { findOperation, type Operation, operationsOf, type Parameter } from '../core/operation';
import { checkParameter } from '../core/parameters';
import { type Dialog, fillSelect } from './dialog';
import { isRequired, operationText } from './operation-texts';
import { createParameterRow, type ParameterRow } from './parameter-row';
import type { EditorNode, Validator } from './red';
import { asTyped, literalType } from './typed-input';
import { isVariable, type TypedText, typedProblem } from './values';

/** `params` of a request node. */
export type Params = Record<string, TypedText>;

/** The properties that this form edits. */
export interface OperationProperties {
  operation: string;
  params: Params;
}

export interface OperationForm {
  /** The values of the chosen operation; empty ones are left out. */
  params(): Params;
}

/** Of this many optional parameters the last ones are folded away. */
const MANY = 6;
const UNFOLDED = 3;

/**
 * The form of a request node, made from the operation table: the select of the property `operation` and, in
 * `.farfield-operation`, a row for each parameter. Values of other operations are kept while the dialog is open.
 */
export function createOperationForm(
  dialog: Dialog,
  node: OperationProperties,
  table: readonly Operation[],
): OperationForm {
  const { t, lookUp } = dialog;
  const type = dialog.node.type;
  const select = dialog.field('operation');
  const place = dialog.root.find('.farfield-operation');
  const kept = new Map<string, Params>([[node.operation, savedParams(node.params)]]);
  let chosen: string | undefined;
  let rows: ParameterRow[] = [];

  const show = (): void => {
    const id = dialog.value('operation');
    if (id === chosen) return;
    if (chosen !== undefined) kept.set(chosen, paramsOf(rows));
    chosen = id;
    const operation = findOperation(table, type, id);
    place.empty();
    rows = [];
    const help = operation ? operationText(lookUp, operation, 'help') : t('common.operation.fromMessageHelp');
    place.append($('<div class="farfield-hint farfield-operation-help">').text(help ?? ''));
    if (!operation) return;
    const values = kept.get(id) ?? {};
    rows = operation.params.map((parameter) =>
      createParameterRow(dialog, operation, parameter, asTyped(parameter, values[parameter.name])),
    );
    place.append(layOut(rows, t('common.operation.more')));
    if (rows.length > 0) place.append($('<div class="farfield-hint">').text(t('common.operation.empty')));
    update();
  };

  const update = (): void => {
    const literals = literalsOf(rows);
    for (const { parameter, value, showDerived } of rows) {
      if (parameter.derive) showDerived(value() ? undefined : parameter.derive(literals));
    }
  };

  const choices = operationsOf(table, type).map((operation) => ({
    value: operation.id,
    label: operationText(lookUp, operation, 'title') ?? operation.id,
  }));
  fillSelect(select, [{ value: '', label: t('common.operation.fromMessage') }, ...choices], node.operation);
  select.on('change', show);
  place.on('change', update);
  show();

  return {
    // An operation that only the running flow knows keeps whatever it was given.
    params: () => (findOperation(table, type, chosen ?? '') ? paramsOf(rows) : node.params),
  };
}

function savedParams(params: unknown): Params {
  return isObject(params) ? (params as Params) : {};
}

function paramsOf(rows: readonly ParameterRow[]): Params {
  const entries = rows.map(({ parameter, value }): [string, TypedText | undefined] => [parameter.name, value()]);
  return Object.fromEntries(entries.filter((entry): entry is [string, TypedText] => entry[1] !== undefined));
}

/** What is written down in the dialog and correct, as the platform wants it. */
function literalsOf(rows: readonly ParameterRow[]): Record<string, unknown> {
  const literals: Record<string, unknown> = {};
  for (const { parameter, value } of rows) {
    const typed = value();
    if (typed?.type !== literalType(parameter) || isVariable(typed.value)) continue;
    if (parameter.type === 'object' || parameter.type === 'array') continue;
    const correct = typedProblem(parameter, typed, () => 'wrong') === undefined;
    if (correct) literals[parameter.name] = checkParameter(parameter, typed.value, '');
  }
  return literals;
}

/** Required parameters first come in the table; of many optional ones the rest folds, open when one of it is set. */
function layOut(rows: readonly ParameterRow[], more: string): JQuery[] {
  const optional = rows.filter(({ parameter }) => isOptional(parameter));
  const folded = optional.length >= MANY ? optional.slice(UNFOLDED) : [];
  const open = rows.filter((row) => !folded.includes(row)).map(({ element }) => element);
  if (folded.length === 0) return open;
  const details = $('<details class="farfield-more">').append(
    $('<summary>').text(`${more} (${folded.length})`),
    folded.map(({ element }) => element),
  );
  details.prop(
    'open',
    folded.some(({ value }) => value() !== undefined),
  );
  return [...open, details];
}

function isOptional(parameter: Parameter): boolean {
  return !isRequired(parameter) && parameter.derive === undefined;
}

/** For `params` in a node's defaults: finds the values the runtime would refuse. */
export function operationParams(table: readonly Operation[]): Validator {
  return function (value, _options) {
    const { type, operation: id } = this as EditorNode & OperationProperties;
    const operation = findOperation(table, type, id);
    const params = savedParams(value);
    for (const parameter of operation?.params ?? []) {
      const typed = asTyped(parameter, params[parameter.name]);
      const problem = typed && typedProblem(parameter, typed, this._);
      if (problem) return `${parameter.name}: ${problem}`;
    }
    return true;
  };
}
