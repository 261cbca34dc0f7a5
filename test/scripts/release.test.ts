import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../support/packed-package';

const run = promisify(execFile);

/** What a package is made of. */
const PARTS = [
  'nodes',
  'locales',
  'icons',
  'examples',
  'scripts',
  'package.json',
  'package-lock.json',
  'README.md',
  'LICENSE',
];

const CHANGELOG = '# Changelog\n\n## [Unreleased] (0.1.0)\n\n### Added\n\n- Everything.\n';

describe('npm run release', function () {
  this.timeout(120_000);

  let folder: string;
  let registry: Server;
  let env: NodeJS.ProcessEnv;
  const asked: string[] = [];

  /** A repository of its own, so that no commit or tag gets into this one. */
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'farfield-release-'));
    for (const part of PARTS) await cp(join(projectRoot, part), join(folder, part), { recursive: true });
    await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, '.gitignore'), 'node_modules\ndist/\n');
    await writeFile(join(folder, 'CHANGELOG.md'), CHANGELOG);
    registry = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    asked.length = 0;
    env = {
      ...process.env,
      npm_config_registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@example.com',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@example.com',
    };
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'first');
  });

  afterEach(async () => {
    await new Promise((resolve) => registry.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: folder, env })).stdout.trim();

  const release = (...args: string[]): Promise<string> =>
    run(process.execPath, [...process.execArgv, join(projectRoot, 'scripts/release.ts'), ...args], {
      cwd: folder,
      env,
    }).then(
      ({ stdout }) => stdout,
      ({ stderr }) => String(stderr).trim(),
    );

  const versionOf = async (file: string): Promise<string> =>
    JSON.parse(await readFile(join(folder, file), 'utf8')).version;

  it('raises the version, dates the changelog, commits and tags, and publishes nothing', async () => {
    const said = await release('minor', '--skip-checks');
    assert.match(said, /npm publish --provenance --access public --dry-run/);
    assert.match(said, /Tried, but not published: @farfield\/node-red-iot-platforms 0\.2\.0/);
    assert.deepEqual([await versionOf('package.json'), await versionOf('package-lock.json')], ['0.2.0', '0.2.0']);
    assert.match(
      await readFile(join(folder, 'CHANGELOG.md'), 'utf8'),
      /^# Changelog\n\n## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- Everything\.\n$/,
    );
    assert.equal(await git('log', '--format=%s', '-1'), 'chore(release): v0.2.0');
    assert.equal(await git('describe', '--exact-match'), 'v0.2.0');
    assert.equal(await git('status', '--porcelain'), '');
    assert.deepEqual(
      asked.filter((request) => request.startsWith('PUT')),
      [],
    );
  });

  const withChecks = async (script: string): Promise<void> => {
    await mkdir(join(folder, '.ci'));
    await writeFile(join(folder, '.ci/run'), script);
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'checks');
  };

  it('releases the present version when it never was, once the checks have passed', async () => {
    await withChecks('echo all is well');
    assert.match(await release('0.1.0'), /all is well[\s\S]*not published/);
    assert.equal(await git('describe', '--exact-match'), 'v0.1.0');
  });

  it('changes nothing when the checks fail', async () => {
    await withChecks('exit 3');
    assert.match(await release('patch'), /Not released: bash \.ci\/run failed/);
    assert.equal(await git('status', '--porcelain'), '');
    assert.equal(await git('tag'), '');
  });

  it('refuses a tree with changes, another branch, a version that was released, and one that goes back', async () => {
    await writeFile(join(folder, 'README.md'), 'other');
    assert.match(await release('patch', '--skip-checks'), /commit or remove these first:\s+M README\.md/);
    await git('checkout', '--quiet', 'README.md');
    await git('checkout', '--quiet', '-b', 'other');
    assert.match(await release('patch', '--skip-checks'), /made on main, not on other/);
    await git('checkout', '--quiet', 'main');
    await git('tag', 'v0.1.1');
    assert.match(await release('patch', '--skip-checks'), /the tag v0\.1\.1 exists already/);
    assert.match(await release('0.0.9', '--skip-checks'), /below the present version 0\.1\.0/);
    assert.match(await release('--skip-checks'), /say which: patch, minor, major, or a version such as 0\.2\.0/);
  });

  it('takes nothing into the release that the checks have changed', async () => {
    await withChecks('echo other > README.md');
    assert.match(await release('patch'), /commit or remove these first:\s+M README\.md/);
    assert.equal(await git('tag'), '');
  });

  it('refuses a changelog that says nothing new', async () => {
    await writeFile(
      join(folder, 'CHANGELOG.md'),
      '# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n- Old.\n',
    );
    await git('commit', '--all', '--quiet', '--message', 'second');
    assert.match(await release('patch', '--skip-checks'), /nothing under \[Unreleased\]/);
  });
});
