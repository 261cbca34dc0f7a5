import { isObject } from '../core/json';
import { adminRequest } from './admin-request';
import type { Dialog } from './dialog';
import { errorText } from './error-text';
import { openPickPanel, type PickItem, type PickPanel } from './pick-panel';

export interface PickListOptions {
  dialog: Dialog;
  /** The field's element: a plain input, or one that is a typedInput. */
  field: JQuery;
  /** Name of the list in the account's routes. */
  list: string;
  /** For a typedInput: the type that a picked value has. */
  literal?: 'str' | 'num';
  /** Property that names the account. */
  account?: string;
}

/** Puts a button beside a field that opens a list of what the platform has. Text can be typed all the same. */
export function addPickList({ dialog, field, list, literal, account = 'account' }: PickListOptions): void {
  const { t } = dialog;
  const button = $('<button type="button" class="red-ui-button farfield-pick-button" aria-haspopup="listbox">')
    .attr({ title: t('common.pick.open'), 'aria-label': t('common.pick.open') })
    .append('<i class="fa fa-search" aria-hidden="true"></i>');
  const cell = $('<div class="farfield-pick-field">');
  const shown = literal ? field.next('.red-ui-typedInput-container') : field;
  cell.insertBefore(field).append(field, shown, button);

  const take = ({ value }: PickItem): void => {
    if (literal) {
      field.typedInput('type', literal);
      field.typedInput('value', value);
    } else field.val(value).trigger('change');
  };

  const open = (): void => {
    const panel = openPickPanel({ t, below: cell, focusAfter: button, onPick: take, onReload: () => fill(panel) });
    fill(panel);
  };

  const fill = async (panel: PickPanel): Promise<void> => {
    const id = dialog.value(account);
    if (id === '') return panel.showMessage(t('common.pick.noAccount'));
    panel.showLoading();
    const answer = await adminRequest(`${accountType(dialog, account)}/${encodeURIComponent(id)}/lists/${list}`);
    if (answer.ok) return panel.showItems(itemsOf(answer.body));
    if (answer.code === 'NOT_FOUND' || answer.status === 404) return panel.showMessage(t('common.pick.notDeployed'));
    const { summary, detail } = errorText(dialog.lookUp, answer);
    panel.showMessage(`${t('common.pick.failed')} ${summary}`, detail);
  };

  button.on('click', open).on('keydown', (event) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    open();
  });
}

function accountType({ node }: Dialog, account: string): string {
  const { [account]: property } = node._def.defaults as Readonly<Record<string, { type?: string }>>;
  return property?.type ?? '';
}

function itemsOf(body: unknown): PickItem[] {
  const items = isObject(body) && Array.isArray(body.items) ? body.items : [];
  return items.filter(isObject).map(({ value, label }) => ({ value: String(value), label: String(label ?? '') }));
}
