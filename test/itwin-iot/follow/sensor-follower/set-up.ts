import type { PlatformError } from '../../../../nodes/core/errors';
import { deadline } from '../../../../nodes/core/timing';
import type { Follower } from '../../../../nodes/itwin-iot/client/follow/follower';
import {
  createSensorFollower,
  type SensorFollowerOptions,
} from '../../../../nodes/itwin-iot/client/follow/sensor-follower';
import type { Points } from '../../../../nodes/itwin-iot/client/session/series';
import type { Session } from '../../../../nodes/itwin-iot/client/session/session';
import type { SharedSocket } from '../../../../nodes/itwin-iot/client/session/socket';
import { itwinSocket, nextSession } from '../../../support/itwin';
import { type RpcServer, serveRpc } from '../../../support/rpc-server';

export const SERIES = { metric: 'T', unit: 'C' };

/** A time so many seconds after a beginning. */
export const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

/** Observations of these seconds, whose values are the seconds. */
export const points = (...seconds: number[]): Points =>
  Object.fromEntries(seconds.map((second) => [at(second), second]));

/** What a test has in hand: the platform, the connection, the follower and what it has handed on. */
export interface Peer {
  server: RpcServer;
  socket: SharedSocket;
  session: Session;
  follower: Follower;
  /** What `getData` answers: its data, or a refusal; undefined: nothing. */
  stored: Points | 'refused' | undefined;
  /** What the platform's clock shows; undefined: it does not say. */
  platformTime: string | undefined;
  /** Parameters of each `getData`. */
  asked: Record<string, unknown>[];
  got: [second: unknown, replayed: boolean][];
  complete: string[];
  skipped: PlatformError[];
  /** How many observations these are about. */
  skippedCount: number;
  /** Ids of the last `subscribeData` and `getData`. */
  subscription: number;
  question: number;
}

export interface SensorSetUp {
  peer: Peer;
  /** Makes the follower, of one sensor, with back-fill. */
  make(options?: Partial<SensorFollowerOptions>): void;
  /** A connection: subscribed, not caught up yet. */
  connect(): Promise<void>;
  catchUp(): Promise<void>;
  /** Live updates; resolves when they have been taken. */
  update(...data: Points[]): Promise<void>;
  /** The values handed on so far. */
  values(): unknown[];
}

/** A new platform and connection for each test of the `describe` that calls it. */
export function setUpSensor(): SensorSetUp {
  const peer = {} as Peer;

  beforeEach(async () => {
    Object.assign(peer, {
      stored: {},
      platformTime: undefined,
      asked: [],
      got: [],
      complete: [],
      skipped: [],
      skippedCount: 0,
    });
    peer.server = await serveRpc((method, params, id) => {
      if (method === 'subscribeData') peer.subscription = id;
      if (method === 'time') return { result: { time: peer.platformTime } };
      if (method !== 'getData') return { result: { nextId: 10 } };
      peer.question = id;
      peer.asked.push(params as Record<string, unknown>);
      if (peer.stored === 'refused') return { error: 'no' };
      return peer.stored && { results: [{ data: peer.stored }, { requestStatus: 'finished' }] };
    });
    peer.socket = itwinSocket({ url: peer.server.url });
    peer.session = await nextSession(peer.socket);
  });
  afterEach(async () => {
    await peer.socket.close();
    await peer.server.close();
  });

  return {
    peer,
    make(options = {}) {
      peer.follower = createSensorFollower({
        sensor: '/s',
        series: SERIES,
        since: undefined,
        backfill: true,
        onPoint: (time, given, replayed) => peer.got.push([given[time], replayed]),
        onComplete: (time) => peer.complete.push(time),
        onProgress: (time) => peer.complete.push(time),
        onSkipped(error, count) {
          peer.skipped.push(error);
          peer.skippedCount += count;
        },
        ...options,
      });
    },
    async connect() {
      await new Promise<void>((onAnswer, onRefused) => {
        peer.follower.subscribe(peer.session, { onAnswer, onRefused });
      });
    },
    async catchUp() {
      const limit = deadline(1000);
      await peer.follower.catchUp(peer.session, limit).finally(() => limit.clear());
    },
    async update(...data) {
      for (const each of data) peer.server.say(JSON.stringify({ id: peer.subscription, result: { data: each } }));
      // What the server says next comes behind the updates.
      await peer.socket.request('time', undefined);
    },
    values: () => peer.got.map(([value]) => value),
  };
}
