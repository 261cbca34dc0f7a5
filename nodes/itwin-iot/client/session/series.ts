import { PlatformError } from '../../../core/errors';
import type { Deadline } from '../../../core/timing';
import { isObject } from '../../../core/values/json';
import type { Session } from './session';
import type { RunOptions, SharedSocket } from './socket';

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
 * `getData` and its like on one connection: any number of answers with `data`, then `requestStatus: "finished"`.
 *
 * @param onPoints called for each answer as it arrives
 * @returns how many answers that came meanwhile could not be read: points may be missing
 */
export function readSeries(
  session: Session,
  method: string,
  params: object,
  onPoints: (points: Points) => void,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      request.forget();
      settle();
    };
    const abort = (): void => end(() => reject(signal.reason));
    const unread = session.unreadable;
    let withData = false;
    /** Only the answer to `getData` is documented: of another, what stands in place of `data` would be lost in silence. */
    let other: string | undefined;
    const request = session.listen(method, params, {
      onResult(result) {
        if (!isObject(result)) return end(() => reject(unexpected(method, 'is not an object')));
        const { data } = result;
        // Left out it would be lost without a word.
        if (data !== undefined && data !== null && !isObject(data))
          return end(() => reject(unexpected(method, 'holds data of another shape than values by time')));
        try {
          if (isObject(data)) onPoints(withoutProto(data));
        } catch (thrown) {
          return end(() => reject(thrown));
        }
        if (data !== undefined) withData = true;
        else other ??= Object.keys(result).find((member) => member !== 'requestStatus');
        if (result.requestStatus !== 'finished') return;
        if (!withData && other !== undefined) {
          const held = `holds "${other.slice(0, 40)}" in place of data`;
          return end(() => reject(unexpected(method, held)));
        }
        end(() => resolve(session.unreadable - unread));
      },
      onError: (error) => end(() => reject(error.with({ operation: method }))),
    });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}

/** No time, and what JavaScript would take for something else as soon as it is copied. */
function withoutProto(points: Points): Points {
  if (Object.hasOwn(points, '__proto__')) Reflect.deleteProperty(points, '__proto__');
  return points;
}

function unexpected(method: string, what: string): PlatformError {
  return new PlatformError('INVALID_RESPONSE', `the answer to ${method} ${what}`, { operation: method });
}

/** One of those could not be read, and which request it answered nobody knows. */
function incomplete(method: string): PlatformError {
  const message = `an answer that came during ${method} is not valid JSON: points may be missing`;
  return new PlatformError('INVALID_RESPONSE', message, { operation: method });
}

/**
 * The same over as many connections as it takes: asked for anew when one breaks, each point handed on once. It is given
 * up when nothing has come for the time-out of the account, or nothing new since two connections.
 */
export async function readWholeSeries(
  socket: SharedSocket,
  method: string,
  params: object,
  onPoints: (points: Points) => void,
  options: RunOptions,
): Promise<void> {
  const seen = new Set<string>();
  let known = -1;
  const work = async (session: Session, limit: Deadline): Promise<void> => {
    // What is known already takes its time too. But the same answer may break each connection: then the time is up once.
    const isPatient = seen.size > known;
    known = seen.size;
    const take = (points: Points): void => {
      const fresh = unseen(points, seen);
      if (isPatient || fresh) limit.restart();
      if (fresh) onPoints(fresh);
    };
    if ((await readSeries(session, method, params, take, limit.signal)) > 0) throw incomplete(method);
  };
  await socket.run(method, work, { ...options, repeatable: true });
}

/** The points not seen before, which are noted; undefined when there are none. */
function unseen(points: Points, seen: Set<string>): Points | undefined {
  const before = seen.size;
  const times = Object.keys(points);
  const known = times.filter((time) => seen.has(time));
  for (const time of times) seen.add(time);
  if (seen.size === before) return undefined;
  if (known.length === 0) return points;
  const { ...fresh } = points;
  for (const time of known) delete fresh[time];
  return fresh;
}
