import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Order, Outcome } from './protocol';
import type { Version } from './versions';

const root = join(__dirname, '../..');

/** Milliseconds after which a process that has nothing to do any more should have ended, on a busy machine too. */
const PATIENCE = 30_000;

/** A process that runs tests on one version of Node-RED and Node.js. */
export interface WorkerProcess {
  /** False when the process has ended: another one goes on. */
  readonly alive: boolean;
  run(order: Order): Promise<Outcome>;
  end(): void;
}

/** `env`: variables that the tests get beside those of this process. */
export function startWorker(
  { node, nodeRed }: Version,
  env: Record<string, string> = {},
  patience = PATIENCE,
): WorkerProcess {
  const child = fork(join(__dirname, 'worker.ts'), {
    cwd: root,
    execPath: node,
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...env, FARFIELD_NODE: node, FARFIELD_NODE_RED: nodeRed },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let alive = true;
  /** What does not come with an outcome: the words of a process that dies, and of a child of a test. */
  let words = '';
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (text: Buffer) => {
      words += text;
    });
  }
  const ended = new Promise<string>((resolve) => {
    const end = (why: string): void => {
      alive = false;
      resolve(why);
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(`it ended with ${signal ?? code}`));
  });

  const spoken = (): string => {
    const text = words;
    words = '';
    return text;
  };

  return {
    get alive() {
      return alive;
    },
    async run(order) {
      const answer = new Promise<Outcome>((resolve) => child.once('message', (outcome) => resolve(outcome as Outcome)));
      // A process that has gone says so by its end.
      child.send(order, () => undefined);
      const outcome = await Promise.race([answer, ended.then((why) => broken(`The process of ${order.file}: ${why}`))]);
      if (order.last && alive) return withWords(await left(order, outcome, child, ended, patience), spoken());
      return withWords(outcome, spoken());
    },
    end() {
      if (child.connected) child.disconnect();
    },
  };
}

/** The outcome, with a failure more when the process lives on without anything to do. */
async function left(
  order: Order,
  outcome: Outcome,
  child: ChildProcess,
  ended: Promise<string>,
  patience: number,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patience, undefined);
  });
  const why = await Promise.race([ended, late]);
  clearTimeout(timer);
  if (why === 'it ended with 0') return outcome;
  child.kill('SIGKILL');
  const failure = broken(
    `The process of ${order.file}: ${why ?? 'its tests are over, and something that they have left behind goes on'}`,
  );
  return {
    ...outcome,
    failed: outcome.failed + 1,
    output: outcome.output + failure.output,
    failures: outcome.failures + failure.failures,
  };
}

function broken(why: string): Outcome {
  return { passed: 0, failed: 1, skipped: 0, output: `${why}\n`, failures: `${why}\n` };
}

function withWords(outcome: Outcome, words: string): Outcome {
  if (words === '') return outcome;
  return { ...outcome, output: outcome.output + words, failures: outcome.failures && outcome.failures + words };
}
