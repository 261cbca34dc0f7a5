/**
 * `npm test`: builds, installs what tests need of the system where it may, and runs them all. `npm test -- test/core`
 * runs those of a folder or file. `FARFIELD_NODE` and `FARFIELD_NODE_RED` choose a Node.js binary and the main file of
 * a Node-RED other than those of this checkout; `--also .cache/node-red-5` runs what a version may change on those of
 * that folder too.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { packedUserDir } from '../test/support/packed-package';
import { installMissingPeers } from './peers';
import { findTests } from './test/files';
import { type Done, type Run, schedule } from './test/schedule';
import { firstVersion, versionIn } from './test/versions';

const root = dirname(__dirname);
const SLOWEST = 10;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { also: { type: 'string' } }, allowPositionals: true });
  installMissingPeers();
  const built = build();
  if (built !== 0) return built;
  const runs = choose(positionals, values.also);
  const all: Done[] = [];
  await schedule(
    runs,
    async () => ({ FARFIELD_USER_DIR: await packedUserDir() }),
    (done) => {
      all.push(done);
      console.log(`\n=== ${titleOf(done)}, ${done.seconds.toFixed(1)} s\n${done.output.trimEnd()}`);
    },
  );
  return summary(all);
}

function build(): number {
  const { status, error } = spawnSync(process.execPath, [...process.execArgv, join(root, 'scripts/build.ts')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (error) console.error(error.message);
  return status ?? 1;
}

/** The files of both versions, those of the first before those of the other where they take as long. */
function choose(paths: readonly string[], also: string | undefined): Run[] {
  const files = findTests(paths);
  const first = firstVersion();
  const second = also === undefined ? undefined : versionIn(also);
  return files.flatMap((file) => [
    { file, version: first },
    ...(second && file.onEachVersion ? [{ file, version: second }] : []),
  ]);
}

function titleOf({ file, version }: Run): string {
  return `${file.path} (${version.name})`;
}

/** Prints the end of the report; gives the exit code. */
function summary(all: readonly Done[]): number {
  const sum = (of: 'passed' | 'failed' | 'skipped'): number => all.reduce((total, done) => total + done[of], 0);
  const counts = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
  const slowest = [...all].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  if (all.length > SLOWEST) {
    console.log(`\n=== The slowest of ${all.length}`);
    for (const done of slowest) console.log(`${done.seconds.toFixed(1).padStart(6)} s  ${titleOf(done)}`);
  }
  for (const done of all.filter(({ failed }) => failed > 0))
    console.log(`\n=== FAILED: ${titleOf(done)}\n${done.failures.trimEnd()}`);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  const file = process.env.FARFIELD_TEST_COUNTS;
  if (file) appendFileSync(file, `${JSON.stringify(counts)}\n`);
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
