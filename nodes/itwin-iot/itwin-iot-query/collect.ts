import type { SenmlRecord } from '../../core/senml/pack';
import { nextTurn } from '../../core/timing';
import type { Points } from '../client/session/series';

/** Takes the pieces of a series as they come, and gives the whole at the end. */
export interface Collector {
  add(points: Points): void;
  all(signal: AbortSignal): Promise<Points | SenmlRecord[]>;
}

/**
 * The platform says not how much one answer holds. An object with a hundred thousand members takes longer to put
 * together than a flow should stand still: it grows by a piece in each turn of the event loop.
 */
export function pointsCollector(): Collector {
  const pieces: Points[] = [];
  return {
    add: (points) => void pieces.push(points),
    async all(signal) {
      const whole = pieces.shift() ?? {};
      for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
        Object.assign(whole, piece);
        await nextTurn();
        signal.throwIfAborted();
      }
      return whole;
    },
  };
}

/** The same as a SenML pack, written piece by piece. */
export function packCollector(write: (points: Points) => SenmlRecord[]): Collector {
  const packs: SenmlRecord[][] = [];
  return {
    add: (points) => void packs.push(write(points)),
    all: async () => packs.flat(),
  };
}
