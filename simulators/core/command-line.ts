import { parseArgs } from 'node:util';

/** What a value on the command line is read as. */
type Kind = 'text' | 'list' | 'number' | 'boolean';

/** The options a platform's simulator takes on the command line, by option name, each with its help text. */
export type OptionTable = Readonly<Record<string, { kind: Kind; help: string }>>;

/** The values given, by option name; what was not given is left out. */
export type OptionValues = Record<string, string | string[] | number | boolean>;

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
  for (const [name, { kind }] of Object.entries(table)) {
    const text = given[flagOf(name)];
    if (text !== undefined) values[name] = parseValue(flagOf(name), text, kind);
  }
  return values;
}

/** The options, a line each. */
export function optionHelp(table: OptionTable): string {
  const lines = Object.entries(table).map(([name, { help }]) => `  --${flagOf(name).padEnd(18)} ${help}`);
  return ['Options:', ...lines].join('\n');
}

function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function parseValue(flag: string, text: string, kind: Kind): OptionValues[string] {
  switch (kind) {
    case 'text':
      return text;
    case 'list':
      return text.split(',');
    case 'number': {
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`--${flag} must be a number`);
      return value;
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw new UsageError(`--${flag} must be true or false`);
      return text === 'true';
  }
}
