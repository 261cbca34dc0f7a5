import type { Operation, Parameter } from '../operation/operation';

/**
 * A property of a node as a row of data. The runtime reads it as the row says (`node-red/properties.ts`), the dialog
 * judges it, and the build prints its default into the HTML (`scripts/literal-properties.ts`).
 */
export type Property =
  | LabelProperty
  | VersionProperty
  | TextProperty
  | SecretProperty
  | UrlProperty
  | NumberProperty
  | ChoiceProperty<string>
  | FlagProperty
  | ListProperty
  | NodeProperty
  | TypedProperty
  | TypeProperty
  | JsonProperty
  | OperationProperty
  | ParamsProperty;

/** The properties of a node by name, in the order in which a flow file holds them. */
export type PropertyTable = Readonly<Record<string, Property>>;

/** The credentials of a config node by name. */
export type CredentialTable = Readonly<Record<string, Credential>>;

/** A credential, and how its field shows it. */
export type Credential = (TextProperty | SecretProperty) & { field: 'text' | 'password' };

/** What all rows have. */
export interface Row<Kind extends string, Value> {
  kind: Kind;
  /** What a new node has. */
  value: Value;
  /**
   * The property applies while these others, which stand above it, have these values. When it does not, the runtime
   * does not look at it: what the dialog hides does not count.
   */
  when?: Readonly<Record<string, string>>;
}

/** The name of the node: for people only. */
export type LabelProperty = Row<'label', ''>;

/** Raised when a property changes. */
export type VersionProperty = Row<'version', number>;

export interface TextProperty extends Row<'text', string> {
  /** What an empty one means; default: `value`. */
  empty?: string;
  /** It may not be empty. */
  required?: boolean;
  /** The dialog wants it; the runtime leaves it to the operation into which it goes. */
  asked?: boolean;
  /** It goes into an HTTP header. */
  header?: boolean;
  /** Judges it in the dialog; the node does so where it uses it. */
  parameter?: Parameter;
}

/** A password. */
export type SecretProperty = Row<'secret', ''>;

/** A URL; it may not be empty. */
export interface UrlProperty extends Row<'url', string> {
  /** Without their colon. */
  schemes: readonly string[];
}

/** Units in which people write numbers, and what one of them is to the runtime: milliseconds, bytes, pieces. */
export const UNITS = {
  seconds: 1000,
  milliseconds: 1,
  megabytes: 1_000_000,
  bytes: 1,
  messages: 1,
  observations: 1,
  requests: 1,
  doubts: 1,
} as const;

/** Empty means `value`. */
export interface NumberProperty extends Row<'number', number> {
  min: number;
  max?: number;
  unit: keyof typeof UNITS;
}

/** Empty, or left out by a flow, means the first choice: a new node may begin with another. */
export interface ChoiceProperty<Choice extends string> extends Row<'choice', Choice> {
  choices: readonly [Choice, ...Choice[]];
}

/** Left out means false: a new node may begin with true. */
export type FlagProperty = Row<'flag', boolean>;

export interface ListProperty extends Row<'list', readonly string[]> {
  /** The dialog wants at least one; the runtime leaves it to the operation into which they go. */
  asked?: boolean;
}

/** The id of a config node. */
export interface NodeProperty extends Row<'node', ''> {
  type: string;
  required: boolean;
}

/** The value of a typedInput; its type stands in `<name>Type`. */
export interface TypedProperty extends Row<'typed', ''> {
  parameter: Parameter;
}

/** The type of a typedInput. */
export type TypeProperty = Row<'type', string>;

/** JSON text of the dialog, or an object written by hand; the node reads it. */
export interface JsonProperty extends Row<'json', ''> {
  parameter: Parameter;
}

/** What stands in the place of an operation in a new node, until a person has chosen. The node takes it for an empty one. */
export const NOT_CHOSEN = 'choose';

/** The id of an operation; empty: each message names it. */
export type OperationProperty = Row<'operation', typeof NOT_CHOSEN>;

/** `{name: {type, value}}`: parameters of the operation that another property names. */
export interface ParamsProperty extends Row<'params', Readonly<Record<string, never>>> {
  operations: readonly Operation[];
  operation: string;
}
