import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { listTypes, scriptsOf } from '../support/flow-library';
import { examples, sets } from '../support/manifest';
import { projectRoot } from '../support/packed-package';

/** Node-RED's own properties of a node. */
const RESERVED = ['id', 'type', 'wires', 'inputs'];

describe('the Flow Library', () => {
  it('has sets to look at', () => {
    assert.ok(sets.length > 0);
  });

  for (const { name, base } of sets) {
    const html = readFileSync(join(projectRoot, `${base}.html`), 'utf8');
    const types = listTypes(html);

    it(`finds every node type that the runtime of ${name} registers`, () => {
      assert.deepEqual(types.map(({ type }) => type).sort(), registeredTypes(`${base}.js`).sort());
    });

    for (const { type, literals, defaults, credentials } of types) {
      it(`reads ${type} without running it`, () => {
        assert.ok(defaults, '"defaults" is an inline object');
        assert.ok(defaults.includes('name'));
        assert.match(String(literals.category), /./);
        assert.match(String(literals.color), /^#[0-9a-fA-F]{6}$/);
        assert.ok(iconFiles(base).includes(String(literals.icon)), `the icon ${literals.icon} is in the package`);
        const isConfig = literals.category === 'config';
        assert.equal(typeof literals.inputs, isConfig ? 'undefined' : 'number');
        assert.equal(typeof literals.outputs, isConfig ? 'undefined' : 'number');
        if (html.includes('credentials:') && isConfig) assert.ok(credentials, '"credentials" is an inline object');
        const clashes = defaults.filter((property) => property.length < 2 || RESERVED.includes(property));
        assert.deepEqual(clashes, [], 'no property has a name that Node-RED needs');
      });
    }

    it(`has help for every node type of ${name}`, () => {
      const help = readFileSync(join(projectRoot, 'dist/locales/en-US', `${basename(base)}.html`), 'utf8');
      const missing = types.filter(({ type }) => !help.includes(`data-help-name="${type}"`));
      assert.deepEqual(missing, []);
    });

    it(`has an example for every node type of ${name} that stands in a flow (N02)`, () => {
      const used = new Set(examples.flatMap(({ nodes }) => nodes.map(({ type }) => type)));
      const missing = types.filter(({ type, literals }) => literals.category !== 'config' && !used.has(type));
      assert.deepEqual(
        missing.map(({ type }) => type),
        [],
      );
    });

    it(`meets no script in ${name} that the editor would have to fetch first`, () => {
      assert.deepEqual(
        scriptsOf(html).filter(({ src }) => src !== undefined),
        [],
      );
    });
  }

  it('finds icons in the shape Node-RED wants: 2 to 3, at least 40 by 60, white, a name of their own', () => {
    const all = sets.flatMap(({ base }) => iconFiles(base)).filter((file) => file.endsWith('.svg'));
    assert.deepEqual(
      [...new Set(all)].filter((file) => !isNodeRedIcon(readFileSync(join(projectRoot, 'dist/icons', file), 'utf8'))),
      [],
    );
  });
});

/** What a set's file registers, seen through the only door it has. */
function registeredTypes(script: string): string[] {
  const types: string[] = [];
  const nothing = (): void => undefined;
  const door = {
    nodes: { registerType: (type: string) => types.push(type) },
    httpAdmin: { get: nothing, post: nothing, put: nothing, delete: nothing, use: nothing },
    httpNode: { get: nothing, post: nothing, use: nothing },
    auth: { needsPermission: () => nothing },
    settings: {},
  };
  const register = createRequire(__filename)(join(projectRoot, script)) as (RED: typeof door) => void;
  register(door);
  return types;
}

function iconFiles(base: string): string[] {
  return readdirSync(join(projectRoot, base, '..', 'icons'));
}

function isNodeRedIcon(svg: string): boolean {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  const colors = [...svg.matchAll(/(?:fill|stroke)="(?!none)([^"]+)"/g)].map(([, color]) => color);
  return (
    Number(width) >= 40 &&
    Number(width) * 3 === Number(height) * 2 &&
    colors.every((color) => /^(#fff|#ffffff|white)$/i.test(color ?? ''))
  );
}
