import { DATA_FILE } from './readings';

/** One option of a simulator: what it is, what it is when left out, and what it may be. */
export interface Option<T> {
  /** On the command line's help, without the default. */
  readonly help: string;
  readonly fallback: T;
  /** The default as the help shows it; left out: as text. */
  readonly shown?: string;
  /** What it must be, in words. */
  readonly expects: string;
  /** Reads it from the command line; undefined when it is no such value. */
  parse(text: string): T | undefined;
  accepts(value: T): boolean;
}

/** The options of a simulator, by name. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

type ValueOf<O> = O extends Option<infer T> ? T : never;

/** What may be given; everything may be left out. */
export type OptionsOf<T extends OptionTable> = { -readonly [K in keyof T]?: ValueOf<T[K]> };

/** The options with every value filled in. */
export type SettingsOf<T extends OptionTable> = { -readonly [K in keyof T]: ValueOf<T[K]> };

/** Fills in the defaults; throws a RangeError that names the option whose value cannot be. */
export function settingsOf<T extends OptionTable>(table: T, options: OptionsOf<T>): SettingsOf<T> {
  const settings = Object.entries(table).map(([name, option]) => {
    const value: unknown = options[name] ?? option.fallback;
    if (!option.accepts(value)) throw new RangeError(`${name} must be ${option.expects}`);
    return [name, value];
  });
  return Object.fromEntries(settings) as SettingsOf<T>;
}

/** Any text. */
export function text(fallback: string, help: string, shown?: string): Option<string> {
  return { help, fallback, shown, expects: 'a text', parse: (given) => given, accepts: () => true };
}

/** A list of texts, one at least; separated by commas on the command line. */
export function list(fallback: readonly string[], help: string): Option<readonly string[]> {
  return {
    help: `${help}, separated by commas`,
    fallback,
    expects: 'a list with one text at least',
    parse: (given) => given.split(','),
    accepts: ({ length }) => length > 0,
  };
}

/** A whole number within bounds. */
export function whole(least: number, fallback: number, help: string, most = Number.MAX_SAFE_INTEGER): Option<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  return {
    help,
    fallback,
    expects: `a whole number ${range}`,
    parse: number,
    accepts: (value) => Number.isSafeInteger(value) && value >= least && value <= most,
  };
}

/** A TCP port of its own; 0: a free one. */
export function port(help: string): Option<number> {
  return { ...whole(0, 0, `${help}; 0: a free one`, 65_535) };
}

/** A number above 0. */
export function positive(fallback: number, help: string): Option<number> {
  const accepts = (value: number): boolean => value > 0 && Number.isFinite(value);
  return { help, fallback, expects: 'a number above 0', parse: number, accepts };
}

/** Seconds; 0: never, or none. */
export function seconds(fallback: number, help: string): Option<number> {
  const accepts = (value: number): boolean => value >= 0 && Number.isFinite(value);
  return { help, fallback, expects: '0 or more', parse: number, accepts };
}

/** Yes or no. */
export function flag(fallback: boolean, help: string): Option<boolean> {
  return {
    help,
    fallback,
    expects: 'true or false',
    parse: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
    accepts: (value) => typeof value === 'boolean',
  };
}

/** One of a few values; the first is the default. */
export function choice<const T extends string | number>(choices: readonly [T, ...T[]], help: string): Option<T> {
  const words = choices.map((each) => (String(each) === String(each).trim() ? String(each) : `"${each}"`));
  const named = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return {
    help: `${help}: ${named}`,
    fallback: choices[0],
    expects: named,
    parse: (given) => choices.find((each) => String(each) === given),
    accepts: (value) => choices.includes(value),
  };
}

function number(given: string): number | undefined {
  const value = Number(given);
  return given.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

/** Address to listen on: nothing outside this machine reaches a simulator by default. */
export const HOST = text('127.0.0.1', 'address to listen on');

/** Which of the real readings are played, and how fast: options of every simulator. */
export const REPLAY_OPTIONS = {
  /** How much faster than measured (a reading of each mote each 5 s) the readings come. */
  speed: positive(1, 'times faster than a reading of each mote each 5 s'),
  /** Whether readings come at all while it runs. */
  live: flag(true, 'whether readings come at all'),
  /** The motes' reading number the replay begins with; the induced anomalies are at 2344 to 2460. */
  startReading: whole(1, 1, 'reading to begin with; the anomalies are at 2344 to 2460'),
  /**
   * With `repeat`: from which reading on each mote goes back, there where its humidity jumps least. 0: at the end of
   * the file it begins again.
   */
  lastReading: whole(0, 0, 'with --repeat: reading from which on a mote goes back'),
  /** Readings that each mote goes back again and again; 0: not before the end of the file. */
  repeat: whole(0, 0, 'readings that the replay goes back again and again, 0: none'),
  /** CSV file of the readings; default the real ones beside the simulators. */
  dataFile: text(DATA_FILE, 'CSV file of the readings', 'the real ones'),
} as const;
