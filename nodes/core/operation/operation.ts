/**
 * An operation of a platform as a row of data. The runtime makes the request from it, the dialog its form,
 * the help its table, the tests their cases.
 */
export interface Operation {
  /** As in test/fixtures/operations.json; what the `operation` property and `msg.operation` hold. */
  id: string;
  /** Node type that offers it. */
  node: string;
  /**
   * How it travels: a word of the platform, whose client knows what to do with it. `http-form`: what is in the body is
   * form-encoded, and stands in the query of a GET.
   */
  transport: Transport;
  /** HTTP method or JSON-RPC method; `*`: the parameter `httpMethod` says it where there is one, else `method`. */
  method: string;
  /**
   * Below the account's URL, with `{parameter}` in it, or `{parameter?}` for one that may be left out; the slash before it
   * stays. `*`: the parameter `path` says it. Empty for JSON-RPC.
   */
  path: string;
  params: readonly Parameter[];
  /** Always in the query, and no parameter: `{ profile: '3' }`. */
  fixedQuery?: Readonly<Record<string, string>>;
  /**
   * How the body is written; default: JSON object of the body parameters. `multipart`: each of them is a part of a form,
   * and bytes are a file.
   */
  body?: 'json' | 'json-lines' | 'text' | 'multipart';
  /** The Content-Type of every request, with a body or without; default: that of the body, where there is one. */
  contentType?: string;
  /** Whether sending it twice does no harm, where the method does not say it: GET, PUT and DELETE may be repeated. */
  repeatable?: boolean | ((values: Values) => boolean);
  /**
   * The one member of the answer that holds its data, where the platform wraps it: `{deviceTypes: […]}`; several: one
   * within the other. A function takes the data out of an answer that holds more.
   */
  envelope?: string | readonly string[] | ((data: unknown) => unknown);
  /** No reply is documented, or none that counts: a 2xx has succeeded, even where the reply is not the JSON it is called. */
  anyReply?: boolean;
  /** Why an answer says no although its status is 2xx, in words for people; undefined: it does not. */
  refusal?(reply: Reply): string | undefined;
  /** A check across parameters. Returns what is wrong, naming the parameters, or undefined. */
  check?(values: Values): string | undefined;
}

/** What the platforms so far have; a further one may bring others. */
export type Transport = 'http' | 'http-form' | 'sse' | 'jsonrpc' | (string & {});

/** An answer with a 2xx, before its envelope is removed. */
export interface Reply {
  /** HTTP method of the request. */
  method: string;
  statusCode: number;
  /** Parsed JSON, text, or null for an empty body. */
  data: unknown;
}

/**
 * `time`: ISO 8601; Unix milliseconds and dates are converted. `list`: texts; one text, or several with commas between,
 * are taken for a list too. `any`: whatever JSON can say.
 */
export type ParameterType = 'string' | 'integer' | 'number' | 'boolean' | 'time' | 'object' | 'array' | 'list' | 'any';

export interface Parameter {
  name: string;
  /** `rpc`: a member of JSON-RPC's `params`. `none`: not sent under its name; the operation reads it itself. */
  in: 'path' | 'query' | 'body' | 'rpc' | 'none';
  type: ParameterType;
  required?: boolean;
  min?: number;
  max?: number;
  choices?: readonly string[];
  /** What the platform wants for each choice; undefined: the parameter is left out. */
  sentAs?: Readonly<Record<string, unknown>> | undefined;
  /** Never quoted in a message, log line or error; masked in the dialog. */
  secret?: boolean;
  /** Base64 of so many bytes; hexadecimal digits are accepted and converted. */
  bytes?: number;
  /** The parameter is the whole body (`in: 'body'`), not a member of it. */
  whole?: boolean;
  /**
   * An object of whatever the platform takes besides the row's other parameters, sent under its members' own names: what
   * `msg.params` has under names that the row does not know, and in a body `msg.payload` too.
   */
  others?: boolean;
  /** An integer that people write in hexadecimal too: with `0x` in front only, and no leading zeros without it. */
  address?: boolean;
  /** The platform takes the value as text: `"true"` rather than `true`. */
  asText?: boolean;
  /** A part of the path that is a path itself: its slashes stay (node ids of iTwin IoT). */
  slashes?: boolean;
  /** Pick list of the account that offers values in the dialog. */
  pick?: PickSource;
  /** Setting of the node or the account that stands in when nobody gives a value. */
  setting?: string;
  /** Several lines in the dialog. */
  multiline?: boolean;
  /** The value when it is not given but can be had from the others; undefined when it cannot. */
  derive?(values: Values): unknown;
  /** Another form that people give, into the one that the platform wants; what it does not know stays as it is. */
  convert?(value: unknown): unknown;
  /** A check beyond type and range. Returns what is wrong, or undefined. */
  check?(value: unknown): string | undefined;
}

/** A pick list by its name, and the parameters whose values it must know: the metrics of a sensor. */
export type PickSource = string | { list: string; needs: readonly string[] };

/** Parameter values by name, as the platform wants them. */
export type Values = Record<string, unknown>;

/** What the builders below take besides the name. */
export type ParameterOptions = Partial<Omit<Parameter, 'name' | 'in'>>;

type Builder = (name: string, options?: ParameterOptions) => Parameter;

/** A part of the path. Required unless the path says `{name?}` and the options `required: false`. */
export const inPath: Builder = (name, options) => ({ name, in: 'path', type: 'string', required: true, ...options });

export const inQuery: Builder = (name, options) => ({ name, in: 'query', type: 'string', ...options });

export const inBody: Builder = (name, options) => ({ name, in: 'body', type: 'string', ...options });

export const inRpc: Builder = (name, options) => ({ name, in: 'rpc', type: 'string', ...options });

/** Any other name, which the platform takes and its text does not list: `"*"` of test/fixtures/operations.json. */
export const anyOther = (place: 'query' | 'body', options?: ParameterOptions): Parameter => ({
  name: 'params',
  in: place,
  type: 'object',
  others: true,
  ...options,
});

/** Read by the operation itself, not sent under its name. */
export const notSent: Builder = (name, options) => ({ name, in: 'none', type: 'string', ...options });

/** Whether the row says so; undefined: as the method has it. */
export function isRepeatable({ repeatable }: Operation, values: Values): boolean | undefined {
  return typeof repeatable === 'function' ? repeatable(values) : repeatable;
}

/** True for what stands in a body or in JSON-RPC's `params`: then `msg.payload` may give values. */
export function takesPayload({ params }: Operation): boolean {
  return params.some((each) => each.in === 'body' || each.in === 'rpc');
}

/** The operation of a node by its id. */
export function findOperation(table: readonly Operation[], node: string, id: string): Operation | undefined {
  return table.find((operation) => operation.node === node && operation.id === id);
}

export function operationsOf(table: readonly Operation[], node: string): Operation[] {
  return table.filter((operation) => operation.node === node);
}
