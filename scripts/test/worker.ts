/** A process that runs one test file after the other: a path comes in, what became of it goes out. */
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import type { Order, Outcome } from './protocol';

const { timeout } = JSON.parse(readFileSync(join(__dirname, '../../.mocharc.json'), 'utf8')) as { timeout: number };

/** What has been printed and not yet been told. */
let printed = '';

for (const stream of [process.stdout, process.stderr]) {
  stream.write = (text: string | Uint8Array, ...others: unknown[]): boolean => {
    printed += typeof text === 'string' ? text : Buffer.from(text).toString();
    const done = others.at(-1);
    if (typeof done === 'function') process.nextTick(done as () => void);
    return true;
  };
}

// What ends this process while a file runs, such as an exception in a late timer, has printed why.
process.once('exit', () => writeSync(2, printed));

const end = (): never => process.exit();
// Without the process that gives the orders nobody needs this one.
process.once('disconnect', end);

process.on('message', (order: Order) => {
  run(order)
    .catch((error: Error): Outcome => {
      const text = `${error.stack ?? error}\n`;
      return { passed: 0, failed: 1, skipped: 0, output: told() + text, failures: text };
    })
    .then((outcome) => process.send?.(outcome, () => order.last && leave()));
});

/** Keeps this process no longer: it lives on only if the tests have left something behind. */
function leave(): void {
  process.removeListener('disconnect', end);
  process.disconnect?.();
}

async function run({ file, colors }: Order): Promise<Outcome> {
  const mocha = new Mocha({ timeout, color: colors, reporter: 'spec', forbidOnly: process.env.CI !== undefined });
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  const failures: Mocha.Test[] = [];
  const { stats } = await new Promise<Mocha.Runner>((resolve) => {
    const runner = mocha.run(() => resolve(runner));
    runner.on('fail', (test, error) => failures.push(Object.assign(test, { err: error })));
  });
  const output = told();
  if (failures.length > 0) Mocha.reporters.Base.list(failures);
  return {
    passed: stats?.passes ?? 0,
    failed: stats?.failures ?? 0,
    skipped: stats?.pending ?? 0,
    output,
    failures: told(),
  };
}

function told(): string {
  const text = printed;
  printed = '';
  return text;
}
