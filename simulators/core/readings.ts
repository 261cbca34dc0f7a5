import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The real readings beside this folder; origin and licence are in `data/README.md`. */
export const DATA_FILE = fileURLToPath(new URL('../data/single-hop-sensor-network.csv', import.meta.url));

/** Milliseconds between two readings of one mote, as measured. */
export const READING_INTERVAL_MS = 5000;

/** One row of the data file. */
export interface Reading {
  /** Running number of the mote's readings, from 1. */
  readonly reading: number;
  /** 1 to 4. */
  readonly mote: number;
  readonly indoor: boolean;
  /** Relative humidity in %. */
  readonly humidity: number;
  /** Temperature in °C. */
  readonly temperature: number;
  /** True while an anomaly was induced on the mote (column `label`). */
  readonly anomaly: boolean;
}

const HEADER = 'reading,mote_id,indoor,humidity,temperature,label';

/** All rows of the data file, in file order (mote after mote); throws when the file is not what it should be. */
export function readings(file: string = DATA_FILE): Reading[] {
  const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);
  if (header !== HEADER) throw new Error(`${file}: the first line must be "${HEADER}"`);
  return lines.map((line, index) => parseLine(line, `${file}, line ${index + 2}`));
}

/** The same rows by mote, motes in order of their number. */
export function readingsByMote(rows: readonly Reading[]): Map<number, Reading[]> {
  const byMote = new Map<number, Reading[]>();
  for (const row of rows) {
    const ofMote = byMote.get(row.mote);
    if (ofMote) ofMote.push(row);
    else byMote.set(row.mote, [row]);
  }
  return new Map([...byMote].sort(([a], [b]) => a - b));
}

/** Which of the readings are played, as `options.ts` says. */
export interface Played {
  readonly startReading: number;
  readonly lastReading: number;
  readonly repeat: number;
}

/**
 * The index of a mote's reading by round, from 0. With `repeat` it goes back so many readings again and again, from
 * `lastReading` on there where its humidity jumps least: a jump would be an anomaly that nobody induced.
 */
export function playback(rows: readonly Reading[], { startReading, lastReading, repeat }: Played) {
  const first = startReading - 1;
  const end = repeat > 0 ? turningPoint(rows, lastReading, repeat) : 0;
  return (round: number): number => {
    const index = first + round;
    if (repeat === 0) return index % rows.length;
    return index < end ? index : end - repeat + ((index - end) % repeat);
  };
}

/** The index that is not played any more, and in place of which the one `repeat` before it is. */
function turningPoint(rows: readonly Reading[], lastReading: number, repeat: number): number {
  const from = Math.max(lastReading, repeat);
  const candidates = Array.from({ length: Math.ceil(repeat / 2) }, (_, index) => from + index);
  const jump = (end: number): number =>
    Math.abs((rows[end - 1]?.humidity ?? Number.POSITIVE_INFINITY) - (rows[end - repeat]?.humidity ?? 0));
  return candidates.reduce((best, end) => (jump(end) < jump(best) ? end : best));
}

function parseLine(line: string, where: string): Reading {
  const values = line.split(',').map(Number);
  if (values.length !== 6 || values.some((value) => !Number.isFinite(value))) {
    throw new Error(`${where}: six numbers expected`);
  }
  const [reading, mote, indoor, humidity, temperature, label] = values as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { reading, mote, indoor: indoor === 1, humidity, temperature, anomaly: label === 1 };
}
