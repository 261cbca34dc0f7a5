import { isObject } from '../../core/json';
import type { Follower } from './follower';
import { type Points, readSeries, type SeriesParams } from './series';

export interface SensorFollowerOptions {
  sensor: string;
  series: SeriesParams;
  /** ISO time of the newest point that the flow has; undefined: begin with what comes next. */
  since: string | undefined;
  /** Ask for what was missed. */
  backfill: boolean;
  /** `points` holds that of `time` alone. `replayed`: fetched afterwards rather than live. */
  onPoint(time: string, points: Points, replayed: boolean): void;
  /** Everything up to this ISO time has been handed on. */
  onComplete?(time: string): void;
}

/** Times kept to recognize a point that comes again, once nothing is missing before them. */
const REMEMBERED = 20_000;

/**
 * New observations of one sensor. After an outage `getData` gives those since everything was complete, and a time that
 * was seen is not handed on again: every observation comes once.
 */
export function createSensorFollower(options: SensorFollowerOptions): Follower {
  const { sensor, series, backfill, onPoint, onComplete } = options;
  let newest = options.since;
  let newestAt = newest === undefined ? Number.NEGATIVE_INFINITY : Date.parse(newest);
  let seen = new Set<number>(newest === undefined ? [] : [newestAt]);
  /** Where the gap begins that is still to be filled; live points beyond it may have been handed on. */
  let gap: string | undefined;
  /** Live updates that wait for what is older. */
  let held: Points[] | undefined;

  const handOn = (points: Points, replayed: boolean): void => {
    const times = Object.keys(points);
    for (const time of times) {
      const at = Date.parse(time);
      if (at > newestAt) {
        newest = time;
        newestAt = at;
      }
      if (seen.has(at)) continue;
      seen.add(at);
      // An update mostly carries one point, and an object with a key of its own is dear to make.
      onPoint(time, times.length === 1 ? points : { [time]: points[time] }, replayed);
    }
  };

  const completed = (): void => {
    if (gap !== undefined || newest === undefined) return;
    onComplete?.(newest);
    if (seen.size > REMEMBERED) seen = new Set([...seen].slice(-REMEMBERED / 2));
  };

  const release = (): void => {
    const waiting = held ?? [];
    held = undefined;
    for (const points of waiting) handOn(points, false);
  };

  return {
    get behind() {
      return backfill && (gap ?? newest) !== undefined;
    },
    subscribe(session, onRefused) {
      // A gap that was not filled begins where it began.
      gap ??= backfill ? newest : undefined;
      held = gap === undefined ? undefined : [];
      const onResult = (result: unknown): void => {
        if (!isObject(result) || !isObject(result.data)) return;
        if (held) held.push(result.data);
        else {
          handOn(result.data, false);
          completed();
        }
      };
      session.listen('subscribeData', { sensors: [sensor], ...series }, { onResult, onError: onRefused });
    },
    async catchUp(session, limit) {
      if (gap === undefined) return;
      held ??= [];
      const own = held;
      const params = { sensor, ...series, startDate: gap };
      const onPoints = (points: Points): void => {
        limit.restart();
        handOn(points, true);
      };
      try {
        await readSeries(session, 'getData', params, onPoints, limit.signal);
        gap = undefined;
      } finally {
        // What a later connection holds back is that one's business.
        if (held === own) release();
      }
      completed();
    },
  };
}
