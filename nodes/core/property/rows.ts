import type { Operation, Parameter } from '../operation/operation';
import {
  type ChoiceProperty,
  type Credential,
  type FlagProperty,
  type JsonProperty,
  type LabelProperty,
  type ListProperty,
  NOT_CHOSEN,
  type NodeProperty,
  type NumberProperty,
  type OperationProperty,
  type ParamsProperty,
  type Row,
  type SecretProperty,
  type TextProperty,
  type TypedProperty,
  type TypeProperty,
  type UrlProperty,
  type VersionProperty,
} from './property';

/** What the builders of rows take besides the value. */
type Options<Kind extends Row<string, unknown>> = Partial<Omit<Kind, 'kind' | 'value'>>;

/** The name of a node. */
export const label = (): LabelProperty => ({ kind: 'label', value: '' });

/** Of the properties as a whole. */
export const version = (value: number): VersionProperty => ({ kind: 'version', value });

/** A text, without blanks around it. */
export const text = (value = '', options: Options<TextProperty> = {}): TextProperty => ({
  kind: 'text',
  value,
  ...options,
});

/** A URL with one of the schemes. */
export const url = (
  schemes: readonly string[],
  value: string,
  options: Pick<Options<UrlProperty>, 'when'> = {},
): UrlProperty => ({ kind: 'url', value, schemes, ...options });

/** A number in a unit. */
export const number = (value: number, options: Omit<NumberProperty, 'kind' | 'value'>): NumberProperty => ({
  kind: 'number',
  value,
  ...options,
});

/** One of several texts; a new node has the first, unless told. */
export const choice = <const Choice extends string>(
  choices: readonly [Choice, ...Choice[]],
  { value = choices[0], ...options }: Partial<Pick<ChoiceProperty<Choice>, 'value' | 'when'>> = {},
): ChoiceProperty<Choice> => ({ kind: 'choice', value, choices, ...options });

/** A checkbox. */
export const flag = (value: boolean): FlagProperty => ({ kind: 'flag', value });

/** Texts; a flow may hold one text with commas between. */
export const list = (value: readonly string[] = [], options: Options<ListProperty> = {}): ListProperty => ({
  kind: 'list',
  value,
  ...options,
});

/** A config node of a type. */
export const configNode = (type: string, required: boolean): NodeProperty => ({
  kind: 'node',
  value: '',
  type,
  required,
});

/** The value of a typedInput; a row `<name>Type` with its type stands beside it. */
export const typed = (parameter: Parameter): TypedProperty => ({ kind: 'typed', value: '', parameter });

/** The type of the typedInput beside it, and what it is when a flow leaves it out. */
export const typeOf = (value: string): TypeProperty => ({ kind: 'type', value });

/** JSON that is written down in the dialog. */
export const json = (parameter: Parameter, options: Pick<JsonProperty, 'when'> = {}): JsonProperty => ({
  kind: 'json',
  value: '',
  parameter,
  ...options,
});

/** The operation of a request node. */
export const operation = (): OperationProperty => ({ kind: 'operation', value: NOT_CHOSEN });

/** Parameters of an operation. */
export const params = (operations: readonly Operation[], named = 'operation'): ParamsProperty => ({
  kind: 'params',
  value: {},
  operations,
  operation: named,
});

/** A user name, or what else a credential shows. */
export const shown = (options: Options<TextProperty> = {}): Credential => ({
  ...text('', { required: true, ...options }),
  field: 'text',
});

/** A password: every blank counts. */
export const password = (options: Pick<SecretProperty, 'when'> = {}): Credential => ({
  kind: 'secret',
  value: '',
  field: 'password',
  ...options,
});

/** A key or token that goes into a header, hidden like a password. */
export const token = (options: Pick<TextProperty, 'when'> = {}): Credential => ({
  ...text('', { required: true, header: true, ...options }),
  field: 'password',
});
