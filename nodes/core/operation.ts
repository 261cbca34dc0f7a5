/**
 * An operation of a platform as a row of data. The runtime makes the request from it, the dialog its form,
 * the help its table, the tests their cases.
 */
export interface Operation {
  /** As in operations.json; what the `operation` property and `msg.operation` hold. */
  id: string;
  /** Node type that offers it. */
  node: string;
  transport: 'http' | 'sse' | 'jsonrpc';
  method: string;
  /** Below the account's URL, with `{parameter}` in it. */
  path: string;
  params: readonly Parameter[];
  /** How the body is written; default: JSON object of the body parameters. */
  body?: 'json' | 'json-lines' | 'text';
  /** Sending a POST twice does no harm. GET, PUT and DELETE never do. */
  repeatable?: boolean;
}

export type ParameterType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'body';
  type: ParameterType;
  required?: boolean;
  min?: number;
  max?: number;
  choices?: readonly string[];
  /** Never quoted in a message, log line or error; masked in the dialog. */
  secret?: boolean;
  /** Base64 of so many bytes; hexadecimal digits are accepted and converted. */
  bytes?: number;
  /** The parameter is the whole body (`in: 'body'`), not a member of it. */
  whole?: boolean;
  /** Pick list of the account that offers values in the dialog. */
  pick?: string;
  /** Several lines in the dialog. */
  multiline?: boolean;
  /** The value when it is not given but can be had from the others; undefined when it cannot. */
  derive?(values: Values): unknown;
  /** A check beyond type and range. Returns what is wrong, or undefined. */
  check?(value: unknown): string | undefined;
}

/** Parameter values by name, as the platform wants them. */
export type Values = Record<string, unknown>;

/** What the builders below take besides the name. */
export type ParameterOptions = Partial<Omit<Parameter, 'name' | 'in'>>;

type Builder = (name: string, options?: ParameterOptions) => Parameter;

/** A part of the path. Always required. */
export const inPath: Builder = (name, options) => ({ name, in: 'path', type: 'string', required: true, ...options });

export const inQuery: Builder = (name, options) => ({ name, in: 'query', type: 'string', ...options });

export const inBody: Builder = (name, options) => ({ name, in: 'body', type: 'string', ...options });

/** The operation of a node by its id. */
export function findOperation(table: readonly Operation[], node: string, id: string): Operation | undefined {
  return table.find((operation) => operation.node === node && operation.id === id);
}

export function operationsOf(table: readonly Operation[], node: string): Operation[] {
  return table.filter((operation) => operation.node === node);
}
