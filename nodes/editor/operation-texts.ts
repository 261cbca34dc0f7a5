// Used by the dialogs and, without a browser, by scripts/operation-help.ts.
import type { Operation, Parameter } from '../core/operation/operation';

/** The text of a catalogue key; undefined when the catalogue has none. */
export type LookUp = (key: string) => string | undefined;

type OperationWord = 'title' | 'help';

/** `label` and `help` of a parameter; `derived`: what one stands for that is left empty (`hasDefault`). */
type ParameterWord = 'label' | 'help' | 'derived' | `choices.${string}`;

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

/** How people call a parameter. */
export function parameterLabel(lookUp: LookUp, operation: Operation, parameter: Parameter): string {
  return parameterText(lookUp, operation, parameter, 'label') ?? parameter.name;
}

/** A choice as people see it: the value the platform takes and, where the catalogue has words for it, those too. */
export function choiceText(lookUp: LookUp, operation: Operation, parameter: Parameter, value: string): string {
  const words = parameterText(lookUp, operation, parameter, `choices.${value}`);
  return words === undefined ? value : `${value} – ${words}`;
}

/** True when the platform gets a value all the same from a field that is left empty: worked out, or a setting. */
export function hasDefault({ derive, setting }: Parameter): boolean {
  return derive !== undefined || setting !== undefined;
}

/** What a form marks as required: what can neither be left out nor be had otherwise. */
export function isRequired(parameter: Parameter): boolean {
  return parameter.required === true && !hasDefault(parameter);
}
