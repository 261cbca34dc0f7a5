import { optionHelp, type PlatformCommand, parseOptions, type RunningSimulator, UsageError } from './core/command-line';
import { CONTROL_BASE } from './core/control-api';
import { FAULT_COMMANDS } from './core/fault-commands';

/** The platforms that can be simulated; each is loaded when it is asked for. */
const PLATFORMS: Readonly<Record<string, () => Promise<PlatformCommand>>> = {
  xdp: async () => (await import('./xdp/command')).command,
  'itwin-iot': async () => (await import('./itwin-iot/command')).command,
};

const PROGRESS_MS = 5000;

async function main([platform = '', ...args]: string[]): Promise<void> {
  if (!Object.hasOwn(PLATFORMS, platform)) {
    const problem = platform === '' ? 'Which platform?' : `Unknown platform "${platform}".`;
    throw new UsageError(`${problem} There is: ${Object.keys(PLATFORMS).join(', ')}.`);
  }
  const command = await PLATFORMS[platform]?.();
  if (!command) return;
  if (args.includes('--help')) {
    console.log(optionHelp(command.options));
    return;
  }
  await runUntilStopped(platform, await start(command, args));
}

async function start(command: PlatformCommand, args: string[]): Promise<RunningSimulator> {
  const values = parseOptions(args, command.options);
  try {
    return await command.start(values);
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) throw new UsageError(error.message);
    throw error;
  }
}

/** Prints how to use it and what happens, until Ctrl-C. */
async function runUntilStopped(platform: string, simulator: RunningSimulator): Promise<void> {
  // Before anything is printed: who reads "Ctrl-C ends it" may press it at once.
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const control = new URL(CONTROL_BASE, simulator.url).href;
  const lines = [
    `${platform} simulator at ${simulator.url}`,
    ...simulator.usage,
    '',
    `Break it: curl -d '{"fault":"cut","times":1}' ${control}/fault`,
    `  faults: ${Object.keys(FAULT_COMMANDS).join(', ')}`,
    `  their parameters and what is armed: curl ${control}`,
    `  all well again: curl -X DELETE ${control}/fault`,
    'Ctrl-C ends it.',
  ];
  console.log(lines.join('\n'));
  const progress = setInterval(() => console.log(`${clock()}  ${simulator.progress()}`), PROGRESS_MS);
  await stopped;
  clearInterval(progress);
  await simulator.stop();
}

function clock(): string {
  return new Date().toISOString().slice(11, 19);
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
