import { findOperation, type Operation, operationsOf, type Parameter, type Values } from '../core/operation/operation';
import { NOT_CHOSEN } from '../core/property/property';
import { type Choice, type Dialog, fillSelect } from './dialog';
import { checkTogether } from './operation-check';
import { type Params, savedParams } from './operation-params';
import { hasDefault, isRequired, operationText } from './operation-texts';
import { createParameterRow, type ParameterRow } from './parameter-row';
import { pickNeeds } from './pick-needs';
import type { Translate } from './red';
import { asTyped } from './saved-value';
import { type TypedText, writtenValue } from './values';

/** The properties that this form edits. */
export interface OperationProperties {
  operation: string;
  params: Params;
}

export interface OperationForm {
  /** The values of the chosen operation; empty ones are left out. */
  params(): Params;
}

/** A form of its own for the value of one parameter. */
export interface ParameterForm {
  element: JQuery;
  /** The row may have changed. */
  update(): void;
}

export interface OperationFormOptions {
  /** Forms to put below the rows of parameters, by the parameter's name. */
  forms?: Readonly<Record<string, (dialog: Dialog, row: ParameterRow) => ParameterForm>>;
}

/** What a node is called by its operation; empty while there is none, or a message names it. */
export function operationLabel(platform: string, operation: string): string {
  return operation && operation !== NOT_CHOSEN ? `${platform} ${operation}` : '';
}

/** Of this many optional parameters the last ones are folded away. */
const MANY = 6;
const UNFOLDED = 3;

/**
 * The form of a request node, made from the operation table: the select of the property `operation` and, in
 * `.farfield-operation`, a row for each parameter. Values of other operations are kept while the dialog is open.
 * A row with `data-setting="name"` is shown while the operation has a parameter that this setting stands in for.
 */
export function createOperationForm(
  dialog: Dialog,
  node: OperationProperties,
  table: readonly Operation[],
  { forms: creators = {} }: OperationFormOptions = {},
): OperationForm {
  const { t, lookUp } = dialog;
  const type = dialog.node.type;
  const select = dialog.field('operation');
  const place = dialog.root.find('.farfield-operation');
  const kept = new Map([[node.operation ?? '', savedParams(node.params)]]);
  const together = $('<div class="farfield-note farfield-together" role="status">');
  let chosen: string | undefined;
  let rows: ParameterRow[] = [];
  let forms: ParameterForm[] = [];

  const show = (): void => {
    const id = dialog.value('operation');
    if (id === chosen) return;
    if (chosen !== undefined && findOperation(table, type, chosen)) kept.set(chosen, paramsOf(rows));
    chosen = id;
    const operation = findOperation(table, type, id);
    place.empty();
    rows = [];
    forms = [];
    showSettings(dialog, operation);
    if (id === NOT_CHOSEN) return;
    const help = operation ? operationText(lookUp, operation, 'help') : t('common.operation.fromMessageHelp');
    place.append($('<div class="farfield-hint farfield-operation-help">').text(help ?? ''));
    if (!operation) return;
    const values = kept.get(id) ?? {};
    rows = operation.params.flatMap((parameter) => {
      const initial = asTyped(parameter, values[parameter.name]);
      if (initial === undefined && hasField(dialog, parameter)) return [];
      const needs = pickNeeds(dialog, operation, parameter, (name) => typedIn(rows, name));
      return [createParameterRow(dialog, operation, parameter, { initial, needs })];
    });
    place.append(layOut(rows, t('common.operation.more')), together);
    if (rows.length > 0) place.append($('<div class="farfield-hint">').text(t('common.operation.empty')));
    for (const row of rows) {
      const form = creators[row.parameter.name]?.(dialog, row);
      if (!form) continue;
      row.element.after(form.element);
      forms.push(form);
    }
    update();
  };

  const update = (): void => {
    const values = writtenIn(rows);
    for (const { parameter, value, showDerived } of rows) {
      if (hasDefault(parameter)) showDerived(value() ? undefined : defaultOf(dialog, parameter, values));
    }
    for (const form of forms) form.update();
    const operation = findOperation(table, type, chosen ?? '');
    const said = operation && checkTogether(operation, (name) => typedIn(rows, name), t);
    together.empty();
    if (said) together.append($('<div>').toggleClass('farfield-problem', said.certain).text(said.text));
  };

  const choices = operationChoices(dialog, operationsOf(table, type));
  const toChoose = { value: NOT_CHOSEN, label: t('common.operation.choose') };
  fillSelect(select, node.operation === NOT_CHOSEN ? [toChoose, ...choices] : choices, node.operation);
  select.on('change', show);
  dialog.root.on('change', update);
  show();

  return {
    // An operation that only the running flow knows keeps whatever it was given, and gets nothing of another one.
    params: () => (findOperation(table, type, chosen ?? '') ? paramsOf(rows) : (kept.get(chosen ?? '') ?? {})),
  };
}

function operationChoices({ t, lookUp }: Dialog, operations: readonly Operation[]): Choice[] {
  const groups = operations.map((operation) => groupOf(operation, t));
  const several = new Set(groups).size > 1;
  const choices = operations.map((operation, index) => ({
    value: operation.id,
    label: operationText(lookUp, operation, 'title') ?? operation.id,
    ...(several && { group: groups[index] }),
  }));
  return [{ value: '', label: t('common.operation.fromMessage') }, ...choices];
}

/** What a long list of operations is divided into. */
function groupOf({ transport, method }: Operation, t: Translate): string {
  if (method === '*') return t('common.operation.free');
  return t(transport === 'jsonrpc' ? 'common.operation.socket' : 'common.operation.rest');
}

function showSettings({ root }: Dialog, operation: Operation | undefined): void {
  root.find('[data-setting]').each((_, row) => {
    const name = $(row).attr('data-setting');
    // An operation that only the message names may have it.
    $(row).toggle(operation === undefined || operation.params.some(({ setting }) => setting === name));
  });
}

/** The dialog's own field for the setting takes the place of a row. */
function hasField(dialog: Dialog, { setting }: Parameter): boolean {
  return setting !== undefined && dialog.field(setting).length > 0;
}

function typedIn(rows: readonly ParameterRow[], name: string): TypedText | undefined {
  return rows.find(({ parameter }) => parameter.name === name)?.value();
}

/** What an empty field stands for, as far as the form knows. */
function defaultOf(dialog: Dialog, { derive, setting }: Parameter, values: Values): unknown {
  if (derive) return derive(values);
  return setting === undefined ? undefined : dialog.value(setting) || undefined;
}

function paramsOf(rows: readonly ParameterRow[]): Params {
  const entries = rows.map(({ parameter, value }): [string, TypedText | undefined] => [parameter.name, value()]);
  return Object.fromEntries(entries.filter((entry): entry is [string, TypedText] => entry[1] !== undefined));
}

/** What is written down in the dialog and correct, as the platform wants it. */
function writtenIn(rows: readonly ParameterRow[]): Values {
  const values: Values = {};
  for (const { parameter, value } of rows) {
    const typed = value();
    if (typed) values[parameter.name] = writtenValue(parameter, typed);
  }
  return values;
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
