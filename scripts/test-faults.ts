/**
 * `npm run test:faults`: every node under every fault, in a real Node-RED with the packed package; prints a table.
 * `-- --only 'kill'` runs the faults whose names hold a text, `-- --short` makes long ones short, `-- --write` puts the
 * table into docs/reliability.md. Ends with 1 when a promise was broken.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Unavoidable } from '../test/platforms/fault-bench';
import { type Outcome, startBench } from './faults/bench';
import type { Fault } from './faults/fault';
import { FAULTS } from './faults/faults';

const { values } = parseArgs({
  options: { only: { type: 'string' }, short: { type: 'boolean' }, write: { type: 'boolean' } },
});
const PAPER = join(__dirname, '../docs/reliability.md');
const HEAD = [
  '| fault | node | sent | received | lost | doubled | status | errors | memory |',
  '|---|---|---|---|---|---|---|---|---|',
];
/** Megabytes that Node-RED may need more during a fault than before it. */
const MORE_MEMORY = 250;

interface Result {
  rows: string[];
  notes: string[];
  broken: string[];
}

const wait = (full: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, (values.short ? Math.min(full, 5) : full) * 1000));

async function under(fault: Fault): Promise<Result> {
  const missing = fault.missing?.();
  if (missing) return { rows: [`| ${fault.name} | not run: ${missing} | | | | | | | |`], notes: [], broken: [] };
  const bench = await startBench();
  try {
    await wait(3);
    bench.mark();
    const before = bench.memory().now;
    const unavoidable = (await fault.run(bench, wait)) ?? {};
    const outcomes = await bench.settle(45_000);
    const { now, peak } = bench.memory();
    const memory = `${before} → ${now} MB, peak ${peak}`;
    const broken = outcomes.flatMap((outcome) => brokenBy(fault, outcome, unavoidable));
    if (peak > before + MORE_MEMORY) broken.push(`${fault.name}: ${memory}`);
    return {
      rows: outcomes.map((outcome) => rowOf(fault, outcome, memory)),
      notes: outcomes.flatMap(({ node, title, lost }) => {
        const known = unavoidable[node];
        return lost > 0 && known ? [`- ${fault.name}, ${title}: lost ${lost}: ${known.why}.`] : [];
      }),
      broken,
    };
  } finally {
    await bench.stop();
  }
}

function brokenBy(fault: Fault, outcome: Outcome, unavoidable: Unavoidable): string[] {
  const { node, promised, lost, doubled, broken } = outcome;
  const excused = lost <= (unavoidable[node]?.lost ?? 0);
  const problems = broken.filter((problem) => !(excused && problem.startsWith('lost ')));
  if (promised === 'input' && doubled > 0 && !fault.replays) problems.push(`repeated ${doubled}`);
  return problems.map((problem) => `${fault.name}: ${node} ${problem}`);
}

function rowOf(
  { name }: Fault,
  { title, sent, received, lost, doubled, statuses, errors }: Outcome,
  memory: string,
): string {
  return `| ${[name, title, sent, received, lost, doubled, statuses, errors, memory].join(' | ')} |`;
}

async function main(): Promise<void> {
  const chosen = FAULTS.filter(({ name }) => name.includes(values.only ?? ''));
  if (chosen.length === 0)
    throw new Error(`no fault is called "${values.only}": ${FAULTS.map(({ name }) => name).join('; ')}`);
  if (values.write && values.only !== undefined) throw new Error('--write wants the whole table, not --only a part');
  const all: Result = { rows: [...HEAD], notes: [], broken: [] };
  for (const fault of chosen) {
    const result = await under(fault).catch((error: Error) => ({
      rows: [`| ${fault.name} | failed: ${error.message.split('\n')[0]} | | | | | | | |`],
      notes: [],
      broken: [`${fault.name}: ${error.message}`],
    }));
    for (const row of result.rows) console.log(row);
    for (const each of result.broken) console.error(`PROMISE BROKEN: ${each}`);
    all.rows.push(...result.rows);
    all.notes.push(...result.notes);
    all.broken.push(...result.broken);
  }
  if (values.write) write([...all.rows, '', ...all.notes]);
  console.log(`${chosen.length} faults, ${all.broken.length} promises broken`);
  for (const each of all.broken) console.error(`PROMISE BROKEN: ${each}`);
  if (all.broken.length > 0) process.exitCode = 1;
}

function write(lines: readonly string[]): void {
  const text = readFileSync(PAPER, 'utf8');
  const [begin = '', rest = ''] = text.split('<!-- table -->');
  const after = rest.split('<!-- end of table -->')[1] ?? '';
  writeFileSync(PAPER, `${begin}<!-- table -->\n${lines.join('\n').trimEnd()}\n<!-- end of table -->${after}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
