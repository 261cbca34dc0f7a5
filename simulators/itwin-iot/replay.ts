import { type Played, playback, READING_INTERVAL_MS, type Reading, readings, readingsByMote } from '../core/readings';
import { sensorIdOf } from './demo-network';
import type { Sensor } from './entity';
import type { Network } from './network';
import type { ItwinSettings } from './options';

/** A mote's sensor and readings. */
interface Mote {
  readonly sensorId: string;
  readonly rows: readonly Reading[];
  /** Index of the row by round. */
  readonly indexOf: (round: number) => number;
}

const NOBODY: Mote = { sensorId: '', rows: [], indexOf: () => 0 };

/** Most rounds made up for at once after the process was held up, on a sleeping laptop say. */
const MOST_ROUNDS_AT_ONCE = 1000;

/**
 * Replays the real readings as observations of the motes' sensors: a round holds one reading of each mote, and after a
 * mote's last reading comes its first again.
 */
export class Replay {
  readonly #network: Network;
  readonly #played: Played;
  readonly #dataFile: string;
  readonly #onRound: (readings: readonly Reading[]) => void;
  #motes: Mote[] | undefined;
  #round = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `onRound` sees the readings of each round that comes live. */
  constructor(network: Network, settings: ItwinSettings, onRound: (readings: readonly Reading[]) => void) {
    this.#network = network;
    this.#played = settings;
    this.#dataFile = settings.dataFile;
    this.#onRound = onRound;
  }

  /** Stores `count` rounds as if they had come in until `end` (ms since 1970), one each 5 s. */
  store(count: number, end: number): void {
    if (count === 0) return;
    for (let left = count; left > 0; left -= 1) this.#observeRound(end - left * READING_INTERVAL_MS);
  }

  /** Goes on live: a round now and then one each 5 s divided by `speed`, with the time it comes in. */
  start(speed: number): void {
    const period = READING_INTERVAL_MS / speed;
    let due = performance.now();
    const tick = () => {
      const now = performance.now();
      due = Math.max(due, now - MOST_ROUNDS_AT_ONCE * period);
      for (; due <= now; due += period) this.#onRound(this.#observeRound(Math.round(Date.now() - (now - due))));
      this.#timer = setTimeout(tick, Math.ceil(due - now));
    };
    tick();
  }

  /**
   * Observes the next `count` readings of a mote at once, a millisecond apart and up to now, for a sensor of its
   * metrics.
   */
  burst(count: number, sensor: Sensor, mote: number): void {
    const { rows, indexOf } = this.#load()[mote - 1] ?? NOBODY;
    const first = nextTime(sensor, Date.now() - count + 1);
    for (let index = 0; index < count; index += 1) {
      const row = rows[indexOf(this.#round + index)];
      if (row) this.#network.observe(sensor, first + index, [row.humidity, row.temperature]);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Reads the file when the first reading is wanted: most tests want none. */
  #load(): Mote[] {
    this.#motes ??= [...readingsByMote(readings(this.#dataFile))].map(([mote, rows]) => ({
      sensorId: sensorIdOf(mote),
      rows,
      indexOf: playback(rows, this.#played),
    }));
    return this.#motes;
  }

  #observeRound(time: number): Reading[] {
    const round: Reading[] = [];
    for (const { sensorId, rows, indexOf } of this.#load()) {
      const row = rows[indexOf(this.#round)];
      const sensor = this.#network.sensor(sensorId);
      if (!row) continue;
      round.push(row);
      if (sensor) this.#network.observe(sensor, nextTime(sensor, time), [row.humidity, row.temperature]);
    }
    this.#round += 1;
    return round;
  }
}

/** The time, or the millisecond after the sensor's newest observation when that is later: each time comes once. */
function nextTime({ series }: Sensor, time: number): number {
  return series.count === 0 ? time : Math.max(time, series.time(series.at(series.count - 1)) + 1);
}
