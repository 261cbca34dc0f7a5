import type { CredentialTable, Property as PropertyRow, PropertyTable } from '../core/property/property';
import { operationParams, type Params } from './operation-params';
import type { Credential, Property, Validator } from './red';
import { chosen, json, list, number, text, time, typed, url, when } from './values';

/** What the editor holds of a property; `${NAME}` stands in a text. */
type Saved<Row> = Row extends { kind: 'number' | 'version' }
  ? number
  : Row extends { kind: 'flag' }
    ? boolean
    : Row extends { kind: 'list' }
      ? string[] | string
      : Row extends { kind: 'params' }
        ? Params
        : string;

/** The properties of a node as the editor holds them. */
export type EditorProperties<Table extends PropertyTable> = { -readonly [Name in keyof Table]: Saved<Table[Name]> };

declare global {
  /**
   * Stands for the literal `defaults` of a table, and is no function: the Flow Library reads the HTML with a parser, so
   * the build (`scripts/literal-properties.ts`) puts the literal in its place.
   */
  function defaultsOf<Table extends PropertyTable>(
    table: Table,
  ): { [Name in keyof Table]: Property<Saved<Table[Name]>> };
  /** The same for `credentials`. */
  function credentialsOf(table: CredentialTable): Readonly<Record<string, Credential>>;
}

/** Judges a property as the runtime does, and says which one it is. In the defaults of those that `isChecked`. */
export function validatorOf(row: PropertyRow): Validator {
  const own = ownValidator(row);
  const validator = row.when ? when(row.when, own) : own;
  // Of `params` each has a name of its own.
  return row.kind === 'params' ? validator : labelled(validator);
}

function labelled(validator: Validator): Validator {
  return function (value, options) {
    const said = validator.call(this, value, options);
    return typeof said === 'string' && options.label ? `${options.label}: ${said}` : said;
  };
}

function ownValidator(row: PropertyRow): Validator {
  switch (row.kind) {
    case 'url':
      return url(row.schemes);
    case 'number':
      return number(row);
    case 'list':
      return list();
    case 'typed':
      return typed(row.parameter);
    case 'json':
      return json(row.parameter);
    case 'params':
      return operationParams(row.operations, row.operation);
    case 'operation':
      return chosen();
    case 'text':
      return row.parameter ? time(row.parameter) : text();
    default:
      return text();
  }
}
