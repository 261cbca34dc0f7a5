// Used by the dialogs and, without a browser, by scripts/operation-help.ts.
import type { Operation, Parameter } from '../core/operation';

/** The text of a catalogue key; undefined when the catalogue has none. */
export type LookUp = (key: string) => string | undefined;

type OperationWord = 'title' | 'help';

/** `label` and `help` of a parameter; `derived`: what happens when one with `derive` is left empty. */
type ParameterWord = 'label' | 'help' | 'derived';

/** Text of an operation: of this node type, or the platform's. */
export function operationText(lookUp: LookUp, operation: Operation, word: OperationWord): string | undefined {
  return first(lookUp, keysOf(operation), word);
}

/** Text of a parameter: of this operation, or the one that the platform's operations share. */
export function parameterText(
  lookUp: LookUp,
  operation: Operation,
  { name }: Parameter,
  word: ParameterWord,
): string | undefined {
  const own = keysOf(operation).map((key) => `${key}.params.${name}`);
  return first(lookUp, [...own, `${operation.node}.params.${name}`, `params.${name}`], word);
}

function keysOf({ node, id }: Operation): string[] {
  return [`${node}.operations.${id}`, `operations.${id}`];
}

function first(lookUp: LookUp, keys: readonly string[], word: string): string | undefined {
  for (const key of keys) {
    const text = lookUp(`${key}.${word}`);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** What a form marks as required: what can neither be left out nor be had from the others. */
export function isRequired({ required, derive }: Parameter): boolean {
  return required === true && derive === undefined;
}
