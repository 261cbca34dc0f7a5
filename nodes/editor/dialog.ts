import type { ChoiceProperty, PropertyTable } from '../core/property/property';
import { showWhatApplies } from './conditions';
import type { LookUp } from './operation-texts';
import type { EditorNode, Translate } from './red';
import { isVariable } from './values';

/** The open dialog of a node. */
export interface Dialog {
  node: EditorNode;
  root: JQuery;
  t: Translate;
  lookUp: LookUp;
  /** The field of a property. */
  field(name: string): JQuery;
  /** What stands in it now: a checkbox gives `true` or `false`, a config node that is not chosen an empty text. */
  value(name: string): string;
}

/** Call it first in `oneditprepare`: finds the dialog's form and shows in it only what applies. */
export function openDialog(node: EditorNode, table: PropertyTable): Dialog {
  const prefix = node._def.category === 'config' ? 'node-config-input' : 'node-input';
  const field: Dialog['field'] = (name) => $(`#${prefix}-${name}`);
  const dialog: Dialog = {
    node,
    root: field('name').closest('.farfield-form'),
    t: (key, values) => node._(key, values),
    lookUp(key) {
      const text = node._(key);
      return text === key ? undefined : text;
    },
    field,
    value(name) {
      const input = field(name);
      if (input.is(':checkbox')) return String(input.prop('checked'));
      const value = String(input.val() ?? '');
      return value === '_ADD_' ? '' : value;
    },
  };
  // For the rules by which lines break: the editor's page does not say it.
  dialog.root.attr('lang', dialog.t('common.lang'));
  showWhatIsSaved(dialog, table);
  showWhatApplies(dialog.root, dialog.value);
  addHelpButton(dialog);
  return dialog;
}

/** Beside the name, which stands first: opens the help of the node's type in the sidebar. */
function addHelpButton({ node, field, t }: Dialog): void {
  const name = field('name');
  const button = $('<button type="button" class="red-ui-button farfield-help-button">')
    .attr({ title: t('common.help'), 'aria-label': t('common.help') })
    .append('<i class="fa fa-book" aria-hidden="true"></i>')
    .on('click', () => RED.sidebar.help.show(node.type));
  $('<div class="farfield-pick-field">').insertBefore(name).append(name, button);
}

/**
 * A flow written by hand may hold what a checkbox or a select of the form cannot show: an environment variable, `"false"`,
 * nothing at all. The editor would leave the select blank, tick the checkbox, and save it like that.
 */
function showWhatIsSaved({ node, field }: Dialog, table: PropertyTable): void {
  for (const [name, property] of Object.entries(table)) {
    const saved = (node as EditorNode & Record<string, unknown>)[name];
    const input = field(name);
    // What the runtime takes for an empty one.
    if (property.kind === 'number') input.attr('placeholder', property.value);
    if (input.is(':checkbox')) showChecked(input, saved);
    else if (input.is('select') && property.kind === 'choice' && input.val() === null)
      showChosen(input, saved, property);
  }
}

/** A variable needs a text field in place of the checkbox. */
function showChecked(box: JQuery, saved: unknown): void {
  if (isVariable(saved)) box.attr('type', 'text').val(String(saved));
  else box.prop('checked', String(saved).trim().toLowerCase() === 'true');
}

/** Without a value the runtime takes the first of the choices, which need not stand first in the form. */
function showChosen(select: JQuery, saved: unknown, { choices }: ChoiceProperty<string>): void {
  const value = String(saved ?? '');
  const options = select.children();
  // A select without choices is filled by the dialog itself.
  if (value === '') select.val(choices[0]);
  else if (options.length > 0) select.append($('<option>').val(value).text(value)).val(value);
}

export interface Choice {
  value: string;
  label: string;
  /** Heading under which it stands. */
  group?: string | undefined;
}

/** Fills a select. A value it does not know, such as `${NAME}`, stays chosen as a choice of its own. */
export function fillSelect(select: JQuery, choices: readonly Choice[], current: unknown): void {
  const value = String(current ?? '');
  const known = choices.some((choice) => choice.value === value);
  const all = known || value === '' ? choices : [...choices, { value, label: value }];
  select.empty().append(optionsOf(all));
  select.val(known || value !== '' ? value : (choices[0]?.value ?? ''));
  // Whatever depends on it, validation included, listens to this.
  select.trigger('change');
}

function optionsOf(choices: readonly Choice[]): JQuery[] {
  const groups = new Map<string, JQuery>();
  return choices.flatMap(({ value, label, group }) => {
    const option = $('<option>').val(value).text(label);
    if (group === undefined) return [option];
    const known = groups.get(group);
    known?.append(option);
    if (known) return [];
    const made = $('<optgroup>').attr('label', group).append(option);
    groups.set(group, made);
    return [made];
  });
}

/** Context stores to keep a cursor in; the first choice is the node's own file. */
export function fillStores(dialog: Dialog, current: unknown): void {
  const stores = RED.settings.context.stores.map((value) => ({ value, label: value }));
  fillSelect(dialog.field('store'), [{ value: '', label: dialog.t('common.option.ownFile') }, ...stores], current);
}
