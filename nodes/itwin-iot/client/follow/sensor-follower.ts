import { PlatformError } from '../../../core/errors';
import { type Deadline, nextTurn } from '../../../core/timing';
import { isObject } from '../../../core/values/json';
import { type Points, readSeries, type SeriesParams } from '../session/series';
import type { Session } from '../session/session';
import { holdsBareNumber } from '../wire/bare-numbers';
import { createProgress, type Progress } from './fill-progress';
import { type Follower, isRefusedSubscription } from './follower';
import { createKnownTimes } from './known-times';
import { subscribe } from './subscription';

export interface SensorFollowerOptions {
  sensor: string;
  series: SeriesParams;
  /** ISO time of the newest point that the flow has, or NONE; undefined: begin with what comes next. */
  since: string | undefined;
  /** Ask for what was missed. */
  backfill: boolean;
  /** `points` holds that of `time` alone. `replayed`: fetched afterwards rather than live. */
  onPoint(time: string, points: Points, replayed: boolean): void;
  /** Everything up to this ISO time has been handed on; NONE when the sensor had nothing at the first start, nor since. */
  onComplete?(time: string): void;
  /** The same in the middle of a back-fill, for the case that it breaks off; it may go back again. */
  onProgress?(time: string): void;
  /** Told of observations that have to be left out, so many at once. */
  onSkipped?(error: PlatformError, count: number): void;
}

/** In place of a time: begin with the very first observation. */
const NONE = '';

/** Milliseconds by which a logger's clock may be ahead of the platform's; beyond it, a gap that began there would hide what is missing. */
const AHEAD = 24 * 60 * 60 * 1000;

/** Times kept to recognize a point that comes again, once nothing is missing before them, and while something is. */
const REMEMBERED = 2000;
const REMEMBERED_BEHIND = 1_000_000;

/** Live updates that wait for older ones at the most. */
const HELD = 20_000;

/** No text with milliseconds and `Z` is longer. */
const SHORT = '2016-06-24T18:01:00.000Z'.length;

/** "We currently only support retrieving a single first or last value." */
const LAST = { function: 'last', params: { size: 1 } };

/**
 * New observations of one sensor. After an outage `getData` gives those since everything was complete, and a time that
 * was seen is not handed on again: every observation comes once.
 */
export function createSensorFollower(options: SensorFollowerOptions): Follower {
  const { sensor, series, backfill, onPoint, onComplete } = options;
  let newest = options.since || undefined;
  let newestAt = newest === undefined ? Number.NEGATIVE_INFINITY : instantOf(newest);
  const known = createKnownTimes();
  if (newest !== undefined) known.add(newestAt);
  /** It is known where live points begin: a gap has a beginning even before the first of them has come. */
  let anchored = options.since !== undefined;
  /** What is fetched up to here was there before the first start. */
  let beforeAt = Number.NEGATIVE_INFINITY;
  /** The gap that is still to be filled, from a time on or from the first observation; live points beyond it may have been handed on. */
  let gap: { since: string | undefined } | undefined;
  /** Live updates that wait for what is older, over connections that break meanwhile. */
  let held: Points[] | undefined;
  let connections = 0;
  let progress: Progress | undefined;
  let platformTime: Session['now'] = () => undefined;

  /** A time moves the newest one, unless that would be one the platform has yet to see. */
  const reach = (time: string, at: number): void => {
    if (!(at > newestAt)) return;
    const now = at - newestAt > AHEAD ? platformTime() : undefined;
    if (now !== undefined && at - now > AHEAD) return;
    newest = time;
    newestAt = at;
  };

  const skip = (why: string, count = 1): void =>
    options.onSkipped?.(new PlatformError('INVALID_RESPONSE', `${sensor}: ${why}`), count);

  const handOn = (points: Points, replayed: boolean): void => {
    const times = Object.keys(points);
    let leftOut = 0;
    let why = '';
    for (const time of times) {
      const at = instantOf(time);
      if (Number.isNaN(at)) {
        if (leftOut++ === 0) why = `${quoted(time)} is not a time`;
        continue;
      }
      if ((replayed && at <= beforeAt) || !known.add(at)) continue;
      reach(time, at);
      if (holdsBareNumber(points[time])) {
        if (leftOut++ === 0) why = `the value of ${time} is no number`;
        continue;
      }
      // An update mostly carries one point, and an object with a key of its own is dear to make.
      onPoint(time, times.length === 1 ? points : { [time]: points[time] }, replayed);
    }
    if (leftOut > 0) skip(`an observation is left out: ${why}`, leftOut);
  };

  /** Notes how far a back-fill has come, so that one that breaks off goes on there. */
  const advance = (points: Points): void => {
    if (!progress || !gap) return;
    progress.take(points);
    // A time that is ahead of the platform's clock would hide what comes until then.
    if (progress.since === gap.since || instantOf(progress.since ?? '') > newestAt) return;
    gap.since = progress.since;
    options.onProgress?.(progress.since ?? NONE);
  };

  const completed = (): void => {
    anchored ||= newest !== undefined;
    known.trim(gap === undefined ? REMEMBERED : REMEMBERED_BEHIND);
    if (gap === undefined && anchored) onComplete?.(newest ?? NONE);
  };

  const hold = (list: Points[], points: Points): void => {
    list.push(points);
    // A back-fill that never succeeds must not fill the memory: then the order is given up, but nothing else.
    if (list.length > HELD) release();
  };

  const release = (): void => {
    const waiting = held ?? [];
    held = undefined;
    for (const points of waiting) handOn(points, false);
  };

  /** At the very first start: which observation is the last that the flow does not get. */
  const anchor = async (session: Session, { signal }: Deadline): Promise<void> => {
    const note = (points: Points): void => {
      // A live point came first: what is newer than that is not old.
      if (anchored) return;
      for (const time in points) reach(time, instantOf(time));
      const now = platformTime();
      // It has some, but dated ahead: what comes from now on is new.
      if (newest === undefined && now !== undefined && Object.keys(points).length > 0)
        reach(new Date(now).toISOString(), now);
      beforeAt = newestAt;
    };
    const unread = await readSeries(session, 'getData', { sensor, ...series, limit: LAST }, note, signal);
    const now = platformTime() ?? Date.now();
    // There is a last one, of which not even the time can be read.
    if (unread > 0 && newest === undefined) reach(new Date(now).toISOString(), now);
    anchored = true;
  };

  const fill = async (session: Session, since: string | undefined, limit: Deadline): Promise<void> => {
    const connection = connections;
    held ??= [];
    const params = { sensor, ...series, ...(since !== undefined && { startDate: since }) };
    let unreadable = session.unreadable;
    const onPoints = (points: Points): void => {
      limit.restart();
      handOn(points, true);
      // What could not be read stands before these.
      if (session.unreadable > unreadable) progress?.stop();
      advance(points);
    };
    const read = (): Promise<number> => {
      progress = createProgress(since, instantOf);
      unreadable = session.unreadable;
      return readSeries(session, 'getData', params, onPoints, limit.signal);
    };
    try {
      // What cannot be read at the second time either is left out: it would keep back all that comes behind it for ever.
      if ((await read()) > 0 && (await read()) > 0) skip(UNREADABLE);
    } catch (thrown) {
      // The next connection fills the gap; only a refusal may last.
      if (connection === connections && thrown instanceof PlatformError && isRefusedSubscription(thrown)) release();
      throw thrown;
    }
    // By then the flow has the last of them.
    await nextTurn();
    // What a later connection has to fill is that one's business.
    if (connection !== connections) return;
    gap = undefined;
    release();
  };

  return {
    name: sensor,
    get behind() {
      return backfill && anchored;
    },
    subscribe(session, events) {
      // A gap that was not filled begins where it began.
      if (backfill && anchored) gap ??= { since: newest };
      connections++;
      platformTime = session.now;
      // What a broken connection held back waits on: a point that came late is not in the gap.
      if (gap !== undefined) held ??= [];
      const onUpdate = (points: unknown): void => {
        if (points === null) return;
        if (!isObject(points)) skip('an update is left out: it holds something other than values by time');
        else if (held) hold(held, points);
        else {
          handOn(points, false);
          completed();
        }
      };
      return subscribe(session, 'Data', { sensors: [sensor], ...series }, onUpdate, events);
    },
    missed() {
      if (backfill && anchored) gap ??= { since: newest };
    },
    async catchUp(session, limit) {
      if (gap) await fill(session, gap.since, limit);
      else if (backfill && !anchored) await anchor(session, limit);
      completed();
    },
  };
}

/**
 * Milliseconds since 1970, with the digits that `Date` leaves out: of two observations within one millisecond neither is
 * the other once more.
 */
function instantOf(time: string): number {
  const at = Date.parse(time);
  const beyond = time.length > SHORT ? /\.\d{3}(\d+)/.exec(time)?.[1] : undefined;
  return beyond === undefined ? at : at + Number(`0.${beyond}`);
}

/** Of an answer to `getData` that is no JSON. */
const UNREADABLE = 'an answer of the history is not valid JSON, at the second time either';

function quoted(time: string): string {
  return `"${time.length > 40 ? `${time.slice(0, 40)}…` : time}"`;
}
