import { listOf } from '../core/values/list-text';
import { listText } from './pick-list';
import type { EditorNode } from './red';
import { isVariable, list } from './values';

/** A property that holds a list of texts, in a field of one line. */
export interface ListField {
  /** The list; an environment variable, and what cannot be read as a list, as the text it is. */
  value(): string[] | string;
}

/** Fills the field; `asked`: it may not be empty. Its id must not be that of the property, or the editor would save its text in place of the list. */
export function createListField(node: EditorNode, field: JQuery, current: unknown, asked = true): ListField {
  const check = (): void => {
    field.toggleClass('input-error', list(asked).call(node, field.val(), {}) !== true);
  };
  field.val(Array.isArray(current) ? listText(current.map(String)) : String(current ?? '')).on('input change', check);
  check();
  return {
    value() {
      const text = String(field.val()).trim();
      return isVariable(text) ? text : (listOf(text) ?? text);
    },
  };
}
