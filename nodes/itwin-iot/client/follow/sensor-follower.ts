import { PlatformError } from '../../../core/errors';
import { type Deadline, nextTurn } from '../../../core/timing';
import { isObject } from '../../../core/values/json';
import { type Points, readSeries, type SeriesParams } from '../session/series';
import type { Session } from '../session/session';
import { holdsBareNumber } from '../wire/bare-numbers';
import { createProgress, type Progress } from './fill-progress';
import { type Follower, isRefusedSubscription } from './follower';
import { createKnownTimes } from './known-times';
import { createNewestTime, instantOf } from './newest-time';
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

/** Times kept to recognize a point that comes again, once nothing is missing before them, and while something is. */
const REMEMBERED = 2000;
const REMEMBERED_BEHIND = 1_000_000;

/** Live updates that wait for older ones at the most. */
const HELD = 20_000;

/** "We currently only support retrieving a single first or last value." */
const LAST = { function: 'last', params: { size: 1 } };

/** Something is missing that is to be fetched; live points beyond it may have been handed on. */
interface Behind {
  name: 'behind';
  /** It is missing from this time on; undefined: from the first observation. */
  since: string | undefined;
  /** Live updates that wait for what is older, over connections that break meanwhile; undefined: none need wait. */
  held: Points[] | undefined;
}

/**
 * Where it stands with a sensor. `unanchored`: the first start, it is not known yet where live points begin. `complete`:
 * nothing is missing, and a gap from now on has a beginning, even when no point has come.
 *
 * ```
 * unanchored → complete ⇄ behind
 * ```
 */
type SensorState = { name: 'unanchored' } | { name: 'complete' } | Behind;

/**
 * New observations of one sensor. After an outage `getData` gives those since everything was complete, and a time that
 * was seen is not handed on again: every observation comes once.
 */
export function createSensorFollower(options: SensorFollowerOptions): Follower {
  const { sensor, series, backfill, onPoint, onComplete } = options;
  let state: SensorState = { name: options.since === undefined ? 'unanchored' : 'complete' };
  /** The present subscription, which knows the platform's time. */
  let present: Pick<Session, 'now'> = { now: () => undefined };
  /** What is fetched up to here was there before the first start. */
  let beforeAt = Number.NEGATIVE_INFINITY;
  const platformTime = (): number | undefined => present.now();
  const newest = createNewestTime(options.since || undefined, platformTime);
  const known = createKnownTimes();
  if (newest.time !== undefined) known.add(newest.at);

  const fallBehind = (): void => {
    if (backfill && state.name === 'complete') state = { name: 'behind', since: newest.time, held: undefined };
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
      newest.reach(time, at);
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
  const advance = (progress: Progress, points: Points): void => {
    if (state.name !== 'behind') return;
    progress.take(points);
    // A time that is ahead of the platform's clock would hide what comes until then.
    if (progress.since === state.since || instantOf(progress.since ?? '') > newest.at) return;
    state.since = progress.since;
    options.onProgress?.(progress.since ?? NONE);
  };

  const completed = (): void => {
    if (state.name === 'unanchored' && newest.time !== undefined) state = { name: 'complete' };
    known.trim(state.name === 'behind' ? REMEMBERED_BEHIND : REMEMBERED);
    if (state.name === 'complete') onComplete?.(newest.time ?? NONE);
  };

  const takeLive = (points: Points): void => {
    if (state.name === 'behind' && state.held) {
      state.held.push(points);
      // A back-fill that never succeeds must not fill the memory: then the order is given up, but nothing else.
      if (state.held.length > HELD) release(state);
    } else {
      handOn(points, false);
      completed();
    }
  };

  const release = (from: SensorState): void => {
    if (from.name !== 'behind') return;
    const waiting = from.held ?? [];
    from.held = undefined;
    for (const points of waiting) handOn(points, false);
  };

  /** At the very first start: which observation is the last that the flow does not get. */
  const anchor = async (session: Session, { signal }: Deadline): Promise<void> => {
    const note = (points: Points): void => {
      // A live point came first: what is newer than that is not old.
      if (state.name !== 'unanchored') return;
      for (const time in points) newest.reach(time, instantOf(time));
      const now = platformTime();
      // It has some, but dated ahead: what comes from now on is new.
      if (newest.time === undefined && now !== undefined && Object.keys(points).length > 0)
        newest.reach(new Date(now).toISOString(), now);
      beforeAt = newest.at;
    };
    const unread = await readSeries(session, 'getData', { sensor, ...series, limit: LAST }, note, signal);
    const now = platformTime() ?? Date.now();
    // There is a last one, of which not even the time can be read.
    if (unread > 0 && newest.time === undefined) newest.reach(new Date(now).toISOString(), now);
    if (state.name === 'unanchored') state = { name: 'complete' };
  };

  const fill = async (session: Session, gap: Behind, limit: Deadline): Promise<void> => {
    const { since } = gap;
    const subscription = present;
    gap.held ??= [];
    let progress = createProgress(since, instantOf);
    const params = { sensor, ...series, ...(since !== undefined && { startDate: since }) };
    let unreadable = session.unreadable;
    const onPoints = (points: Points): void => {
      limit.restart();
      handOn(points, true);
      // What could not be read stands before these.
      if (session.unreadable > unreadable) progress.stop();
      advance(progress, points);
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
      if (subscription === present && thrown instanceof PlatformError && isRefusedSubscription(thrown)) release(state);
      throw thrown;
    }
    // By then the flow has the last of them.
    await nextTurn();
    // What a later connection has to fill is that one's business.
    if (subscription !== present) return;
    const filled = state;
    state = { name: 'complete' };
    release(filled);
  };

  return {
    name: sensor,
    get behind() {
      return backfill && state.name !== 'unanchored';
    },
    subscribe(session, events) {
      // A gap that was not filled begins where it began.
      fallBehind();
      present = { now: session.now };
      // What a broken connection held back waits on: a point that came late is not in the gap.
      if (state.name === 'behind') state.held ??= [];
      const onUpdate = (points: unknown): void => {
        if (points === null) return;
        if (!isObject(points)) skip('an update is left out: it holds something other than values by time');
        else takeLive(points);
      };
      return subscribe(session, 'Data', { sensors: [sensor], ...series }, onUpdate, events);
    },
    missed: fallBehind,
    async catchUp(session, limit) {
      if (state.name === 'behind') await fill(session, state, limit);
      else if (backfill && state.name === 'unanchored') await anchor(session, limit);
      completed();
    },
  };
}

/** Of an answer to `getData` that is no JSON. */
const UNREADABLE = 'an answer of the history is not valid JSON, at the second time either';

function quoted(time: string): string {
  return `"${time.length > 40 ? `${time.slice(0, 40)}…` : time}"`;
}
