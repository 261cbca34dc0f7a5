import { findOperation, type Operation } from '../core/operation/operation';
import { isObject } from '../core/values/json';
import { checkTogether } from './operation-check';
import { type LookUp, parameterLabel } from './operation-texts';
import type { EditorNode, Validator } from './red';
import { asTyped } from './saved-value';
import { type TypedText, typedProblem } from './values';

/** `params` of a request node. */
export type Params = Record<string, TypedText>;

/** What a flow file holds for `params`, whoever wrote it. */
export function savedParams(params: unknown): Params {
  return isObject(params) ? (params as Params) : {};
}

/**
 * For `params` in a node's defaults: finds the values the runtime would refuse.
 *
 * @param property names the operation
 */
export function operationParams(table: readonly Operation[], property = 'operation'): Validator {
  return function (value, _options) {
    const id = (this as EditorNode & Record<string, unknown>)[property];
    const operation = findOperation(table, this.type, String(id));
    if (!operation) return true;
    const params = savedParams(value);
    const lookUp: LookUp = (key) => (this._(key) === key ? undefined : this._(key));
    const typed = new Map(operation.params.map((each) => [each.name, asTyped(each, params[each.name])]));
    for (const parameter of operation.params) {
      const given = typed.get(parameter.name);
      const problem = given && typedProblem(parameter, given, this._);
      if (problem) return `${parameterLabel(lookUp, operation, parameter)}: ${problem}`;
    }
    const said = checkTogether(operation, (name) => typed.get(name), this._);
    return said?.certain ? said.text : true;
  };
}
