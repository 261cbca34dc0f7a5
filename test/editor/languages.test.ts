import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasDefault, operationText, parameterText } from '../../nodes/editor/operation-texts';
import { fillInOperations, lookUpIn, operationsOfPlatform } from '../../scripts/operation-help';
import { fillInRows } from '../../scripts/template-rows';

const ROOT = join(import.meta.dirname, '../..');
const LANGUAGES = ['en-US', 'de', 'id', 'ja'];
const TRANSLATED = LANGUAGES.slice(1);

/** Texts longer than this do not read the same in two languages. */
const LONG = 20;

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

function catalogueOf(language: string, platform: string): Record<string, unknown> {
  const common = JSON.parse(read('locales', language, 'common.json'));
  const own = JSON.parse(read('locales', language, `${platform}.json`));
  const clash = Object.keys(own).filter((key) => key in common);
  assert.deepEqual(clash, [], `${language}/${platform}.json would hide these of common.json`);
  return { ...common, ...own };
}

/** Texts by their whole key. */
function flatten(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  return Object.entries(node as object).flatMap(([key, value]) => flatten(value, path === '' ? key : `${path}.${key}`));
}

function textsOf(language: string, platform: string): Map<string, string> {
  return new Map(flatten(catalogueOf(language, platform)));
}

/** Names of the values that a text takes in. */
const slots = (text: string): string[] => [...text.matchAll(/__(\w+?)__/g)].map(([, name]) => String(name)).sort();

const helpSections = (html: string): string[] =>
  [...html.matchAll(/data-help-name="([^"]+)"/g)].map(([, type]) => String(type)).sort();

/** The elements of a help text in their order: a translation has the same. */
const outline = (html: string): string[] => [...html.matchAll(/<\/?(?:script|h3|h4|dl|dt|dd|ul|li|p)\b/g)].map(String);

/** Node types of a platform: folders with a dialog. */
function nodeTypes(platform: string): string[] {
  const folders = readdirSync(join(ROOT, 'nodes', platform), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const types = folders.map(({ name }) => name);
  return types.filter((type) => readdirSync(join(ROOT, 'nodes', platform, type)).includes('editor.ts')).sort();
}

const platformNames = readdirSync(join(ROOT, 'locales/en-US'))
  .filter((file) => file.endsWith('.json') && file !== 'common.json')
  .map((file) => file.replace('.json', ''));

describe('the languages of the dialogs and the help', () => {
  it('cover every platform', () => {
    const { nodes } = JSON.parse(read('package.json'))['node-red'] as { nodes: Record<string, string> };
    assert.deepEqual(platformNames.sort(), Object.keys(nodes).sort());
  });

  it('know every status word', () => {
    const [, union = ''] = /type StatusWord =([^;]+);/.exec(read('nodes/core/node-red/status.ts')) ?? [];
    const words = [...union.matchAll(/'([^']+)'/g)].map(([, word]) => String(word));
    assert.ok(words.length > 5);
    for (const language of LANGUAGES) {
      const common = JSON.parse(read('locales', language, 'common.json'));
      for (const word of words) {
        assert.equal(typeof common[word], 'string', `${language}: ${word}`);
        assert.ok(common[word].length < LONG, `${language}: "${common[word]}" is too long for a status`);
      }
    }
  });

  for (const platform of platformNames) {
    describe(platform, () => {
      const english = textsOf('en-US', platform);

      for (const language of TRANSLATED) {
        it(`has all texts in ${language}, translated, with the same values in them`, () => {
          const texts = textsOf(language, platform);
          assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort());
          for (const [key, text] of texts) {
            const original = String(english.get(key));
            assert.notEqual(text.trim(), '', key);
            assert.deepEqual(slots(text), slots(original), key);
            if (original.length > LONG) assert.notEqual(text, original, `${key} is not translated`);
          }
        });

        it(`has the whole help in ${language}`, () => {
          const help = read('locales', language, `${platform}.html`);
          const original = read('locales/en-US', `${platform}.html`);
          assert.deepEqual(outline(help), outline(original));
          const paragraphs = new Set(original.match(/<(?:p|dd|li)>.*/g)?.filter((line) => !line.includes('<a ')));
          const untranslated = (help.match(/<(?:p|dd|li)>.*/g) ?? []).filter((line) => paragraphs.has(line));
          const words = untranslated.filter(
            (line) => line.replace(/<code>.*?<\/code>|<[^>]+>/g, '').trim().length > LONG,
          );
          assert.deepEqual(words, []);
        });
      }

      for (const language of LANGUAGES) {
        it(`describes every node type in ${language}`, () => {
          const help = read('locales', language, `${platform}.html`);
          assert.deepEqual(helpSections(help), nodeTypes(platform));
        });

        it(`has a title and help for every operation and parameter in ${language}`, async () => {
          const lookUp = lookUpIn(catalogueOf(language, platform));
          for (const operation of await operationsOfPlatform(platform)) {
            for (const word of ['title', 'help'] as const)
              assert.ok(operationText(lookUp, operation, word), `${operation.id}.${word}`);
            for (const parameter of operation.params) {
              const needed = hasDefault(parameter)
                ? (['label', 'help', 'derived'] as const)
                : (['label', 'help'] as const);
              for (const word of needed)
                assert.ok(
                  parameterText(lookUp, operation, parameter, word),
                  `${operation.id}.${parameter.name}.${word}`,
                );
            }
          }
        });

        it(`lists the operations in the help in ${language}`, async () => {
          const help = read('locales', language, `${platform}.html`);
          const filled = await fillInOperations(help, platform, catalogueOf(language, platform));
          assert.doesNotMatch(filled, /<!-- operations:/);
          assert.doesNotMatch(filled, /undefined|__\w+__/);
        });
      }

      it('has nothing but links under References', () => {
        for (const help of read('locales/en-US', `${platform}.html`).split('</script>')) {
          const [, references = ''] = help.split('<h3>References</h3>');
          assert.doesNotMatch(references, /<(?!\/?(?:ul|li|a)\b)/);
        }
      });

      it('has a text for every key that a dialog names', () => {
        for (const type of nodeTypes(platform)) {
          const html = fillInRows(read('nodes', platform, type, 'editor.html'));
          assert.doesNotMatch(html, /<!--/, `${type}: rows that were not filled in`);
          const script = read('nodes', platform, type, 'editor.ts');
          const keys = [
            ...[...html.matchAll(/data-i18n="(?:\[\w+\])?([^"]+)"/g)].map(([, key]) => String(key)),
            ...[...script.matchAll(/\b_\('([^']+)'\)/g)].map(([, key]) => String(key)),
          ];
          for (const key of keys) assert.ok(english.has(key), `${type}: ${key}`);
        }
      });
    });
  }

  it('have a text for every key that the shared dialog code names', () => {
    const common = new Map(flatten(JSON.parse(read('locales/en-US/common.json'))));
    for (const file of readdirSync(join(ROOT, 'nodes/editor')).filter((name) => name.endsWith('.ts'))) {
      const keys = [...read('nodes/editor', file).matchAll(/'(common\.[\w.-]+)'/g)].map(([, key]) => String(key));
      for (const key of keys) assert.ok(common.has(key), `${file}: ${key}`);
    }
  });
});
