/**
 * `npm run demo`: Node-RED with every example flow, connected to simulated platforms. Needs no account and no network,
 * writes only into a temporary folder, and removes that at the end. `npm run demo -- --port 1990` chooses the port.
 */
import { parseArgs } from 'node:util';
import { PLATFORMS } from '../test/platforms';
import type { Descriptor, Simulator } from '../test/platforms/descriptor';
import { buildIfNeeded } from './demo/build-if-needed';
import { type Cleanup, createCleanup } from './demo/cleanup';
import { exampleFlows } from './demo/example-flows';
import { startNodeRed } from './demo/node-red';
import { readingsOf } from './demo/readings';

const FIRST_PORT = 1880;

/** A platform of the demo, and its simulator. */
interface Started {
  platform: Descriptor;
  simulator: Simulator;
}

async function main(args: string[]): Promise<void> {
  const firstPort = portOf(args);
  // Before anything is started: whoever presses Ctrl-C during the start wants everything gone, too.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const cleanup = createCleanup();
  try {
    await run(firstPort, cleanup, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    if (stop.signal.aborted) console.log('\nEnding the demo.');
    await cleanup.run();
  }
}

function portOf(args: string[]): number {
  const { port = String(FIRST_PORT) } = parseArgs({ args, options: { port: { type: 'string' } } }).values;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new Error('--port must be a whole number from 1 to 65535');
  }
  return number;
}

async function run(firstPort: number, cleanup: Cleanup, signal: AbortSignal): Promise<void> {
  await buildIfNeeded(signal);
  const started: Started[] = [];
  for (const platform of PLATFORMS) {
    const simulator = await platform.start(readingsOf(platform.demo.stored));
    cleanup.add(() => simulator.stop());
    started.push({ platform, simulator });
    signal.throwIfAborted();
  }
  const environment = Object.assign({}, ...started.map(({ platform, simulator }) => platform.variables(simulator)));
  const folders = PLATFORMS.map(({ folder }) => folder);
  const nodeRed = await startNodeRed({ firstPort, environment, categories: folders, cleanup, signal });
  await nodeRed.deploy(await exampleFlows(folders));
  await Promise.all(started.map(({ platform, simulator }) => until(() => platform.demo.reached(simulator), signal)));
  for (const button of PLATFORMS.flatMap(({ demo }) => demo.press ?? [])) await nodeRed.press(button);
  console.log(welcome(nodeRed.url, started));
  await nodeRed.ended;
}

const LOOK_EVERY = 100;
const LOOK_FOR = 20_000;

async function until(condition: () => boolean, signal: AbortSignal): Promise<void> {
  const end = Date.now() + LOOK_FOR;
  while (!condition()) {
    signal.throwIfAborted();
    if (Date.now() > end) throw new Error('Node-RED runs, but no flow has connected to its platform within 20 s');
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

function welcome(url: string, started: readonly Started[]): string {
  const parts = started.map(({ platform: { name, demo }, simulator }) =>
    [`${name}, simulated: ${demo.about} (${simulator.url})`, ...demo.lookAt.map((line) => `  - ${line}`)].join('\n'),
  );
  const asks = PLATFORMS.flatMap(({ demo }) => demo.ask ?? []);
  const curls = asks.map(({ what, path }) => `To see ${what}:  curl ${new URL(path, url)}`);
  const end = 'Ctrl-C ends the demo and leaves nothing behind.';
  return ['', `Open the editor:  ${url}`, '', ...parts, '', ...curls, '', end].join('\n');
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`The demo cannot go on: ${error.message}`);
  process.exitCode = 1;
});
