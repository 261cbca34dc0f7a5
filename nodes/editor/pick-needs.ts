import type { Operation, Parameter } from '../core/operation/operation';
import type { Dialog } from './dialog';
import { parameterLabel } from './operation-texts';
import type { PickNeed } from './pick-list';
import { isVariable, type TypedText, writtenValue } from './values';

/**
 * What the pick list of a parameter depends on: other parameters that it names, and settings such as the project where
 * one of the operation's parameters stands for them.
 *
 * @param typed reads the fields of the form
 */
export function pickNeeds(
  dialog: Dialog,
  operation: Operation,
  { pick }: Parameter,
  typed: (name: string) => TypedText | undefined,
): PickNeed[] {
  const names = typeof pick === 'object' ? pick.needs : [];
  const written = (parameter: Parameter): string => {
    const given = typed(parameter.name);
    const value = given && writtenValue(parameter, given);
    // Of several sensors the first stands for all.
    return String((Array.isArray(value) ? value[0] : value) ?? '');
  };
  return operation.params.flatMap((parameter): PickNeed[] => {
    const { name, setting } = parameter;
    const label = parameterLabel(dialog.lookUp, operation, parameter);
    if (names.includes(name)) return [{ name, label, value: () => written(parameter) }];
    if (setting === undefined) return [];
    const ofNode = (): string => (isVariable(dialog.value(setting)) ? '' : dialog.value(setting));
    return [{ name: setting, label, value: () => written(parameter) || ofNode(), optional: true }];
  });
}
