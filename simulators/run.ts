import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { optionHelp, type PlatformCommand, parseOptions, type RunningSimulator, UsageError } from './core/command-line';
import { CONTROL_BASE } from './core/control-api';
import { FAULT_COMMANDS } from './core/fault-commands';

const PROGRESS_MS = 5000;

async function main([platform = '', ...args]: string[]): Promise<void> {
  const platforms = platformNames();
  if (['--help', '-h', 'help'].includes(platform)) {
    console.log(help(platforms));
    return;
  }
  if (!platforms.includes(platform)) {
    const problem = platform === '' ? 'Which platform?' : `Unknown platform "${platform}".`;
    throw new UsageError(`${problem} There is: ${platforms.join(', ')}.\n\n${help(platforms)}`);
  }
  const { command } = (await import(`./${platform}/command`)) as { command: PlatformCommand };
  if (args.includes('--help') || args.includes('-h')) {
    console.log(`npm run simulate -- ${platform} [options]\n\n${optionHelp(command.options)}`);
    return;
  }
  await runUntilStopped(platform, await start(command, args));
}

/** The platforms that can be simulated: each folder with a `command.ts`. */
function platformNames(): string[] {
  const here = import.meta.dirname;
  return readdirSync(here).filter((name) => existsSync(join(here, name, 'command.ts')));
}

function help(platforms: readonly string[]): string {
  return [
    'npm run simulate -- <platform> [options]',
    '',
    'Runs a simulated platform on this machine, prints how to talk to it and how to break it, and ends with Ctrl-C.',
    '',
    'Platforms, with an example:',
    ...platforms.map((platform) => `  npm run simulate -- ${platform} --speed 10 --stored 100`),
    '',
    'Options of a platform:',
    ...platforms.map((platform) => `  npm run simulate -- ${platform} --help`),
  ].join('\n');
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
