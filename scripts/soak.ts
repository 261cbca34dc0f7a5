/**
 * `npm run soak -- --minutes 10`: fifty redeploys of each kind, then every kind of node of both platforms in one real
 * Node-RED, with faults at random; prints counts and memory. `--seed` repeats a run's choice of faults. Ends with 1 when a promise was broken.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { startBench } from './faults/bench';
import { FAULTS } from './faults/faults';

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const MINUTES = Number(values.minutes ?? 10);
const SEED = Number(values.seed ?? Date.now() % 1_000_000);

/** Those after which Node-RED still runs, or runs again, as it was. */
const CHOICE = FAULTS.filter(({ name }) => !/SIGSTOP|disk|damaged/.test(name));

const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

let state = SEED;
function random(below: number): number {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return Math.floor((state / 0x80000000) * below);
}

/** The test of redeploys, with more rounds than it has among the others. */
function redeploys(): void {
  const mocha = createRequire(__filename).resolve('mocha/bin/mocha.js');
  const { status } = spawnSync(process.execPath, [mocha, 'test/process/redeploy.test.ts'], {
    cwd: dirname(__dirname),
    env: { ...process.env, FARFIELD_REDEPLOYS: '50' },
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  redeploys();
  console.log(`seed ${SEED}, ${MINUTES} minutes, faults: ${CHOICE.map(({ name }) => name).join('; ')}`);
  const bench = await startBench();
  try {
    await wait(5);
    const before = bench.memory().now;
    const unavoidable = new Map<string, number>();
    const end = performance.now() + MINUTES * 60_000;
    const counts = new Map<string, number>();
    bench.mark();
    while (performance.now() < end) {
      const fault = CHOICE[random(CHOICE.length)] as (typeof CHOICE)[0];
      counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
      const losses = await fault.run(bench, (full) => wait(Math.min(full, 1 + random(5))));
      for (const [node, { lost }] of Object.entries(losses ?? {}))
        unavoidable.set(node, (unavoidable.get(node) ?? 0) + lost);
      await wait(1 + random(5));
    }
    const outcomes = await bench.settle(90_000);
    for (const [name, count] of counts) console.log(`${count} × ${name}`);
    for (const { node, sent, received, lost, doubled, errors, broken } of outcomes) {
      console.log(`${node}: sent ${sent}, received ${received}, lost ${lost}, doubled ${doubled}; errors: ${errors}`);
      const excused = lost <= (unavoidable.get(node) ?? 0);
      const problems = broken.filter((problem) => !(excused && problem.startsWith('lost ')));
      for (const problem of problems) console.error(`PROMISE BROKEN: ${node} ${problem}`);
      if (problems.length > 0) process.exitCode = 1;
    }
    console.log(`resident memory ${before} → ${bench.memory().now} MB`);
  } finally {
    await bench.stop();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
