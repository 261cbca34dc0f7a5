import type { Operation, Parameter } from '../core/operation';
import { type LookUp, parameterLabel } from './operation-texts';
import type { PickNeed } from './pick-list';
import { type TypedText, writtenValue } from './values';

/** What the pick list of a parameter depends on, read from the fields of the operation's other parameters. */
export function pickNeeds(
  lookUp: LookUp,
  operation: Operation,
  { pick }: Parameter,
  typed: (name: string) => TypedText | undefined,
): PickNeed[] {
  const names = typeof pick === 'object' ? pick.needs : [];
  return operation.params
    .filter(({ name }) => names.includes(name))
    .map((needed) => ({
      name: needed.name,
      label: parameterLabel(lookUp, operation, needed),
      value() {
        const given = typed(needed.name);
        const value = given && writtenValue(needed, given);
        // Of several sensors the first stands for all.
        return String((Array.isArray(value) ? value[0] : value) ?? '');
      },
    }));
}
