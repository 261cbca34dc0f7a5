import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FlowMessage } from '../../nodes/core/node-red/node';
import { installDashboard } from './dashboard-package';
import { type FlowNode, placed } from './flow-nodes';
import { freePort } from './free-port';
import { makeUserDir } from './packed-package';

/** What "Deploy" in the editor does: everything, changed flows, changed nodes; or nothing but a restart of the flows. */
export type DeployType = 'full' | 'flows' | 'nodes' | 'reload';

export interface DeployOptions {
  type?: DeployType;
  /** By node id; what is left out stays as it was. */
  credentials?: Record<string, Record<string, string>>;
}

/** A message that came to a `witness` node. */
export interface Witnessed {
  message: FlowMessage;
  /** When the flow got it, Unix milliseconds by the clock of this machine. */
  at: number;
  /** Which start of Node-RED got it, from 1. */
  run: number;
}

/** What is alive inside the process. */
export interface Inventory {
  /** Active resources (timers, sockets, …) by kind. */
  resources: Record<string, number>;
  /** Listeners of the process and of Node-RED's own events, by event. */
  listeners: Record<string, number>;
}

/**
 * A real Node-RED in a process of its own, with the packed package installed in a user directory of its own.
 * Which Node.js and which Node-RED: `FARFIELD_NODE` (a binary) and `FARFIELD_NODE_RED` (Node-RED's main file).
 */
export interface NodeRedProcess {
  readonly url: string;
  readonly userDir: string;
  readonly pid: number;
  /** Starts, a second time with what the first left in the user directory. Resolves when flows can be deployed. */
  start(): Promise<void>;
  /** Resolves when the flow runs. */
  deploy(flow: readonly FlowNode[], options?: DeployOptions): Promise<void>;
  /** Presses the button of an `inject` node, or sends another message out of it. */
  inject(id: string, message?: Record<string, unknown>): Promise<void>;
  /** What a `witness` node has received so far, over all starts. */
  witnessed(id: string): Witnessed[];
  /** Resolves when `enough` holds for what a `witness` node has received. */
  until(id: string, enough: (all: readonly Witnessed[]) => boolean): Promise<Witnessed[]>;
  /** A request to the admin API. */
  admin(path: string, init?: RequestInit): Promise<Response>;
  /** Names of the modules that Node.js has loaded. */
  loadedModules(): Promise<string[]>;
  inventory(): Promise<Inventory>;
  /** What it has printed, over all starts. */
  readonly log: string;
  /** True while the process lives. */
  readonly alive: boolean;
  /** As a power failure would. Resolves when the process is gone and all its flows told has arrived. */
  kill9(): Promise<void>;
  /** As a service manager does. */
  stop(): Promise<void>;
  /** Stops and removes the user directory. */
  dispose(): Promise<void>;
}

export interface NodeRedOptions {
  /** Environment variables that flows may use. */
  env?: Record<string, string>;
  /** Also installs the dashboard, as a person would who wants charts. */
  dashboard?: boolean;
}

const SETTINGS = join(__dirname, 'node-red-settings.cjs');
const main = process.env.FARFIELD_NODE_RED ?? createRequire(__filename).resolve('node-red');
const executable = join(dirname(dirname(main)), 'red.js');
/** Version of the Node-RED under test. */
export const nodeRedVersion = (
  createRequire(__filename)(join(dirname(executable), 'package.json')) as { version: string }
).version;
const nodeBinary = process.env.FARFIELD_NODE ?? process.execPath;

/** Longer than anything here takes on a busy machine; a wait that ends so shows the log of Node-RED. */
const PATIENCE = 60_000;

/** Processes and folders that are to be gone after the tests, whatever happens. */
const running = new Set<ChildProcess>();
const userDirs = new Set<string>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of userDirs) rmSync(folder, { recursive: true, force: true });
});

type Told =
  | { what: 'message'; to: string; message: FlowMessage; at: number }
  | { what: 'flows started' }
  | { what: 'problem'; message: string };

/** Makes the user directory and starts Node-RED in it, without any flow. */
export async function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRedProcess> {
  const userDir = await mkdtemp(join(tmpdir(), 'farfield-node-red-'));
  userDirs.add(userDir);
  await makeUserDir(userDir);
  if (options.dashboard) await installDashboard(userDir);
  const witnessed = new Map<string, Witnessed[]>();
  const watchers = new Set<() => void>();
  let child: ChildProcess | undefined;
  let port = 0;
  let runs = 0;
  let flowsStarted = 0;
  let problem: string | undefined;
  let log = '';

  const changed = (): void => {
    for (const check of [...watchers]) check();
  };

  const alive = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;

  /** Waits for something to become true. Fails, with the log, when Node-RED ends or nothing comes for a long time. */
  const wait = (what: string, holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const finish = (end: () => void): void => {
        clearTimeout(timer);
        watchers.delete(check);
        end();
      };
      const fail = (reason: string): void =>
        finish(() => reject(new Error(`${reason} while waiting for ${what}; Node-RED's log:\n${log.slice(-4000)}`)));
      const check = (): void => {
        if (holds()) finish(resolve);
        else if (problem !== undefined) fail(problem);
        else if (!alive()) fail('Node-RED is not running');
        // On a busy machine what is waited for may come late, behind much else.
        else timer.refresh();
      };
      const timer = setTimeout(() => fail('nothing came'), PATIENCE);
      watchers.add(check);
      check();
    });

  const listOf = (id: string): Witnessed[] => {
    let list = witnessed.get(id);
    if (!list) {
      list = [];
      witnessed.set(id, list);
    }
    return list;
  };

  const hear = (line: string, run: number): void => {
    const told = JSON.parse(line) as Told;
    if (told.what === 'message') listOf(told.to).push({ message: told.message, at: told.at, run });
    else if (told.what === 'flows started') flowsStarted++;
    else problem = told.message;
    changed();
  };

  const start = async (): Promise<void> => {
    port = await freePort();
    const run = ++runs;
    const before = flowsStarted;
    const { NODE_OPTIONS: _, ...env } = process.env;
    const started = spawn(nodeBinary, [executable, '--userDir', userDir, '--settings', SETTINGS], {
      cwd: userDir,
      env: {
        ...env,
        ...options.env,
        HOME: userDir,
        FARFIELD_TEST_PORT: String(port),
      },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    child = started;
    running.add(started);
    const from = log.length;
    for (const output of [started.stdout, started.stderr]) {
      output?.on('data', (text: Buffer) => {
        log += text;
        changed();
      });
    }
    createInterface({ input: started.stdio[3] as NodeJS.ReadableStream }).on('line', (line) => hear(line, run));
    started.once('close', () => {
      running.delete(started);
      changed();
    });
    await wait('the start of Node-RED', () => /Server now running/.test(log.slice(from)) && flowsStarted > before);
  };

  /** Resolves after the exit, when everything written before it has been read. */
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    if (!ending || !running.has(ending)) return;
    const closed = new Promise((resolve) => ending.once('close', resolve));
    ending.kill(signal);
    const limit = setTimeout(() => ending.kill('SIGKILL'), PATIENCE);
    await closed;
    clearTimeout(limit);
  };

  const admin = (path: string, init?: RequestInit): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, init);

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<void> => {
    const answer = await admin(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  };

  const get = async <T>(path: string): Promise<T> => (await (await admin(path)).json()) as T;

  const nodeRed: NodeRedProcess = {
    userDir,
    get url() {
      return `http://127.0.0.1:${port}/`;
    },
    get pid() {
      return child?.pid ?? 0;
    },
    get log() {
      return log;
    },
    get alive() {
      return alive();
    },
    start,
    async deploy(flow, { type = 'full', credentials = {} } = {}) {
      const before = flowsStarted;
      const flows = flow.map((node) => {
        const own = credentials[node.id];
        return own ? { ...placed(node), credentials: own } : placed(node);
      });
      const headers = { 'Node-RED-API-Version': 'v2', 'Node-RED-Deployment-Type': type };
      await post('/flows', { flows }, headers);
      await wait('the deployed flow to start', () => flowsStarted > before);
    },
    inject: (id, message) => post(`/inject/${id}`, message ? { ...message, __user_inject_props__: [] } : {}),
    witnessed: listOf,
    async until(id, enough) {
      await wait(`messages at "${id}"`, () => enough(listOf(id)));
      return listOf(id);
    },
    admin,
    loadedModules: () => get('/test/modules'),
    inventory: () => get('/test/inventory'),
    kill9: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async dispose() {
      await end('SIGTERM');
      await rm(userDir, { recursive: true, force: true });
      userDirs.delete(userDir);
    },
  };

  await start();
  return nodeRed;
}
