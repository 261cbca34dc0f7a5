/** Runs test files side by side: few heavy ones, several light ones, the one that takes longest first. */
import { availableParallelism } from 'node:os';
import type { TestFile } from './files';
import type { Outcome } from './protocol';
import type { Version } from './versions';
import { startWorker, type WorkerProcess } from './worker-process';

const cores = availableParallelism();

/** How many go side by side. Light ones mostly wait, for sockets and for time-outs of their own. */
const LANES = { heavy: Math.max(2, Math.floor(cores / 2)), light: Math.max(4, cores) };

/** A test file on one version. */
export interface Run {
  file: TestFile;
  version: Version;
}

/** What became of it. */
export interface Done extends Run, Outcome {
  /** How long it took. */
  seconds: number;
}

/** `heavyEnv` gives the variables that heavy files need, when it has them; `onDone` hears of each as it ends. */
export async function schedule(
  runs: readonly Run[],
  heavyEnv: () => Promise<Record<string, string>>,
  onDone: (done: Done) => void,
): Promise<void> {
  const queues = {
    heavy: runs.filter(({ file }) => file.weight === 'heavy'),
    light: runs.filter(({ file }) => file.weight === 'light'),
  };
  const env = queues.heavy.length > 0 ? heavyEnv() : Promise.resolve({});
  const heavyLane = async (): Promise<void> => {
    const own = await env;
    for (let run = queues.heavy.shift(); run; run = queues.heavy.shift()) onDone(await runAlone(run, own));
    // Whoever has no heavy file left helps with the others.
    await lightLane();
  };
  const lightLane = async (): Promise<void> => {
    const workers = new Map<Version, WorkerProcess>();
    for (let run = queues.light.shift(); run; run = queues.light.shift()) onDone(await runWith(run, workers));
    for (const worker of workers.values()) worker.end();
  };
  await Promise.all([
    ...Array.from({ length: Math.min(LANES.heavy, queues.heavy.length) }, heavyLane),
    ...Array.from({ length: Math.min(LANES.light, queues.light.length) }, lightLane),
  ]);
}

/** In a process of its own, which must end by itself. */
function runAlone(run: Run, env: Record<string, string>): Promise<Done> {
  return measured(run, startWorker(run.version, env), true);
}

/** In a process that has run others before: it has loaded already what they share. */
async function runWith(run: Run, workers: Map<Version, WorkerProcess>): Promise<Done> {
  const worker = workers.get(run.version) ?? startWorker(run.version, {});
  workers.set(run.version, worker);
  const done = await measured(run, worker, false);
  // One that has died of what an earlier file left behind has said so just now, as the failure of this one.
  if (!worker.alive) workers.delete(run.version);
  return done;
}

async function measured(run: Run, worker: WorkerProcess, last: boolean): Promise<Done> {
  const start = performance.now();
  const outcome = await worker.run({ file: run.file.path, colors: process.stdout.isTTY === true, last });
  return { ...run, ...outcome, seconds: (performance.now() - start) / 1000 };
}
