import type { Dialog } from './dialog';

export interface CheckboxChoice {
  value: string;
  help: string;
}

export interface CheckboxList {
  /** Other choices; what was ticked among the old ones is remembered. */
  offer(choices: readonly CheckboxChoice[]): void;
  /** The ticked values among those on offer; empty: all. */
  value(): string[];
}

/** A list of names to tick, with "all" as its first line. `selected` may hold names that are offered later or never. */
export function createCheckboxList({ t }: Dialog, place: JQuery, selected: readonly string[]): CheckboxList {
  const ticked = new Set(selected);
  let offered: readonly string[] = [];
  const all = $('<input type="checkbox">');
  const list = $('<div class="farfield-checks" role="group">').appendTo(place);

  const value = (): string[] => offered.filter((name) => ticked.has(name));

  const update = (): void => {
    const chosen = value();
    all.prop('checked', chosen.length === 0);
    list.find('input[data-name]').each((_, box) => {
      $(box).prop('checked', chosen.includes(String($(box).attr('data-name'))));
    });
  };

  all.on('change', () => {
    for (const name of offered) ticked.delete(name);
    update();
  });
  list.on('change', 'input[data-name]', (event) => {
    const box = $(event.currentTarget);
    const name = String(box.attr('data-name'));
    if (box.prop('checked')) ticked.add(name);
    else ticked.delete(name);
    update();
  });

  return {
    offer(choices) {
      const names = choices.map((choice) => choice.value);
      offered = names;
      const lines = choices.map((choice) =>
        lineOf($('<input type="checkbox">').attr('data-name', choice.value), choice),
      );
      list.children().detach();
      list.append(allLine(), lines);
      update();
    },
    value,
  };

  function allLine(): JQuery {
    const existing = all.parent();
    return existing.length > 0 ? existing : $('<label>').append(all, $('<span>').text(t('common.option.allEvents')));
  }
}

function lineOf(box: JQuery, { value, help }: CheckboxChoice): JQuery {
  const name = $('<code>').text(value);
  return $('<label>').append(box, $('<span>').append(name, ' ', $('<span class="farfield-check-help">').text(help)));
}
