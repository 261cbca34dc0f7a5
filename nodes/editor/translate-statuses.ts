import type { Definition, Translate } from './red';
import { statusText } from './status-text';

/**
 * Makes `_` of a type translate its statuses: the editor calls it for one with the text as key and as default, and for
 * nothing else so.
 */
export function translateStatusesOf(definition: Pick<Definition<object>, '_'>): void {
  const { _: translate } = definition;
  if (!translate) return;
  const lookUp = (key: string): string | undefined => {
    if (!KEY.test(key)) return undefined;
    const found = translate(key);
    return found === key ? undefined : found;
  };
  const translated: Translate = (key, values) =>
    values?.defaultValue === key ? statusText(key, lookUp) : translate(key, values);
  definition._ = translated;
}

/** The keys of dialogs have points in them. */
const KEY = /^[a-z#][a-z# ]*$/;
