import type { Operation, Values } from '../core/operation/operation';
import type { Translate } from './red';
import { type TypedText, writtenValue } from './values';

/** What an operation's check across parameters says. */
export interface CheckResult {
  text: string;
  /** No message can mend it: every value is written down. */
  certain: boolean;
}

/**
 * Checks the values of an operation against each other, as far as they are written down. Silent while one comes from
 * elsewhere, or is wrong by itself; what is left empty may still come with a message.
 */
export function checkTogether(
  { params, check }: Operation,
  typed: (name: string) => TypedText | undefined,
  t: Translate,
): CheckResult | undefined {
  const values: Values = {};
  for (const parameter of params) {
    const given = typed(parameter.name);
    if (given === undefined) continue;
    values[parameter.name] = writtenValue(parameter, given);
    if (values[parameter.name] === undefined) return undefined;
  }
  const written = Object.keys(values).length;
  const problem = written === 0 ? undefined : check?.(values);
  if (problem === undefined) return undefined;
  const certain = written === params.length;
  return { text: t(certain ? 'common.invalid.check' : 'common.operation.together', { problem }), certain };
}
