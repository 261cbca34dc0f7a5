import type { Translate } from './red';

export interface PickItem {
  value: string;
  /** Empty when the platform has no name for it. */
  label: string;
}

export interface PickPanel {
  showLoading(): void;
  showItems(items: readonly PickItem[]): void;
  showMessage(text: string, detail?: string): void;
}

interface PickPanelOptions {
  t: Translate;
  /** The list opens below it, as wide as it is. */
  below: JQuery;
  focusAfter: JQuery;
  onPick(item: PickItem): void;
  onReload(): void;
}

/** More would make the browser slow; the filter finds the rest. */
const MOST_SHOWN = 200;

let panels = 0;

/** A list with a filter above it, worked with the arrow keys, Enter and Escape, or the mouse. */
export function openPickPanel({ t, below, focusAfter, onPick, onReload }: PickPanelOptions): PickPanel {
  const id = `farfield-pick-${++panels}`;
  const filter = $('<input type="text" role="combobox" autocomplete="off" aria-expanded="true">').attr({
    placeholder: t('common.pick.filter'),
    'aria-label': t('common.pick.filter'),
    'aria-controls': id,
  });
  const reload = $('<button type="button" class="red-ui-button">')
    .attr({ title: t('common.pick.reload'), 'aria-label': t('common.pick.reload') })
    .append('<i class="fa fa-refresh" aria-hidden="true"></i>');
  const list = $('<ul role="listbox">').attr('id', id);
  const message = $('<div class="farfield-pick-message" role="status">');
  const content = $('<div class="farfield-pick">').append(
    $('<div class="farfield-pick-head">').append(filter, reload),
    $('<div class="farfield-pick-body">').append(message, list),
  );
  const popover = RED.popover.panel(content);

  let items: readonly PickItem[] = [];
  let found: readonly PickItem[] = [];
  let active = 0;

  const close = (): void => {
    popover.hide(true);
    focusAfter.trigger('focus');
  };

  const pick = (item: PickItem | undefined): void => {
    if (!item) return;
    close();
    onPick(item);
  };

  const activate = (index: number): void => {
    active = Math.max(0, Math.min(index, found.length - 1));
    const options = list.children().attr('aria-selected', 'false');
    const option = options.eq(active).attr('aria-selected', 'true');
    filter.attr('aria-activedescendant', option.attr('id') ?? '');
    option[0]?.scrollIntoView({ block: 'nearest' });
  };

  const draw = (): void => {
    const wanted = String(filter.val()).trim().toLowerCase();
    const all = items.filter(({ value, label }) => `${label}\n${value}`.toLowerCase().includes(wanted));
    found = all.slice(0, MOST_SHOWN);
    list.empty().append(found.map((item, index) => optionOf(item, `${id}-${index}`)));
    const hidden = all.length - found.length;
    if (items.length === 0) say(t('common.pick.empty'));
    else if (found.length === 0) say(t('common.pick.noMatch'));
    else if (hidden > 0) say(t('common.pick.tooMany', { shown: found.length, all: all.length }));
    else message.empty();
    activate(0);
  };

  const say = (text: string, detail = ''): void => {
    message.empty().append($('<span>').text(text), detail === '' ? [] : $('<div>').text(detail));
  };

  filter.on('input', draw);
  content.on('keydown', (event) => {
    // The editor has keys of its own: Escape closes the dialog, Enter saves it.
    event.stopPropagation();
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (event.key === 'Escape') close();
    else if (event.target !== filter[0]) return;
    else if (step !== undefined) activate(active + step);
    else if (event.key === 'Enter') pick(found[active]);
    else return;
    event.preventDefault();
  });
  list.on('click', 'li', (event) => pick(found[$(event.currentTarget).index()]));
  reload.on('click', () => {
    filter.trigger('focus');
    onReload();
  });

  popover.container.addClass('farfield-pick-panel').width(Math.max(260, below.outerWidth() ?? 0));
  popover.show({ target: below, align: 'right', offset: [0, 2], onclose: () => undefined });
  filter.trigger('focus');

  return {
    showLoading() {
      items = [];
      list.empty();
      message
        .empty()
        .append('<i class="fa fa-spinner fa-spin" aria-hidden="true"></i>', ` ${t('common.pick.loading')}`);
    },
    showItems(loaded) {
      items = loaded;
      draw();
    },
    showMessage(text, detail) {
      items = [];
      list.empty();
      say(text, detail);
    },
  };
}

function optionOf({ value, label }: PickItem, id: string): JQuery {
  const option = $('<li role="option">').attr('id', id);
  if (label === '' || label === value) return option.append($('<span>').text(value));
  return option.append($('<span>').text(label), $('<code>').text(value));
}
