import { parseArgs } from 'node:util';
import type { Option, OptionTable } from './options';

/** The values given, by option name; what was not given is left out. */
export type OptionValues = Record<string, unknown>;

/** A simulator as `run.ts` drives it. */
export interface RunningSimulator {
  /** Address of the platform's API. */
  readonly url: string;
  /** How to use it, a line each. Holds no key and no password the user gave. */
  readonly usage: readonly string[];
  /** What happened so far, on one line. */
  progress(): string;
  stop(): Promise<void>;
}

/** One platform's entry in `run.ts`. */
export interface PlatformCommand {
  readonly options: OptionTable;
  start(values: OptionValues): Promise<RunningSimulator>;
}

/** What is wrong with a command line. */
export class UsageError extends Error {}

/** Reads `--token-lifetime 60` as `{tokenLifetime: 60}`; throws a UsageError that names the option. */
export function parseOptions(args: readonly string[], table: OptionTable): OptionValues {
  const options = Object.fromEntries(Object.keys(table).map((name) => [flagOf(name), { type: 'string' as const }]));
  let given: Record<string, string | undefined>;
  try {
    given = parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${optionHelp(table)}`);
  }
  const values: OptionValues = {};
  for (const [name, option] of Object.entries(table)) {
    const text = given[flagOf(name)];
    if (text === undefined) continue;
    const value: unknown = option.parse(text);
    if (value === undefined) throw new UsageError(`--${flagOf(name)} must be ${option.expects}`);
    values[name] = value;
  }
  return values;
}

/** The options, a line each. */
export function optionHelp(table: OptionTable): string {
  const lines = Object.entries(table).map(
    ([name, option]) => `  --${flagOf(name).padEnd(22)} ${option.help} (${shownDefault(option)})`,
  );
  return ['Options, with their defaults:', ...lines].join('\n');
}

/** `tokenLifetime` as it is written on the command line, without the dashes. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function shownDefault({ fallback, shown }: Option<unknown>): string {
  const text = shown ?? String(fallback);
  return text === text.trim() ? text : `"${text}"`;
}
