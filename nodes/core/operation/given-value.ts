import { isObject } from '../values/json';
import { listOf } from '../values/list-text';
import { type Operation, type Parameter, takesPayload, type Values } from './operation';

/** Where values come from, strongest first. */
export interface ParameterSources {
  /** Set in the dialog. */
  dialog: Values;
  /** `msg.params`. */
  message: unknown;
  /** `msg.payload`; looked at only for operations that have a body. */
  payload: unknown;
  /** Settings of node and account by name, for parameters that name one. */
  settings?: Values;
}

/** What is given for a parameter, unchecked; undefined: nothing is. */
export function givenValue(parameter: Parameter, operation: Operation, sources: ParameterSources): unknown {
  if (parameter.others) return othersOf(parameter, operation, sources);
  const { setting } = parameter;
  return (
    named(parameter, sources) ??
    fromPayload(parameter, operation, sources) ??
    (setting === undefined ? undefined : member(sources.settings, setting))
  );
}

/** Whatever has a name that no parameter of the row has. Its own name holds an object of such names: the dialog's field. */
function othersOf(parameter: Parameter, operation: Operation, sources: ParameterSources): unknown {
  const own = named(parameter, sources);
  if (own !== undefined && !isObject(own)) return own;
  const known = namesOf(operation);
  const unknownIn = (source: unknown): Values =>
    isObject(source) && !(source instanceof Uint8Array)
      ? Object.fromEntries(Object.entries(source).filter(([name, value]) => !known.has(name) && !isEmpty(value)))
      : {};
  const payload = takesPayload(operation) ? sources.payload : undefined;
  const others = { ...unknownIn(payload), ...unknownIn(sources.message), ...own };
  return Object.keys(others).length > 0 ? others : undefined;
}

/** A name in such an object that is a parameter of its own. */
export function misplacedIn({ others, name }: Parameter, operation: Operation, values: Values): string | undefined {
  const known = namesOf(operation);
  return others ? Object.keys(values[name] ?? {}).find((each) => known.has(each)) : undefined;
}

function namesOf({ params }: Operation): ReadonlySet<string> {
  return new Set(params.map(({ name }) => name));
}

/** What dialog or `msg.params` give a parameter by its name. */
function named({ name }: Parameter, { dialog, message }: ParameterSources): unknown {
  return member(dialog, name) ?? member(message, name);
}

function fromPayload(parameter: Parameter, operation: Operation, sources: ParameterSources): unknown {
  const { params } = operation;
  const { payload } = sources;
  if (!takesPayload(operation)) return undefined;
  if (Array.isArray(payload)) return parameter === params.find(wantsArray(payload)) ? payload : undefined;
  const given = member(payload, parameter.name);
  if (given !== undefined || !parameter.whole || parameter.type !== 'any' || !isObject(payload)) return given;
  // A member that is called like a parameter with a value is one of the body.
  const isRequest = params.some((each) => each.name in payload && named(each, sources) === undefined);
  return isRequest ? undefined : payload;
}

/**
 * Finds the parameter of an operation that a payload which is an array stands for: never one that settings fill in.
 * Objects are no list of texts: they are rather what the node before has answered.
 */
function wantsArray(payload: readonly unknown[]): (parameter: Parameter) => boolean {
  const isList = listOf(payload) !== undefined;
  return ({ in: place, type, whole, setting }) =>
    (place === 'body' || place === 'rpc') &&
    setting === undefined &&
    (type === 'array' || (type === 'list' && isList) || (type === 'any' && whole === true));
}

/** An own member: a Buffer, say, inherits a `filter`. */
function member(source: unknown, name: string): unknown {
  if (!isObject(source) || !Object.hasOwn(source, name)) return undefined;
  return isEmpty(source[name]) ? undefined : source[name];
}

/** What counts as not given. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
