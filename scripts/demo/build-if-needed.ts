import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const root = dirname(dirname(import.meta.dirname));

/** Everything the build reads. */
const SOURCES = ['nodes', 'locales', 'icons', 'scripts/build.ts', 'scripts/operation-help.ts', 'package.json'];

/** What is looked at in package.json: the palette sets. */
interface Manifest {
  'node-red': { nodes: Record<string, string> };
}

/** Builds `dist` when it is missing or older than what it is made of. */
export async function buildIfNeeded(signal: AbortSignal): Promise<void> {
  if (!(await isStale())) return;
  console.log('Building dist …');
  // The same Node.js with the same loader for TypeScript.
  const build = spawn(process.execPath, [...process.execArgv, join(root, 'scripts/build.ts')], {
    cwd: root,
    stdio: 'inherit',
    signal,
  });
  const [code] = await once(build, 'exit');
  if (code !== 0) throw new Error('the build failed, see above');
}

async function isStale(): Promise<boolean> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
  const scripts = Object.values(manifest['node-red'].nodes);
  // The icons are copied last: without them a build was cut short.
  const outputs = [...scripts.flatMap((path) => [path, path.replace(/\.js$/, '.html')]), 'dist/icons'];
  const built = await Promise.all(outputs.map((path) => newest(join(root, path))));
  const sources = await Promise.all(SOURCES.map((path) => newest(join(root, path))));
  return Math.min(...built) < Math.max(...sources);
}

/** When a file, or the youngest file of a folder, was changed: milliseconds since 1970; 0 when there is none. */
async function newest(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  const inside = await readdir(path);
  return Math.max(0, ...(await Promise.all(inside.map((name) => newest(join(path, name))))));
}
