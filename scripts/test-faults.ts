/**
 * `npm run test:faults`: every node that promises something, under every fault, in a real Node-RED with the packed
 * package; prints a table. `-- --only 'kill'` runs the faults whose names hold a text, `-- --short` makes long ones
 * short, `-- --write` puts the table into docs/reliability.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Outcome, startBench } from './faults/bench';
import { FAULTS, type Fault } from './faults/faults';

const { values } = parseArgs({
  options: { only: { type: 'string' }, short: { type: 'boolean' }, write: { type: 'boolean' } },
});
const PAPER = join(__dirname, '../docs/reliability.md');
const HEAD = [
  '| fault | node | sent | received | lost | doubled | status | errors | memory |',
  '|---|---|---|---|---|---|---|---|---|',
];
/** The names of the nodes of the bench, by type and mode. */
const NAMES: Record<string, string> = {
  events: '`xdp-events`',
  data: '`itwin-iot-subscribe`',
  'record-disk': '`xdp-record` disk',
  'record-memory': '`xdp-record` memory',
  'upload-disk': '`itwin-iot-upload` disk',
};

const wait = (full: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, (values.short ? Math.min(full, 5) : full) * 1000));

async function under(fault: Fault): Promise<{ rows: string[]; broken: string[] }> {
  const missing = fault.missing?.();
  if (missing) return { rows: [`| ${fault.name} | not run: ${missing} | | | | | | | |`], broken: [] };
  const bench = await startBench();
  try {
    await wait(3);
    const before = bench.memory();
    bench.mark();
    await fault.run(bench, wait);
    const outcomes = await bench.settle(45_000);
    const memory = `${before} → ${bench.memory()} MB`;
    return {
      rows: outcomes.map((outcome) => rowOf(fault, outcome, memory)),
      broken: outcomes.flatMap(({ node, sent, lost }) => {
        // What has measured nothing proves nothing.
        if (sent === 0) return [`${fault.name}: nothing was sent to ${node}`];
        return lost > 0 ? [`${fault.name}: ${node} lost ${lost}`] : [];
      }),
    };
  } finally {
    await bench.stop();
  }
}

function rowOf(
  { name }: Fault,
  { node, sent, received, lost, doubled, statuses, errors }: Outcome,
  memory: string,
): string {
  return `| ${[name, NAMES[node], sent, received, lost, doubled, statuses, errors, memory].join(' | ')} |`;
}

async function main(): Promise<void> {
  const chosen = FAULTS.filter(({ name }) => name.includes(values.only ?? ''));
  if (chosen.length === 0)
    throw new Error(`no fault is called "${values.only}": ${FAULTS.map(({ name }) => name).join('; ')}`);
  if (values.write && values.only !== undefined) throw new Error('--write wants the whole table, not --only a part');
  const lines = [...HEAD];
  const broken: string[] = [];
  for (const fault of chosen) {
    const result = await under(fault).catch((error: Error) => ({
      rows: [`| ${fault.name} | failed: ${error.message.split('\n')[0]} | | | | | | | |`],
      broken: [`${fault.name}: ${error.message}`],
    }));
    for (const row of result.rows) console.log(row);
    lines.push(...result.rows);
    broken.push(...result.broken);
  }
  if (values.write) {
    const text = readFileSync(PAPER, 'utf8');
    const [begin = '', rest = ''] = text.split('<!-- table -->');
    const after = rest.split('<!-- end of table -->')[1] ?? '';
    writeFileSync(PAPER, `${begin}<!-- table -->\n${lines.join('\n')}\n<!-- end of table -->${after}`);
  }
  for (const each of broken) console.error(`PROMISE BROKEN: ${each}`);
  if (broken.length > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
