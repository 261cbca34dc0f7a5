import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { credentialOf, defaultOf, isChecked } from '../../nodes/core/property/defaults';
import type { CredentialTable, Property, PropertyTable } from '../../nodes/core/property/property';
import { withLiterals } from '../../scripts/literal-properties';
import { fillInRows } from '../../scripts/template-rows';
import { listTypes } from '../support/flow-library';
import { sets } from '../support/manifest';
import { projectRoot } from '../support/packed-package';

interface Tables {
  PROPERTIES: PropertyTable;
  CREDENTIALS?: CredentialTable;
}

for (const { name: platform, base } of sets) {
  const folder = join(projectRoot, 'nodes', platform);
  const listed = listTypes(readFileSync(join(projectRoot, `${base}.html`), 'utf8'));
  const types = readdirSync(folder).filter((type) => existsSync(join(folder, type, 'properties.ts')));

  describe(`the property tables of ${platform}`, () => {
    it('are those of all its node types', () => {
      assert.deepEqual(types.sort(), listed.map(({ type }) => type).sort());
    });

    for (const type of types) {
      const tables = async (): Promise<Tables> => import(pathToFileURL(join(folder, type, 'properties.ts')).href);

      it(`stand as literals in the HTML of ${type}, where the Flow Library finds them`, async () => {
        const { PROPERTIES, CREDENTIALS = {} } = await tables();
        const found = listed.find((each) => each.type === type);
        assert.deepEqual(
          found?.defaultValues,
          mapped(PROPERTIES, (row, name) => ({
            ...defaultOf(row),
            ...(isChecked(row) && { validate: `validatorOf ${name}` }),
          })),
        );
        assert.deepEqual(
          found?.credentialValues ?? {},
          mapped(CREDENTIALS, (row, name) => ({
            ...credentialOf(row),
            ...(row.when && { validate: `validatorOf ${name}` }),
          })),
        );
      });

      it(`of ${type} have each property behind those that it depends on`, async () => {
        const { PROPERTIES, CREDENTIALS } = await tables();
        const names = Object.keys({ ...PROPERTIES, ...CREDENTIALS });
        for (const [name, { when = {} }] of Object.entries({ ...PROPERTIES, ...CREDENTIALS })) {
          for (const other of Object.keys(when))
            assert.ok(names.indexOf(other) >= 0 && names.indexOf(other) < names.indexOf(name), `${name}: ${other}`);
        }
      });

      it(`of ${type} agree with its form`, async () => {
        const { PROPERTIES, CREDENTIALS } = await tables();
        const html = fillInRows(readFileSync(join(folder, type, 'editor.html'), 'utf8'));
        for (const [name, row] of Object.entries({ ...PROPERTIES, ...CREDENTIALS }))
          checkRow(name, row, formRow(html, name));
      });
    }
  });
}

describe('a table in an editor.ts', () => {
  it('that is not there fails the build', () => {
    assert.throws(() => withLiterals('{ defaults: defaultsOf(TABLE) }', {}), /no table TABLE/);
  });
});

function mapped<Row>(
  table: Readonly<Record<string, Row>>,
  entry: (row: Row, name: string) => object,
): Record<string, object> {
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, entry(row, name)]));
}

/** The line of a form that holds the field of a property. */
function formRow(html: string, name: string): string | undefined {
  return html.split('\n').find((line) => new RegExp(`id="(?:node-(?:config-)?input|farfield)-${name}"`).test(line));
}

/** What dialogs make by code: the parameters of an operation, the events of a stream; and what none shows. */
const WITHOUT_FIELD = ['version', 'params', 'eventTypes'];

function checkRow(name: string, row: Property, line: string | undefined): void {
  if (line === undefined) {
    assert.ok(WITHOUT_FIELD.includes(name), `${name} has no field`);
    return;
  }
  const field = row.kind === 'type' ? '' : line;
  const needed = defaultOf({ ...row, when: undefined }).required === true || isAlwaysNeeded(row);
  if (field !== '') assert.equal(field.includes('class="farfield-required"'), needed, `${name}: marked as required`);
  for (const [other, value] of Object.entries(row.when ?? {}))
    assert.match(line, new RegExp(`data-show="[^"]*\\b${other}=${value}[ "]`), `${name}: shown when it applies`);
  if (row.kind === 'flag') assert.match(line, /type="checkbox"/, name);
  if (row.kind === 'number') {
    assert.ok(line.includes('class="farfield-short" inputmode="numeric"'), name);
    assert.deepEqual(unitsOf(line), [row.unit], name);
  }
  const options = [...line.matchAll(/<option value="([^"]*)"/g)].map(([, value]) => String(value));
  if (row.kind === 'choice' && options.length > 0) assert.deepEqual(options.sort(), [...row.choices].sort(), name);
}

function isAlwaysNeeded(row: Property): boolean {
  if (row.kind === 'text' || row.kind === 'list') return row.asked === true;
  return row.kind === 'json' || row.kind === 'secret';
}

function unitsOf(line: string): string[] {
  return [...line.matchAll(/data-i18n="common\.unit\.(\w+)"/g)].map(([, unit]) => String(unit));
}
