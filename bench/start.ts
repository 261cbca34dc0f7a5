import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { judge, median } from './support/figures';
import { createUserDir } from './support/user-dir';

const ROUNDS = 9;
const NODE_RED = join(createRequire(__filename).resolve('node-red'), '../../red.js');

interface Started {
  milliseconds: number;
  mebibytes: number;
}

/** Starts Node-RED without a flow, in turn without and with our package installed. */
export async function bench(): Promise<boolean> {
  const plain = await createUserDir(false);
  const ours = await createUserDir(true);
  const rounds: { plain: Started; ours: Started }[] = [];
  try {
    console.log(`${ROUNDS} starts without a flow, each without and with the package, after one that is not counted`);
    for (let round = 0; round <= ROUNDS; round++) {
      const pair = { plain: await start(plain.path), ours: await start(ours.path) };
      if (round > 0) rounds.push(pair);
    }
  } finally {
    await plain.remove();
    await ours.remove();
  }
  const time = rounds.map(({ plain: without, ours: with_ }) => with_.milliseconds - without.milliseconds);
  const memory = rounds.map(({ plain: without, ours: with_ }) => with_.mebibytes - without.mebibytes);
  console.log(`without the package: ${median(rounds.map(({ plain: each }) => each.milliseconds)).toFixed(0)} ms`);
  return [
    judge('longer to start with the package', median(time), { atMost: 120 }, ' ms'),
    judge('more resident memory with the package', median(memory), { atMost: 8 }, ' MiB'),
  ].every(Boolean);
}

/** From the start of the process until the flows run. */
async function start(userDir: string): Promise<Started> {
  // The settings file reports what only the process itself knows: its memory after a full collection.
  const settings = join(userDir, 'settings.js');
  await writeFile(settings, SETTINGS);
  const began = performance.now();
  const child = spawn(process.execPath, ['--expose-gc', NODE_RED, '-u', userDir, '-s', settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = collect(child.stdout);
  await output.until(/Started flows/);
  const milliseconds = performance.now() - began;
  child.kill('SIGUSR2');
  const [, resident] = await output.until(/resident (\d+)/);
  await once(child, 'close');
  return { milliseconds, mebibytes: Number(resident) / 2 ** 20 };
}

/** Gathers what a process prints. */
function collect(stream: Readable): { until(pattern: RegExp): Promise<RegExpExecArray> } {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    async until(pattern) {
      for (;;) {
        const match = pattern.exec(text);
        if (match) return match;
        await once(stream, 'data');
      }
    },
  };
}

const SETTINGS = `
process.on('SIGUSR2', () => {
  global.gc();
  console.log('resident ' + process.memoryUsage().rss);
  process.exit(0);
});
module.exports = { uiPort: 0, flowFile: require('node:path').join(__dirname, 'flows.json'), logging: { console: { level: 'info' } }, telemetry: { enabled: false } };
`;
