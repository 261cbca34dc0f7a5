import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const projectRoot = join(__dirname, '../..');
const cache = join(projectRoot, '.cache');

/** An hour, in milliseconds. */
const KEPT = 3_600_000;

/** The tarball as npm would publish it. */
export interface Tarball {
  path: string;
  /** `sha512-…` of its bytes. */
  integrity: string;
  /** Paths in the package, and their sizes in bytes. */
  files: { path: string; size: number }[];
}

let tarball: Promise<Tarball> | undefined;
let userDir: Promise<string> | undefined;

/** Packs `dist/` and all that belongs to it; once for all tests of a run. */
export function packedTarball(): Promise<Tarball> {
  tarball ??= pack();
  return tarball;
}

/** A package in the user directory of `makeUserDir`: ours, or one that came with it. */
export interface InstalledPackage {
  name: string;
  version: string;
  runsAtInstall: boolean;
  /** Compiled add-ons and what would be compiled to one. */
  binaries: string[];
}

export async function installedPackages(): Promise<InstalledPackage[]> {
  const folder = join(await packedUserDir(), 'node_modules');
  const paths = await readdir(folder, { recursive: true });
  const homes = paths.flatMap(
    (path) => /^((?:.*node_modules\/)?(?:@[^/]+\/)?[^/@]+)\/package\.json$/.exec(path)?.[1] ?? [],
  );
  return Promise.all(
    homes.map(async (home) => {
      const {
        name,
        version,
        scripts = {},
      } = JSON.parse(await readFile(join(folder, home, 'package.json'), 'utf8')) as {
        name: string;
        version: string;
        scripts?: Record<string, string>;
      };
      return {
        name,
        version,
        runsAtInstall: ['preinstall', 'install', 'postinstall'].some((script) => script in scripts),
        binaries: paths.filter((path) => path.startsWith(`${home}/`) && /\.node$|(^|\/)binding\.gyp$/.test(path)),
      };
    }),
  );
}

/**
 * A Node-RED user directory, never to be run in itself, in which the packed package is installed with its dependencies:
 * made once, or the one that `FARFIELD_USER_DIR` names, which a run of many files has made for them all.
 */
export function packedUserDir(): Promise<string> {
  userDir ??= Promise.resolve(process.env.FARFIELD_USER_DIR ?? install());
  return userDir;
}

/** A new one of these in `folder`. */
export async function makeUserDir(folder: string): Promise<void> {
  await cp(await packedUserDir(), folder, { recursive: true });
}

async function pack(): Promise<Tarball> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'pack-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], projectRoot);
  const answer = JSON.parse(stdout) as PackAnswer | Record<string, PackAnswer[number]>;
  const [packed] = Object.values(answer);
  if (!packed) throw new Error(`npm pack said: ${stdout}`);
  return { path: join(folder, packed.filename), integrity: packed.integrity, files: packed.files };
}

type PackAnswer = { filename: string; integrity: string; files: Tarball['files'] }[];

/** Installed once for each content of the tarball: the registry is asked only when the package has changed. */
async function install(): Promise<string> {
  const { path, integrity } = await packedTarball();
  const name = `user-dir-${Buffer.from(integrity).toString('hex').slice(14, 38)}`;
  const entries = await readdir(cache);
  if (entries.includes(name)) return join(cache, name);
  await removeOldOnes(entries);
  const folder = await mkdtemp(join(cache, 'installing-'));
  const flags = ['--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await npm(['install', '--prefix', folder, ...flags, path], folder);
  await rename(folder, join(cache, name)).catch((error: NodeJS.ErrnoException) => {
    // Another run was quicker: its folder is as good.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return join(cache, name);
}

/** What earlier contents left; a run that goes on beside this one may still need a young one. */
async function removeOldOnes(entries: string[]): Promise<void> {
  for (const name of entries.filter((entry) => /^(user-dir|installing|pack)-/.test(entry))) {
    const { mtimeMs } = await stat(join(cache, name));
    if (Date.now() - mtimeMs > KEPT) await rm(join(cache, name), { recursive: true, force: true });
  }
}

/** npm as a person would call it, without what an outer `npm test` has put into the environment. */
function npm(args: string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)|^NODE_OPTIONS$/.test(name)),
  );
  return run('npm', args, { cwd, env, maxBuffer: 16 * 1024 * 1024 });
}
