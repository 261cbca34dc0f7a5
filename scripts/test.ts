/**
 * `npm test`: builds, installs what tests need of the system where it may, and runs them all. `npm test -- test/core`
 * runs those of a folder or file. `FARFIELD_NODE` and `FARFIELD_NODE_RED` choose a Node.js binary and the main file of
 * a Node-RED other than those of this checkout.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { installMissingPeers } from './peers';

const root = dirname(__dirname);

function main(paths: readonly string[]): number {
  installMissingPeers();
  const built = run(process.execPath, [...process.execArgv, join(root, 'scripts/build.ts')]);
  if (built !== 0) return built;
  const mocha = createRequire(__filename).resolve('mocha/bin/mocha.js');
  const files = (paths.length > 0 ? paths : ['test']).map((path) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() ? `${path}/**/*.test.ts` : path,
  );
  const reporter = join(root, 'scripts/test-reporter.mjs');
  return run(process.env.FARFIELD_NODE ?? process.execPath, [mocha, '--reporter', reporter, ...files]);
}

function run(command: string, args: readonly string[]): number {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) console.error(error.message);
  return status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
