import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Cleanup } from './cleanup';
import type { FlowNode } from './example-flows';

const root = dirname(dirname(import.meta.dirname));
const { name: packageName, version: packageVersion } = createRequire(import.meta.url)('../../package.json') as {
  name: string;
  version: string;
};

const HOST = '127.0.0.1';
/** Ports tried, from the first one upwards. */
const PORTS = 50;
const START_LIMIT = 60_000;
const STOP_LIMIT = 10_000;

export interface NodeRedOptions {
  firstPort: number;
  /** Variables that flows may name as `${NAME}`. */
  environment: Readonly<Record<string, string>>;
  /** Palette categories that stand first. */
  categories: readonly string[];
  cleanup: Cleanup;
  signal: AbortSignal;
}

export interface NodeRed {
  /** The editor's address. */
  url: string;
  /** Replaces all flows. Resolves when they have started. */
  deploy(flows: readonly FlowNode[]): Promise<void>;
  /** Presses the button of an `inject` node. */
  press(id: string): Promise<void>;
  /** Rejects when Node-RED ends by itself, resolves when `signal` fires. */
  ended: Promise<void>;
}

/** Starts the Node-RED of this checkout in a folder of its own, in which this package is installed by a link. */
export async function startNodeRed(options: NodeRedOptions): Promise<NodeRed> {
  const { firstPort, environment, categories, cleanup, signal } = options;
  const port = await freePort(firstPort);
  const userDir = await mkdtemp(join(tmpdir(), 'farfield-demo-'));
  cleanup.add(() => rm(userDir, { recursive: true, force: true, maxRetries: 5 }));
  await installInto(userDir);
  await writeFile(
    join(userDir, 'settings.js'),
    `module.exports = ${JSON.stringify(settings(port, categories), null, 2)};\n`,
  );
  signal.throwIfAborted();

  console.log(`Starting Node-RED on port ${port} …`);
  const red = createRequire(import.meta.url).resolve('node-red/red.js');
  const child = spawn(process.execPath, [red, '--userDir', userDir], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanup.add(() => end(child));
  const output = collectOutput(child);
  const died = dies(child, output);
  const stopped = once(signal, 'abort').then(() => undefined);
  const url = `http://${HOST}:${port}/`;

  await Promise.race([died, stopped, isUp(url, signal)]);
  signal.throwIfAborted();
  await checkPalette(url);
  output.showFromNow();

  return {
    url,
    ended: Promise.race([died, stopped]),
    deploy: (flows) => post(`${url}flows`, flows, signal),
    press: (id) => post(`${url}inject/${id}`, {}, signal),
  };
}

async function post(url: string, body: unknown, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'node-red-deployment-type': 'full' },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new Error(`Node-RED does not take POST ${url}: ${response.status} ${await response.text()}`);
}

async function installInto(userDir: string): Promise<void> {
  const dependencies = { [packageName]: packageVersion };
  await writeFile(join(userDir, 'package.json'), JSON.stringify({ name: 'demo', private: true, dependencies }));
  const place = join(userDir, 'node_modules', packageName);
  await mkdir(dirname(place), { recursive: true });
  await symlink(root, place, 'junction');
}

/** No palette installation, no update check, no tour: nothing here asks the network. */
function settings(port: number, categories: readonly string[]): Record<string, unknown> {
  return {
    uiHost: HOST,
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: randomBytes(16).toString('hex'),
    logging: { console: { level: 'warn', metrics: false, audit: false } },
    telemetry: { enabled: false, updateNotification: false },
    // A dependency of the tests, which Node-RED would find above its own folder.
    nodesExcludes: ['node-red-dashboard-for-tests'],
    externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
    paletteCategories: [...categories, 'subflows', 'common', 'function', 'network', 'sequence', 'parser', 'storage'],
    editorTheme: {
      projects: { enabled: false },
      tours: false,
      page: { title: 'Farfield demo' },
      header: { title: 'Farfield demo' },
    },
  };
}

async function freePort(first: number): Promise<number> {
  for (let port = first; port < Math.min(first + PORTS, 65_536); port++) {
    if (await isFree(port)) return port;
    console.log(`Port ${port} is taken.`);
  }
  throw new Error(`no free port from ${first} to ${first + PORTS - 1}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}

interface Output {
  /** What was printed so far. */
  text(): string;
  /** From now on warnings and errors are shown as they come. */
  showFromNow(): void;
}

function collectOutput({ stdout, stderr }: ChildProcess): Output {
  let collected = '';
  let show = false;
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (show) process.stdout.write(text);
      else collected += text;
    });
  }
  return {
    text: () => collected,
    showFromNow() {
      show = true;
    },
  };
}

async function dies(child: ChildProcess, output: Output): Promise<never> {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`Node-RED has ended (${signal ?? `exit code ${code}`})\n${output.text()}`);
}

/** Resolves when the editor answers, which it does after all nodes have been loaded. */
async function isUp(url: string, signal: AbortSignal): Promise<void> {
  const limit = Date.now() + START_LIMIT;
  while (!signal.aborted) {
    const response = await fetch(`${url}settings`).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > limit) throw new Error(`Node-RED does not answer at ${url} within ${START_LIMIT / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @throws Error naming the sets of this package that Node-RED could not load */
async function checkPalette(url: string): Promise<void> {
  const response = await fetch(`${url}nodes`, { headers: { accept: 'application/json' } });
  const sets = (await response.json()) as { id: string; module: string; enabled: boolean; err?: string }[];
  const own = sets.filter(({ module }) => module === packageName);
  if (own.length === 0) throw new Error(`Node-RED does not find ${packageName}`);
  const broken = own.filter(({ enabled, err }) => !enabled || err !== undefined);
  if (broken.length > 0) {
    throw new Error(`Node-RED cannot load ${broken.map(({ id, err }) => `${id}: ${err ?? 'disabled'}`).join('; ')}`);
  }
}

/** Asks Node-RED to stop and, should it not, ends it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
  await gone;
  clearTimeout(force);
}
