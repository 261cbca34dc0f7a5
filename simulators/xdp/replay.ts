import { type Played, playback, READING_INTERVAL_MS, type Reading, readings, readingsByMote } from '../core/readings';
import { nwkAddrOf, OBSERVATION_TOPIC } from './motes';
import type { XdpSettings } from './options';
import type { RecordingLog } from './recording-log';

/** A mote's address, and the data of its recordings as JSON text. */
interface Mote {
  readonly nwkAddr: number;
  readonly rows: readonly string[];
  /** Index of the row by round. */
  readonly indexOf: (round: number) => number;
}

/** Most rounds made up for at once after the process was held up, on a sleeping laptop say. */
const MOST_ROUNDS_AT_ONCE = 1000;

/**
 * Replays the real readings as recordings: a round holds one reading of each mote, and after a mote's last reading
 * comes its first again, or one before it (`playback`). The label of the data set comes along as `data.anomaly`, so that a flow can compare it
 * with what it found itself.
 */
export class Replay {
  readonly #log: RecordingLog;
  readonly #played: Played;
  readonly #dataFile: string;
  #motes: Mote[] | undefined;
  #round = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: RecordingLog, settings: XdpSettings) {
    this.#log = log;
    this.#played = settings;
    this.#dataFile = settings.dataFile;
  }

  /** Stores `count` recordings as if they had come in until `end` (ms since 1970), a round each 5 s. */
  store(count: number, end: number): void {
    if (count === 0) return;
    const motes = this.#load();
    const rounds = Math.ceil(count / motes.length);
    for (let left = count; left > 0; left -= motes.length) {
      const time = end - (rounds - this.#round) * READING_INTERVAL_MS;
      this.#appendRound(motes.slice(0, left), new Date(time).toISOString());
    }
  }

  /** Goes on live: a round now and then one each 5 s divided by `speed`, with the time it comes in. */
  start(speed: number): void {
    const motes = this.#load();
    const period = READING_INTERVAL_MS / speed;
    let due = performance.now();
    const tick = () => {
      const now = performance.now();
      due = Math.max(due, now - MOST_ROUNDS_AT_ONCE * period);
      for (; due <= now; due += period) {
        this.#appendRound(motes, new Date(Date.now() - (now - due)).toISOString());
      }
      this.#timer = setTimeout(tick, Math.ceil(due - now));
    };
    tick();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Reads the file when the first reading is wanted: most tests want none. */
  #load(): Mote[] {
    this.#motes ??= [...readingsByMote(readings(this.#dataFile))].map(([mote, rows]) => ({
      nwkAddr: nwkAddrOf(mote),
      rows: rows.map((row) => JSON.stringify(dataOf(row))),
      indexOf: playback(rows, this.#played),
    }));
    return this.#motes;
  }

  #appendRound(motes: readonly Mote[], time: string): void {
    for (const { nwkAddr, rows, indexOf } of motes) {
      const json = rows[indexOf(this.#round)];
      if (json) this.#log.append({ nwkAddr, source: OBSERVATION_TOPIC, time }, json);
    }
    this.#round += 1;
  }
}

function dataOf({ humidity, temperature, anomaly }: Reading): Record<string, unknown> {
  return { humidity, temperature, anomaly };
}
