import { listOf } from '../core/values/list-text';
import type { Dialog } from './dialog';
import { errorText } from './error-text';
import { openPickPanel, type PickPanel } from './pick-panel';
import { askForList, itemsOf, type WantedList } from './pick-request';
import type { PickItem } from './pick-tree';
import { createPickedNames } from './picked-names';
import { isVariable } from './values';

export interface PickListOptions {
  dialog: Dialog;
  /** The field's element: a plain input, or one that is a typedInput. */
  field: JQuery;
  /** Name of the list in the account's routes; asked for whenever it is opened. */
  list: string | (() => string);
  /** For a typedInput: the type that a picked value has. */
  literal?: 'str' | 'num';
  /** The field holds several values, with commas between. */
  several?: boolean | undefined;
  /** What the list depends on. */
  needs?: readonly PickNeed[] | undefined;
  /** Property that names the account. */
  account?: string;
}

/** The value of another field that a list depends on: the sensor whose metrics it shows. */
export interface PickNeed {
  /** How the list's route calls it. */
  name: string;
  /** How people call the field. */
  label: string;
  /** What is written down in the field; empty while it is not known here. */
  value(): string;
  /** The list does without it too. */
  optional?: boolean;
}

/** Puts a button beside a field that opens a list of what the platform has. Text can be typed all the same. */
export function addPickList(options: PickListOptions): void {
  const { dialog, field, list, literal, several = false, needs = [], account = 'account' } = options;
  const { t } = dialog;
  const button = $('<button type="button" class="red-ui-button farfield-pick-button" aria-haspopup="listbox">')
    .attr('title', t('common.pick.open'))
    .append('<i class="fa fa-search" aria-hidden="true"></i>');
  const cell = $('<div class="farfield-pick-field">');
  const shown = literal ? field.next('.red-ui-typedInput-container') : field;
  cell.insertBefore(field).append(field, shown, button);
  const nameButton = (): void => {
    // Node-RED 5 puts what is wrong with a field into its `aria-label`: the label before it says more of the field.
    const name = labelOf(cell) || (field.attr('aria-label') ?? '');
    button.attr('aria-label', t('common.pick.openFor', { field: name }));
  };

  const read = (): string => {
    if (!literal) return String(field.val() ?? '');
    return field.typedInput('type') === literal ? field.typedInput('value') : '';
  };

  const write = (text: string): void => {
    if (literal) {
      field.typedInput('type', literal);
      field.typedInput('value', text);
    } else field.val(text).trigger('change');
  };

  /** A variable stands for the whole list: beside other values it would not be replaced. */
  const picked = (): string[] => (several ? ((isVariable(read()) ? [] : listOf(read())) ?? []) : [read()]);

  const take = ({ value }: PickItem): void => {
    const others = picked().filter((each) => each !== value);
    if (!several) write(value);
    else write(listText(others.length === picked().length ? [...others, value] : others));
  };

  const open = (): void => {
    const panel = openPickPanel({
      t,
      below: cell,
      focusAfter: button,
      several,
      picked,
      onPick: take,
      onReload: () => fill(panel),
    });
    fill(panel);
  };

  const wantedNow = (id: string): WantedList => {
    const known = needs.filter(({ value }) => value() !== '');
    const query = Object.fromEntries(known.map(({ name, value }) => [name, value()]));
    return { type: accountType(dialog, account), id, list: typeof list === 'string' ? list : list(), query };
  };

  const names = createPickedNames(cell, () => {
    const id = dialog.value(account);
    const isKnown = id !== '' && needs.every(({ value, optional }) => optional || value() !== '');
    return { wanted: isKnown ? wantedNow(id) : undefined, values: picked().filter((value) => !isVariable(value)) };
  });

  let requests = 0;
  const fill = async (panel: PickPanel): Promise<void> => {
    const id = dialog.value(account);
    if (id === '') return panel.showMessage(t('common.pick.noAccount'));
    const unknown = needs.find(({ value, optional }) => !optional && value() === '');
    if (unknown) return panel.showMessage(t('common.pick.needs', { field: unknown.label }));
    panel.showLoading();
    const wanted = wantedNow(id);
    const request = ++requests;
    const answer = await askForList(wanted);
    // Somebody has pressed "Load again" meanwhile.
    if (request !== requests) return;
    if (answer.ok) {
      const items = itemsOf(answer.body);
      names.learn(wanted, items);
      return panel.showItems(items);
    }
    if (answer.code === 'NOT_FOUND' || answer.status === 404) return panel.showMessage(t('common.pick.notRunning'));
    const { summary, detail } = errorText(dialog.lookUp, answer);
    panel.showMessage(`${t('common.pick.failed')} ${summary}`, detail);
  };

  button.on('click', open).on('keydown', (event) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    open();
  });
  // A label may change with another field.
  button.on('focus mouseenter', nameButton);
  // Labels and fields are filled in when the dialog stands.
  setTimeout(() => {
    nameButton();
    names.ask();
  });
}

/** The words of the label in front of a field. */
function labelOf(cell: JQuery): string {
  return cell.closest('.form-row').children('label').text().trim();
}

function accountType({ node }: Dialog, account: string): string {
  const { [account]: property } = node._def.defaults as Readonly<Record<string, { type?: string }>>;
  return property?.type ?? '';
}

/** Several values in one field: with commas between, as JSON where one has a comma itself. */
export function listText(values: readonly string[]): string {
  const text = values.join(', ');
  return JSON.stringify(listOf(text)) === JSON.stringify(values) ? text : JSON.stringify(values);
}
