/**
 * Puts literals in the place of `defaultsOf(TABLE)` and `credentialsOf(TABLE)` in an `editor.ts`: the Flow Library reads
 * the HTML with a parser. The tables are those of the `properties.ts` beside it.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { credentialOf, defaultOf, isChecked } from '../nodes/core/property/defaults';
import type { Credential, CredentialTable, Property, PropertyTable } from '../nodes/core/property/property';

/** The plugin of esbuild that does so. */
export const literalProperties: Plugin = {
  name: 'literal-properties',
  setup(build) {
    build.onLoad({ filter: /[\\/]editor\.ts$/ }, async ({ path }) => {
      const tables = join(dirname(path), 'properties.ts');
      const source = await readFile(path, 'utf8');
      return {
        contents: withLiterals(source, await import(pathToFileURL(tables).href)),
        loader: 'ts',
      };
    });
  },
};

/**
 * @param tables what the file imports from `properties.ts`
 * @throws Error when it names a table that is not there
 */
export function withLiterals(source: string, tables: Readonly<Record<string, unknown>>): string {
  const tableOf = (name: string): object => {
    const table = tables[name];
    if (typeof table === 'object' && table !== null) return table;
    throw new Error(`no table ${name} in properties.ts`);
  };
  const literal = source
    .replace(/\bdefaultsOf\((\w+)\)/g, (_, name: string) => defaults(name, tableOf(name) as PropertyTable))
    .replace(/\bcredentialsOf\((\w+)\)/g, (_, name: string) => credentials(name, tableOf(name) as CredentialTable));
  return literal.includes('validatorOf(')
    ? `import { validatorOf } from '../../editor/properties';\n${literal}`
    : literal;
}

function defaults(table: string, rows: PropertyTable): string {
  const entry = (name: string, row: Property): string =>
    members({ ...defaultOf(row) }, isChecked(row) && `${table}.${name}`);
  return object(Object.entries(rows).map(([name, row]) => [name, entry(name, row)]));
}

function credentials(table: string, rows: CredentialTable): string {
  const entry = (name: string, row: Credential): string =>
    members({ ...credentialOf(row) }, row.when !== undefined && `${table}.${name}`);
  return object(Object.entries(rows).map(([name, row]) => [name, entry(name, row)]));
}

function members(values: Record<string, unknown>, checked: string | false): string {
  const literals = Object.entries(values).map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
  return object(checked === false ? literals : [...literals, ['validate', `validatorOf(${checked})`]]);
}

function object(entries: readonly (readonly [name: string, value: string])[]): string {
  return `{ ${entries.map(([name, value]) => `${name}: ${value}`).join(', ')} }`;
}
