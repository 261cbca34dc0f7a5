import { type PlatformError, toPlatformError } from '../../core/errors';
import { createNodeCursor } from '../../core/node-red/cursor';
import { createNames } from '../../core/node-red/names';
import type { FlowMessage, NodeScope } from '../../core/node-red/node';
import { createRareReport } from '../../core/rare-report';
import { isEmptyPack } from '../../core/senml/pack';
import type { Cursor, CursorKeeper, LoadedCursor } from '../../core/storage/cursor-store';
import { destinationKey } from '../../core/storage/destination';
import type { Entity } from '../client/follow/entity-follower';
import type { Follower } from '../client/follow/follower';
import type { ItwinClient } from '../client/itwin-client';
import { lists } from '../itwin-iot-account/lists';
import { entityMessage, pointMessage, valueMessages } from '../message';
import { createArrivals } from './arrivals';
import type { SubscriptionSettings } from './settings';

export interface Followers {
  followers: readonly Follower[];
  /** Writes down where they stand. */
  close(): Promise<void>;
}

/** What a node follows, wired to its output. */
export async function createFollowers(
  scope: NodeScope,
  client: ItwinClient,
  settings: SubscriptionSettings,
  closing: AbortSignal,
): Promise<Followers> {
  const send = (message: FlowMessage): void => {
    if (!closing.aborted && !isEmptyPack(message)) scope.node.send(message as never);
  };
  return settings.kind === 'data'
    ? sensorFollowers(scope, client, settings, send, closing)
    : entityFollowers(scope, settings, send);
}

function entityFollowers(scope: NodeScope, settings: SubscriptionSettings, send: Send): Followers {
  const { createEntityFollower } =
    require('../client/follow/entity-follower') as typeof import('../client/follow/entity-follower');
  const { ids, projectIds, backfill, output } = settings;
  const kind = settings.kind as Exclude<SubscriptionSettings['kind'], 'data'>;
  const onEntity = scope.guard((entity: Entity, replayed: boolean) =>
    send(entityMessage(entity, kind, replayed, output)),
  );
  const skipped = createRareReport((error) => scope.report(error));
  const onSkipped = scope.guard((error: PlatformError) => skipped.note(error));
  return {
    followers: [createEntityFollower({ kind, ids, projectIds, backfill, onEntity, onSkipped })],
    close: async () => skipped.close(),
  };
}

type Send = (message: FlowMessage) => void;

/** Milliseconds after which a sensor that does not answer is no longer waited for. */
const FIRST_COPY = 1000;

/** "An update names no sensor": one subscription for each. The cursor holds the newest time of each. */
async function sensorFollowers(
  scope: NodeScope,
  client: ItwinClient,
  { ids, series, projectIds = [], backfill, store, lostFrom, output }: SubscriptionSettings,
  send: Send,
  closing: AbortSignal,
): Promise<Followers> {
  const { metric = '', unit = '' } = series;
  const { url } = client.settings;
  const belongs = destinationKey(url, ...projectIds, metric, unit, JSON.stringify(series.params ?? {}));
  const cursor = createNodeCursor(scope, store, belongs);
  const { cursor: stored = {}, lost } = await loadCursor(scope, cursor, backfill);
  if (lost) scope.report(lostPosition(lost, lostFrom));
  // A point at this very time has not been here.
  const instead = lost && lostFrom !== '' ? new Date(Date.parse(lostFrom) - 1).toISOString() : undefined;
  // A sensor that was left out for a while is not to go on from where it was then.
  const reached: Cursor = Object.fromEntries(
    ids.flatMap((id) => {
      const since = stored[id] ?? instead;
      return since === undefined ? [] : [[id, since]];
    }),
  );
  let whole = false;
  let patience: NodeJS.Timeout | undefined;
  const write = (): void => {
    whole = true;
    clearTimeout(patience);
    cursor.touch(reached);
  };
  /** The first copy holds every sensor: after a kill, one that is not in it would begin live again. */
  const note = (): void => {
    if (whole) cursor.touch(reached);
    else if (ids.every((id) => reached[id] !== undefined)) write();
    else patience ??= setTimeout(write, FIRST_COPY);
  };
  const noteReached = (sensor: string, time: string): void => {
    if (closing.aborted) return;
    reached[sensor] = time;
    if (backfill) note();
  };
  const arrivals = createArrivals(closing, noteReached);
  const { createSensorFollower } =
    require('../client/follow/sensor-follower') as typeof import('../client/follow/sensor-follower');
  const skipped = ids.map(() => createRareReport((error) => scope.report(error)));
  const names = createNames(scope, () => lists.sensors(client, { projectId: projectIds[0] ?? '' }));
  const followers = ids.map((sensor, index) => {
    const about = { sensor, metric: series.metric ?? '', unit: series.unit ?? '' };
    return createSensorFollower({
      sensor,
      series,
      since: reached[sensor],
      backfill,
      onPoint: scope.guard((time, points, replayed) => {
        arrivals.sending();
        if (output !== 'value') return send(pointMessage(about, time, points, replayed, output));
        for (const message of valueMessages(about, time, points, replayed, names)) send(message);
      }),
      onComplete: (time) => arrivals.reached(sensor, time),
      onProgress: (time) => arrivals.reached(sensor, time),
      onSkipped: scope.guard((error, count) => skipped[index]?.note(error, count)),
    });
  });
  const close = (): Promise<void> => {
    for (const report of skipped) report.close();
    if (patience !== undefined && !whole) write();
    return cursor.close();
  };
  return { followers, close };
}

async function loadCursor(scope: NodeScope, cursor: CursorKeeper, backfill: boolean): Promise<LoadedCursor> {
  try {
    if (backfill) return await cursor.load();
    // Switched on again later, it is not to go on from where it was once.
    await cursor.forget();
  } catch (thrown) {
    scope.report(toPlatformError(thrown));
  }
  return {};
}

/** What is done without the position, and how to have it otherwise. */
function lostPosition(lost: PlatformError, lostFrom: string): PlatformError {
  const done =
    lostFrom === ''
      ? 'the subscription begins live, and what was missed is not fetched; to fetch it, set "lostFrom" to a time'
      : `everything since ${lostFrom} is fetched, as "lostFrom" says`;
  return lost.with({ message: `${lost.message}: ${done}` });
}
