import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { examples, manifest, sets } from '../support/manifest';
import { installedPackages, packedTarball, projectRoot } from '../support/packed-package';

const LANGUAGES = ['en-US', 'de', 'id', 'ja'];

/** What npm always adds, and what `files` of package.json is to add. */
const EXPECTED = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|(dist|examples|icons|locales)\/.+)$/;

describe('the packed package', () => {
  let files: string[];

  before(async function () {
    this.timeout(120_000);
    files = (await packedTarball()).files.map(({ path }) => path);
  });

  const holds = (...wanted: string[]): void => {
    assert.deepEqual(
      wanted.filter((path) => !files.includes(path)),
      [],
    );
  };

  it('holds runtime, dialogs, help and texts of every set', () => {
    for (const { base } of sets) {
      holds(`${base}.js`, `${base}.html`);
      for (const language of LANGUAGES) {
        const own = base.replace(/^dist\//, `dist/locales/${language}/`);
        holds(`${own}.json`, `${own}.html`);
      }
    }
  });

  it('writes code and dialogs in ASCII: one other character would make a file twice as large in memory', () => {
    for (const { base } of sets)
      for (const path of [`${base}.js`, `${base}.html`])
        assert.equal(readFileSync(join(projectRoot, path), 'utf8').search(/\P{ASCII}/u), -1, path);
  });

  it('holds the icons beside the runtime, where Node-RED looks for them', () => {
    holds(...readdirSync(join(projectRoot, 'icons')).map((file) => `dist/icons/${file}`));
  });

  it('holds every example', () => {
    holds(...examples.map(({ path }) => `examples/${path}`));
  });

  it('holds license and README, without which the Flow Library refuses it', () => {
    holds('LICENSE', 'README.md', 'package.json');
  });

  it('holds no source, test or simulator', () => {
    const strange = files.filter((path) => !EXPECTED.test(path) || /\.tsx?$|\.map$/.test(path));
    assert.deepEqual(strange, []);
  });

  it('brings no native add-on and runs nothing when it is installed', async function () {
    this.timeout(120_000);
    const packages = await installedPackages();
    assert.ok(packages.length > Object.keys(manifest.dependencies).length, 'the dependencies are installed');
    const suspicious = packages.filter(({ runsAtInstall, binaries }) => runsAtInstall || binaries.length > 0);
    assert.deepEqual(suspicious, []);
  });
});
