import { undeployedForm } from './account-form';
import { askForList, itemsOf, type WantedList } from './pick-request';
import type { PickItem } from './pick-tree';

/** What stands in a field with a pick list now. */
export interface Picked {
  /** The list; undefined while what it depends on is not known. */
  wanted: WantedList | undefined;
  values: readonly string[];
}

/** The names of what stands in a field, below it: an id says little to people. */
export interface PickedNames {
  /** Asks the deployed account for them, once an editor, if it is not known yet. */
  ask(): Promise<void>;
  /** Takes them from a list that has been loaded. */
  learn(wanted: WantedList, items: readonly PickItem[]): void;
}

type Names = ReadonlyMap<string, string>;

/** Of the lists that have been asked for since the editor was opened. */
const known = new Map<string, Names>();
const asked = new Set<string>();

export function createPickedNames(cell: JQuery, read: () => Picked): PickedNames {
  const place = $('<div class="farfield-note farfield-picked">').insertAfter(cell);

  const show = (): void => {
    const { wanted, values } = read();
    const names = wanted && known.get(keyOf(wanted));
    const said = values.flatMap((value) => names?.get(value) ?? []);
    place.text(said.join(', '));
  };
  cell.on('input change', show);

  return {
    async ask() {
      const { wanted, values } = read();
      // A field that is empty, or is not shown, has no name.
      if (!wanted || values.every((value) => value === '') || !cell.is(':visible')) return;
      show();
      // An account that is not deployed as it stands is asked when somebody opens the list.
      if (asked.has(keyOf(wanted)) || undeployedForm(wanted.id)) return;
      asked.add(keyOf(wanted));
      const answer = await askForList(wanted);
      if (!answer.ok) asked.delete(keyOf(wanted));
      else this.learn(wanted, itemsOf(answer.body));
    },
    learn(wanted, items) {
      const named = items.filter(({ value, label }) => label !== '' && label !== value);
      known.set(keyOf(wanted), new Map(named.map(({ value, label }) => [value, label])));
      show();
    },
  };
}

function keyOf({ type, id, list, query }: WantedList): string {
  return JSON.stringify([type, id, list, query]);
}
