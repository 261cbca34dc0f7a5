import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../support/packed-package';

const markdownIn = (folder: string): string[] =>
  readdirSync(join(projectRoot, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const DOCUMENTS = [...markdownIn('.'), ...markdownIn('docs')];

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

const headingsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, words]) => String(words));

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** TypeScript files below a folder. */
const sources = (folder: string): string[] =>
  readdirSync(join(projectRoot, folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

describe('the documents', () => {
  for (const path of DOCUMENTS) {
    it(`${path} links to files and headings that exist`, () => {
      const links = [...read(path).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
      const broken = links.filter(([, file = '', anchor]) => {
        const target = file === '' ? path : join(dirname(path), file);
        if (!existsSync(join(projectRoot, target))) return true;
        return anchor !== undefined && !headingsOf(target).map(anchorOf).includes(anchor);
      });
      assert.deepEqual(
        broken.map(([link]) => link),
        [],
      );
    });
  }

  it('hold every decision that a comment cites', () => {
    const cited = ['nodes', 'simulators', 'scripts', 'bench', 'test'].flatMap(sources).flatMap((source) =>
      [...read(source).matchAll(/(docs\/[\w-]+\.md), "([^"]+)"/g)].map(([, path, heading]) => ({
        source,
        path: String(path),
        heading: String(heading),
      })),
    );
    assert.ok(cited.length > 4);
    assert.deepEqual(
      cited.filter(({ path, heading }) => !headingsOf(path).includes(heading)),
      [],
    );
  });

  it('are the only ones that comments send a reader to', () => {
    const named = ['nodes', 'simulators', 'scripts', 'bench']
      .flatMap(sources)
      .flatMap((source) =>
        [...read(source).matchAll(/(?<![\w./-])(?:docs\/)?[\w-]+\.md\b/g)].map(([name]) => ({ source, name })),
      );
    assert.deepEqual(
      named.filter(({ name }) => !existsSync(join(projectRoot, name))),
      [],
    );
  });
});
