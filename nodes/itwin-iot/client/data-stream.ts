import { PlatformError, toPlatformError } from '../../core/errors';
import { isObject } from '../../core/json';
import type { Session } from './session';

/** Points of one sensor as the platform writes them: value by ISO 8601 time. */
export type Points = Record<string, unknown>;

/** A series of one sensor in one metric and unit. */
export interface SeriesParams {
  metric?: string;
  unit?: string;
  params?: object;
  projectIds?: readonly string[];
}

/**
 * `getData` and its like: any number of answers with `data`, then `requestStatus: "finished"`.
 *
 * @param onPoints called for each answer as it arrives
 */
export function readSeries(
  session: Session,
  method: string,
  params: object,
  onPoints: (points: Points) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      request.forget();
      settle();
    };
    const abort = (): void => end(() => reject(signal.reason));
    const request = session.listen(method, params, {
      onResult(result) {
        if (!isObject(result)) return end(() => reject(unexpected(method)));
        if (isObject(result.data)) onPoints(result.data);
        if (result.requestStatus === 'finished') end(resolve);
      },
      onError: (error) => end(() => reject(error)),
    });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}

function unexpected(method: string): PlatformError {
  return new PlatformError('INVALID_RESPONSE', `the answer to ${method} is not an object`, { operation: method });
}

export interface FollowSensorOptions {
  sensor: string;
  series: SeriesParams;
  /** ISO time of the newest point that the flow has; undefined: begin with what comes next. */
  since: string | undefined;
  /** Ask for what was missed. */
  backfill: boolean;
  /** `replayed`: fetched afterwards rather than live. */
  onPoint(time: string, value: unknown, replayed: boolean): void;
  onError(error: PlatformError): void;
}

/** Follows the new observations of one sensor over any number of connections. */
export interface SensorFollower {
  /** Subscribes on a new connection, then fetches what was missed since the last. */
  follow(session: Session, signal: AbortSignal): Promise<void>;
  /** ISO time of the newest point handed on. */
  readonly newest: string | undefined;
}

/** Times kept to recognize a point that comes again, besides those of a back-fill that is not complete. */
const REMEMBERED = 20_000;

export function createSensorFollower(options: FollowSensorOptions): SensorFollower {
  const { sensor, series, onPoint, onError } = options;
  let newest = options.since;
  let seen = new Set<number>(newest === undefined ? [] : [Date.parse(newest)]);

  /** @returns the newest time among them, or `latest` if that is newer */
  const handOn = (points: Points, replayed: boolean, latest: string | undefined): string | undefined => {
    let result = latest;
    for (const [time, value] of Object.entries(points)) {
      const at = Date.parse(time);
      if (result === undefined || at > Date.parse(result)) result = time;
      if (seen.has(at)) continue;
      seen.add(at);
      onPoint(time, value, replayed);
    }
    return result;
  };

  const goLive = (points: Points): void => {
    newest = handOn(points, false, newest);
    if (seen.size > REMEMBERED) seen = new Set([...seen].slice(-REMEMBERED / 2));
  };

  const follow: SensorFollower['follow'] = async (session, signal) => {
    const since = newest;
    // Live updates wait until what is older has come, or the newest time would jump over a gap.
    let held: Points[] | undefined = options.backfill && since !== undefined ? [] : undefined;
    const onResult = (result: unknown): void => {
      if (!isObject(result) || !isObject(result.data)) return;
      if (held) held.push(result.data);
      else goLive(result.data);
    };
    session.listen('subscribeData', { sensors: [sensor], ...series }, { onResult, onError });
    if (!held) return;
    let reached = since;
    const onPoints = (points: Points): void => {
      reached = handOn(points, true, reached);
    };
    try {
      await readSeries(session, 'getData', { sensor, ...series, startDate: since }, onPoints, signal);
      // Only now: in which order the chunks come is not said, and a broken one leaves a gap anywhere.
      newest = reached;
    } catch (thrown) {
      const error = toPlatformError(thrown);
      // The next connection fetches it again, what was held included.
      if (error.retryable || signal.aborted) return;
      onError(error);
    }
    for (const points of held) goLive(points);
    held = undefined;
  };

  return {
    follow,
    get newest() {
      return newest;
    },
  };
}
