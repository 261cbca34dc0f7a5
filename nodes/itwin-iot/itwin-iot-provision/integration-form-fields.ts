import type { Dialog } from '../../editor/dialog';
import { addPickList, type PickNeed } from '../../editor/pick-list';

/** What all parts of the form share. */
export interface IntegrationContext {
  dialog: Dialog;
  /** A text of the form. */
  say(key: string): string;
  /** The request has been changed: writes it down. */
  changed(): void;
}

/** A field of the form. */
export interface TextOptions {
  value: string;
  onInput(text: string): void;
  /** Pick list of the account. */
  pick?: string | undefined;
  needs?: readonly PickNeed[] | undefined;
}

let ids = 0;

/** A row of the form: a label and what it is the label of. */
export function labelled(label: string, control: JQuery, hint = ''): JQuery {
  const id = `farfield-integration-${++ids}`;
  const cell = $('<div class="farfield-cell">').append(control);
  if (hint !== '') cell.append($('<div class="farfield-hint">').text(hint));
  // A control of several fields is a group that names itself.
  const field = control.is('input, select') ? control : control.children('input').first();
  field.attr('id', id);
  return $('<div class="form-row">').append($('<label>').attr('for', id).append($('<span>').text(label)), cell);
}

/** A field of one line, alone or with a button for its pick list. */
export function textInput({ dialog }: IntegrationContext, { value, onInput, pick, needs }: TextOptions): JQuery {
  const input = $('<input type="text" autocomplete="off">').val(value);
  input.on('input change', () => onInput(String(input.val()).trim()));
  if (pick === undefined) return input;
  const place = $('<div class="farfield-cell">').append(input);
  addPickList({ dialog, field: input, list: pick, needs });
  return place;
}

/** @param choices values and their labels */
export function selectInput(
  choices: readonly [string, string][],
  value: string,
  onChange: (value: string) => void,
): JQuery {
  const select = $('<select>').append(choices.map(([choice, label]) => $('<option>').val(choice).text(label)));
  select.val(value).on('change', () => onChange(String(select.val())));
  return select;
}

/** A small button with an icon only; the label is its tooltip. */
export function iconButton(icon: string, label: string): JQuery {
  return $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr({ title: label, 'aria-label': label })
    .append($('<i aria-hidden="true">').addClass(`fa ${icon}`));
}

/** A small button that adds a part to the form. */
export function addButton(label: string, onClick: () => void): JQuery {
  return $('<button type="button" class="red-ui-button red-ui-button-small">')
    .append('<i class="fa fa-plus" aria-hidden="true"></i>', $('<span>').text(` ${label}`))
    .on('click', onClick);
}
