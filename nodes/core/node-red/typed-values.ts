import type { Node, NodeAPI } from 'node-red';
import { PlatformError, toPlatformError } from '../errors';
import type { Values } from '../operation/operation';
import { isObject } from '../values/json';
import { variableName } from '../values/variables';
import type { FlowMessage } from './node';
import { checkContextStore, type Properties } from './settings';

/** A value of a typedInput: what it says and how to read it. */
export interface TypedValue {
  type: string;
  value: unknown;
}

/** Reads typedInput values against a message. Made once for a node: it keeps compiled JSONata expressions. */
export interface TypedReader {
  /**
   * @param name for errors
   * @returns undefined when the value is empty
   * @throws PlatformError INVALID_PARAMETER naming the parameter
   */
  read(name: string, typed: TypedValue, message: FlowMessage): Promise<unknown>;
  readAll(typed: Readonly<Record<string, TypedValue>>, message: FlowMessage): Promise<Values>;
}

export function createTypedReader(RED: NodeAPI, node: Node): TypedReader {
  const expressions = new Map<string, ReturnType<NodeAPI['util']['prepareJSONataExpression']>>();

  const jsonata = (text: string, message: FlowMessage): Promise<unknown> => {
    let expression = expressions.get(text);
    if (!expression) {
      expression = RED.util.prepareJSONataExpression(text, node);
      expressions.set(text, expression);
    }
    const prepared = expression;
    return new Promise((resolve, reject) => {
      RED.util.evaluateJSONataExpression(prepared, message as never, (error: Error | null, result: unknown) =>
        error ? reject(error) : resolve(result),
      );
    });
  };

  const evaluate = ({ type, value }: TypedValue, message: FlowMessage): unknown => {
    if (typeof value !== 'string') return value;
    if (value === '') return undefined;
    const variable = type === 'str' || type === 'raw' ? variableName(value) : undefined;
    if (variable !== undefined) throw notSet(variable);
    if (type === 'jsonata') return jsonata(value, message);
    if (type === 'flow' || type === 'global') return fromContext(type, value, message);
    if (type === 'num' && Number.isNaN(Number(value))) throw new Error(`"${value}" is not a number`);
    const result: unknown = RED.util.evaluateNodeProperty(value, type, node, message as never);
    if (type === 'env' && (result === undefined || result === '')) throw notSet(value);
    return result;
  };

  const fromContext = (type: string, value: string, message: FlowMessage): Promise<unknown> => {
    const { store } = RED.util.parseContextStore(value) as { store?: string };
    if (store !== undefined) checkContextStore(RED, store);
    return new Promise((resolve, reject) => {
      RED.util.evaluateNodeProperty(value, type, node, message as never, (error: Error | null, result: unknown) =>
        error ? reject(error) : resolve(result),
      );
    });
  };

  const read: TypedReader['read'] = async (name, typed, message) => {
    try {
      return await evaluate(typed, message);
    } catch (thrown) {
      const error = toPlatformError(thrown);
      // The message of a JSON error quotes the text, which may be a key.
      const reason = thrown instanceof SyntaxError ? 'it is not valid JSON' : error.message;
      throw new PlatformError('INVALID_PARAMETER', `cannot read the parameter "${name}" (${typed.type}): ${reason}`);
    }
  };

  return {
    read,
    async readAll(typed, message) {
      const values: Values = {};
      for (const [name, each] of Object.entries(typed)) values[name] = await read(name, each, message);
      return values;
    },
  };
}

/**
 * The `params` property of a request node: `{name: {type, value}}`. A bare value stands for itself.
 */
export function typedParams(property: unknown): Record<string, TypedValue> {
  if (!isObject(property)) return {};
  return Object.fromEntries(
    Object.entries(property).map(([name, entry]) => [
      name,
      isObject(entry) && typeof entry.type === 'string'
        ? { type: entry.type, value: entry.value }
        : { type: 'raw', value: entry },
    ]),
  );
}

function notSet(variable: string): Error {
  return new Error(`the environment variable ${variable} is not set`);
}

/** The property `name` of a typedInput, whose type stands beside it in `<name>Type`; without one it is `fallback`. */
export function typedProperty(properties: Properties, name: string, fallback: string): TypedValue {
  const type = properties[`${name}Type`];
  return { type: typeof type === 'string' && type !== '' ? type : fallback, value: properties[name] };
}

/** A number as its digits stand in the dialog: to JavaScript `12E00003` and `0x10` are numbers too. */
export function asWritten(typed: TypedValue): TypedValue {
  return typed.type === 'num' && typeof typed.value === 'string' ? { type: 'str', value: typed.value } : typed;
}
