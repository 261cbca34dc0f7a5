/**
 * `npm test`: builds, installs what tests need of the system where it may, and runs them all. `npm test -- test/core`
 * runs those of a folder or file. `FARFIELD_NODE` and `FARFIELD_NODE_RED` choose a Node.js binary and the main file of
 * a Node-RED other than those of this checkout.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { installMissingPeers } from './peers';

const root = dirname(__dirname);

/** Folders whose tests mostly wait for time-outs of their own: several files run at once. */
const SIDE_BY_SIDE = ['test/core', 'test/simulators', 'test/xdp', 'test/itwin-iot'];
const JOBS = 4;

function main(paths: readonly string[]): number {
  installMissingPeers();
  const built = run(process.execPath, [...process.execArgv, join(root, 'scripts/build.ts')]);
  if (built !== 0) return built;
  const wanted = paths.length > 0 ? paths : [...SIDE_BY_SIDE, ...others()];
  const sideBySide = wanted.filter((path) => SIDE_BY_SIDE.some((folder) => path.startsWith(folder)));
  const alone = wanted.filter((path) => !sideBySide.includes(path));
  const results = [mocha(sideBySide, ['--parallel', '--jobs', String(JOBS)]), mocha(alone, [])];
  return Math.max(...results);
}

/** Every other folder with tests: browsers and Node-RED processes want the machine for themselves. */
function others(): string[] {
  const folders = readdirSync(join(root, 'test')).map((name) => `test/${name}`);
  return folders.filter((path) => !SIDE_BY_SIDE.includes(path) && holdsTests(join(root, path)));
}

function holdsTests(folder: string): boolean {
  if (!statSync(folder).isDirectory()) return false;
  return readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.test.ts'));
}

function mocha(paths: readonly string[], options: readonly string[]): number {
  if (paths.length === 0) return 0;
  const program = createRequire(__filename).resolve('mocha/bin/mocha.js');
  const files = paths.map((path) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() ? `${path}/**/*.test.ts` : path,
  );
  const reporter = join(root, 'scripts/test-reporter.mjs');
  const node = process.env.FARFIELD_NODE ?? process.execPath;
  return run(node, [program, '--reporter', reporter, ...options, ...files]);
}

function run(command: string, args: readonly string[]): number {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) console.error(error.message);
  return status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
