import { type Line, type PickItem, search } from './pick-tree';
import type { Translate } from './red';

export interface PickPanel {
  showLoading(): void;
  showItems(items: readonly PickItem[]): void;
  showMessage(text: string, detail?: string): void;
}

interface PickPanelOptions {
  t: Translate;
  /** The list opens below it, at least as wide. */
  below: JQuery;
  focusAfter: JQuery;
  /** The list stays open after a pick; a second pick of the same takes it back. */
  several: boolean;
  /** The values that are in the field. */
  picked(): readonly string[];
  onPick(item: PickItem): void;
  onReload(): void;
}

/** More would make the browser slow; the filter finds the rest. */
const MOST_SHOWN = 200;

/** Pixels, where the dialog has them: names and ids stand side by side. */
const WIDTH = 420;

let panels = 0;

/** A list with a filter above it, worked with the arrow keys, Enter and Escape, or the mouse. */
export function openPickPanel(options: PickPanelOptions): PickPanel {
  const { t, below, focusAfter, several, picked, onPick, onReload } = options;
  const id = `farfield-pick-${++panels}`;
  const filter = $('<input type="text" role="combobox" autocomplete="off" aria-expanded="true">').attr({
    placeholder: t('common.pick.filter'),
    'aria-label': t('common.pick.filter'),
    'aria-controls': id,
  });
  const reload = $('<button type="button" class="red-ui-button">')
    .attr({ title: t('common.pick.reload'), 'aria-label': t('common.pick.reload') })
    .append('<i class="fa fa-refresh" aria-hidden="true"></i>');
  const list = $('<ul role="listbox">').attr({ id, 'aria-multiselectable': String(several) });
  const message = $('<div class="farfield-pick-message" role="status">');
  const content = $('<div class="farfield-pick">').attr('lang', t('common.lang'));
  content.append(
    $('<div class="farfield-pick-head">').append(filter, reload),
    $('<div class="farfield-pick-body" tabindex="-1">').append(message, list),
    several ? $('<div class="farfield-pick-foot">').text(t('common.pick.several')) : [],
  );
  const popover = RED.popover.panel(content);

  let items: readonly PickItem[] = [];
  let lines: readonly Line[] = [];
  /** Places of the lines that the keys go to. */
  let stops: readonly number[] = [];
  let active = 0;

  const close = (): void => {
    popover.hide(true);
    focusAfter.trigger('focus');
  };

  const pick = (line: Line | undefined): void => {
    if (!line || line.item.heading) return;
    if (!several) close();
    onPick(line.item);
    if (several) mark();
  };

  const mark = (): void => {
    const values = picked();
    list.children('[role="option"]').each((_, option) => {
      const item = lines[$(option).index()]?.item;
      $(option).attr('aria-checked', String(item !== undefined && values.includes(item.value)));
    });
  };

  const activate = (stop: number): void => {
    active = Math.max(0, Math.min(stop, stops.length - 1));
    const children = list.children();
    children.filter('[role="option"]').attr('aria-selected', 'false');
    const option = children.eq(stops[active] ?? children.length).attr('aria-selected', 'true');
    filter.attr('aria-activedescendant', option.attr('id') ?? '');
    // The branch above the first one would stay out of sight.
    (active === 0 ? children : option)[0]?.scrollIntoView({ block: 'nearest' });
  };

  const draw = (): void => {
    const all = search(items, String(filter.val()));
    lines = all.slice(0, MOST_SHOWN);
    stops = lines.flatMap(({ item }, index) => (item.heading ? [] : [index]));
    list.empty().append(lines.map((line, index) => elementOf(line, `${id}-${index}`)));
    mark();
    const hidden = all.length - lines.length;
    if (items.length === 0) say(t('common.pick.empty'));
    else if (lines.length === 0) say(t('common.pick.noMatch'));
    else if (hidden > 0) say(t('common.pick.tooMany', { shown: lines.length, all: all.length }));
    else message.empty();
    const present = several || String(filter.val()) !== '' ? [] : picked();
    const chosen = stops.findIndex((index) => present.includes(lines[index]?.item.value ?? ''));
    activate(chosen >= 0 ? chosen : stops.findIndex((index) => lines[index]?.found));
  };

  const say = (text: string, detail = ''): void => {
    message.empty().append($('<span>').text(text), detail === '' ? [] : $('<div>').text(detail));
  };

  filter.on('input', draw);
  content.on('keydown', (event) => {
    // The editor has keys of its own: Escape closes the dialog, Enter saves it.
    event.stopPropagation();
    // Enter and the arrows belong to whoever composes Japanese text with them.
    if (event.originalEvent?.isComposing) return;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (event.key === 'Escape') close();
    // On to the field behind the button, or back to the one before it.
    else if (event.key === 'Tab' && event.target === (event.shiftKey ? filter : reload)[0]) return close();
    else if (event.target !== filter[0]) return;
    else if (step !== undefined) activate(active + step);
    else if (event.key === 'Enter') pick(lines[stops[active] ?? lines.length]);
    else return;
    event.preventDefault();
  });
  // The keys go on working in the filter.
  list.on('mousedown', (event) => event.preventDefault());
  list.on('click', '[role="option"]', (event) => {
    const index = $(event.currentTarget).index();
    activate(stops.indexOf(index));
    pick(lines[index]);
  });
  reload.on('click', () => {
    filter.trigger('focus');
    onReload();
  });

  const { width, shift } = placeOf(below);
  popover.container.addClass('farfield-pick-panel').width(width);
  popover.show({ target: below, align: 'right', offset: [shift, 2], onclose: () => undefined });
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

/** At least as wide as the field, wider where the form has room; then it is shifted to the left, to stay above the form. */
function placeOf(below: JQuery): { width: number; shift: number } {
  const form = below.closest('.farfield-form');
  const room = form.width() ?? WIDTH;
  const width = Math.max(Math.min(WIDTH, room), below.outerWidth() ?? 0);
  const before = (below.offset()?.left ?? 0) - (form.offset()?.left ?? 0);
  return { width, shift: Math.min(0, room - before - width) };
}

function elementOf({ item: { value, label, depth, heading } }: Line, id: string): JQuery {
  const line = heading ? $('<li role="presentation" class="farfield-pick-heading">') : $('<li role="option">');
  line.attr({ id, title: label === '' ? value : `${label}\n${value}` }).css('--farfield-depth', depth);
  if (label === '' || label === value || heading) return line.append($('<span>').text(label || value));
  return line.append($('<span>').text(label), $('<code>').append($('<bdi>').text(value)));
}
