/**
 * `npm run release -- minor` (or `patch`, `major`, `1.2.3`): checks, raises the version, dates the changelog, commits,
 * tags, and tries `npm publish --provenance` without publishing anything. `--publish` publishes, which works in CI
 * only: provenance says which run made the package. `--skip-checks` leaves out `.ci/run`, for a commit that has passed.
 * Nothing is pushed. Works in the repository it is started in.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { datedChangelog } from './release/changelog';
import { nextVersion } from './release/version';

interface ReleaseOptions {
  wanted: string | undefined;
  publish: boolean;
  skipChecks: boolean;
}

function main(args: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { publish: { type: 'boolean' }, 'skip-checks': { type: 'boolean' } },
  });
  release({
    wanted: positionals[0],
    publish: values.publish ?? false,
    skipChecks: values['skip-checks'] ?? false,
  });
}

function release({ wanted, publish, skipChecks }: ReleaseOptions): void {
  const { name, version: present } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
  const version = nextVersion(String(present), wanted);
  const tag = `v${version}`;
  refuseUnready(tag);
  const changelog = datedChangelog(readFileSync('CHANGELOG.md', 'utf8'), version, today());
  if (!skipChecks) run('bash', '.ci/run');
  // Before anything is changed: a build that fails leaves no tag behind.
  run('npm', 'run', '--silent', 'build');
  // Whatever those have changed must not slip into the release.
  refuseUnready(tag);

  run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version');
  writeFileSync('CHANGELOG.md', changelog);
  run('git', 'commit', '--all', '--quiet', '--message', `chore(release): ${tag}`);
  run('git', 'tag', '--annotate', tag, '--message', `${name} ${version}`);
  run('npm', 'publish', '--provenance', '--access', 'public', ...(publish ? [] : ['--dry-run']));
  console.log(publish ? `Published ${name} ${version}.` : `Tried, but not published: ${name} ${version}.`);
  console.log('To go on: git push --follow-tags');
  if (!publish) console.log(`To undo: git tag --delete ${tag} && git reset --hard HEAD~1`);
}

/** @throws Error naming what has to be done first */
function refuseUnready(tag: string): void {
  const branch = read('git', 'branch', '--show-current');
  if (branch !== 'main') throw new Error(`releases are made on main, not on ${branch || 'no branch at all'}`);
  const changes = read('git', 'status', '--porcelain');
  if (changes !== '') throw new Error(`commit or remove these first:\n${changes}`);
  if (read('git', 'tag', '--list', tag) !== '') throw new Error(`the tag ${tag} exists already`);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** What a command prints. */
function read(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout.trim();
}

function run(command: string, ...args: string[]): void {
  console.log(`--- ${command} ${args.join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

try {
  main(process.argv.slice(2));
} catch (thrown) {
  console.error(`Not released: ${thrown instanceof Error ? thrown.message : thrown}`);
  process.exitCode = 1;
}
