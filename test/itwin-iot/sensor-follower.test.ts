import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../nodes/core/errors';
import { deadline } from '../../nodes/core/timing';
import type { Follower } from '../../nodes/itwin-iot/client/follower';
import { createSensorFollower, type SensorFollowerOptions } from '../../nodes/itwin-iot/client/sensor-follower';
import type { Points } from '../../nodes/itwin-iot/client/series';
import type { Session } from '../../nodes/itwin-iot/client/session';
import type { SharedSocket } from '../../nodes/itwin-iot/client/socket';
import { itwinSocket, nextSession } from '../support/itwin';
import { type RpcServer, serveRpc } from '../support/rpc-server';
import { until } from '../support/until';

const SERIES = { metric: 'T', unit: 'C' };
/** A time so many seconds after a beginning. */
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const points = (...seconds: number[]): Points => Object.fromEntries(seconds.map((second) => [at(second), second]));

describe('observations of one sensor', () => {
  let server: RpcServer;
  let socket: SharedSocket;
  let session: Session;
  let follower: Follower;
  /** What `getData` answers: its data, or a refusal. */
  let stored: Points | 'refused' | undefined;
  let asked: Record<string, unknown>[];
  let got: [second: unknown, replayed: boolean][];
  let complete: string[];
  let skipped: PlatformError[];
  /** What the platform's clock shows; undefined: it does not say. */
  let platformTime: string | undefined;
  let subscription = 0;
  let question = 0;

  beforeEach(async () => {
    asked = [];
    got = [];
    complete = [];
    skipped = [];
    stored = {};
    platformTime = undefined;
    server = await serveRpc((method, params, id) => {
      if (method === 'subscribeData') subscription = id;
      if (method === 'time') return { result: { time: platformTime } };
      if (method !== 'getData') return { result: { nextId: 10 } };
      question = id;
      asked.push(params as Record<string, unknown>);
      if (stored === 'refused') return { error: 'no' };
      return stored && { results: [{ data: stored }, { requestStatus: 'finished' }] };
    });
    socket = itwinSocket({ url: server.url });
    session = await nextSession(socket);
  });
  afterEach(async () => {
    await socket.close();
    await server.close();
  });

  const make = (options: Partial<SensorFollowerOptions> = {}): void => {
    follower = createSensorFollower({
      sensor: '/s',
      series: SERIES,
      since: undefined,
      backfill: true,
      onPoint: (time, given, replayed) => got.push([given[time], replayed]),
      onComplete: (time) => complete.push(time),
      onSkipped: (error) => skipped.push(error),
      ...options,
    });
  };
  /** A connection: subscribed, not caught up yet. */
  const connect = async (): Promise<void> => {
    await new Promise<void>((onAnswer, reject) => {
      follower.subscribe(session, { onAnswer, onRefused: reject });
    });
  };
  const catchUp = async (): Promise<void> => {
    const limit = deadline(1000);
    await follower.catchUp(session, limit).finally(() => limit.clear());
  };
  const update = async (...data: Points[]): Promise<void> => {
    for (const each of data) server.say(JSON.stringify({ id: subscription, result: { data: each } }));
    // What the server says next comes behind the updates.
    await socket.request('time', undefined);
  };
  const values = (): unknown[] => got.map(([value]) => value);

  it('begins live, and remembers where that was', async () => {
    make();
    stored = points(5);
    assert.equal(follower.behind, false);
    await connect();
    await catchUp();
    assert.deepEqual(asked[0], { sensor: '/s', ...SERIES, limit: { function: 'last', params: { size: 1 } } });
    assert.deepEqual(got, []);
    assert.deepEqual(complete, [at(5)]);
    assert.equal(follower.behind, true);
    await connect();
    stored = points(5, 6, 7);
    await catchUp();
    assert.equal(asked[1]?.startDate, at(5));
    assert.deepEqual(got, [
      [6, true],
      [7, true],
    ]);
    assert.equal(complete.at(-1), at(7));
  });

  it('fetches from the first observation on where there was none before', async () => {
    make();
    await connect();
    await catchUp();
    await connect();
    stored = points(1, 2);
    await catchUp();
    assert.equal('startDate' in (asked[1] ?? {}), false);
    assert.deepEqual(values(), [1, 2]);
  });

  it('asks for nothing without back-fill', async () => {
    make({ backfill: false });
    await connect();
    await catchUp();
    await update(points(1));
    await connect();
    await catchUp();
    assert.deepEqual(asked, []);
    assert.deepEqual(got, [[1, false]]);
    assert.equal(follower.behind, false);
  });

  it('goes on from a cursor, whether or not the platform gives that time again', async () => {
    for (const inclusive of [true, false]) {
      got = [];
      make({ since: at(3) });
      assert.equal(follower.behind, true);
      await connect();
      stored = inclusive ? points(3, 4) : points(4);
      await catchUp();
      assert.deepEqual(got, [[4, true]]);
    }
  });

  it('holds live points back until the older ones have come, each once', async () => {
    make({ since: at(0) });
    await connect();
    await update(points(3), points(4));
    assert.deepEqual(got, []);
    stored = points(1, 2, 3);
    await catchUp();
    await update(points(4), points(5));
    assert.deepEqual(got, [
      [1, true],
      [2, true],
      [3, true],
      [4, false],
      [5, false],
    ]);
    assert.equal(complete.at(-1), at(5));
  });

  it('keeps what was held back over a cut connection, late points too', async () => {
    make({ since: at(5) });
    await connect();
    await update(points(3));
    await connect();
    stored = points(5, 6);
    await catchUp();
    assert.deepEqual(got, [
      [6, true],
      [3, false],
    ]);
  });

  it('does not take for old what was observed after the first live point', async () => {
    make();
    stored = undefined;
    await connect();
    const begun = catchUp();
    await until('the question', () => asked.length === 1);
    await update(points(5));
    for (const result of [{ data: points(6) }, { requestStatus: 'finished' }])
      server.say(JSON.stringify({ id: question, result }));
    await begun;
    assert.equal(complete.at(-1), at(5));
    await connect();
    stored = points(5, 6);
    await catchUp();
    assert.deepEqual(got, [
      [5, false],
      [6, true],
    ]);
  });

  it('lets live points through when the back-fill is refused, and fills the same gap later', async () => {
    make({ since: at(0) });
    stored = 'refused';
    await connect();
    await update(points(3));
    await assert.rejects(catchUp(), { operation: 'getData' });
    await update(points(4));
    assert.deepEqual(values(), [3, 4]);
    assert.deepEqual(complete, [], 'the cursor stays before the gap');
    stored = points(1, 2, 3, 4);
    await catchUp();
    assert.equal(asked[1]?.startDate, at(0));
    assert.deepEqual(values(), [3, 4, 1, 2]);
    assert.equal(complete.at(-1), at(4));
  });

  it('keeps live points back over a connection that breaks in the back-fill: the order stays', async () => {
    make({ since: at(0) });
    stored = undefined;
    await connect();
    await update(points(5));
    const broken = catchUp();
    await until('the back-fill is under way', () => asked.length === 1);
    server.cut();
    await assert.rejects(broken, { retryable: true });
    assert.deepEqual(got, []);
    session = await nextSession(socket);
    await connect();
    await update(points(8));
    stored = points(1, 2, 8);
    await catchUp();
    assert.equal(asked[1]?.startDate, at(0));
    assert.deepEqual(got, [
      [1, true],
      [2, true],
      [8, true],
      [5, false],
    ]);
    assert.equal(complete.at(-1), at(8));
  });

  it('does not hold back without end what comes during a back-fill that does not end', async () => {
    make({ since: at(0) });
    await connect();
    await update(points(...Array.from({ length: 10 }, (_, index) => index + 1)));
    assert.deepEqual(got, []);
    const many = Array.from({ length: 20_000 }, (_, index) => points(index + 11));
    await update(...many);
    assert.equal(got.length, 20_010);
    assert.deepEqual(complete, [], 'the cursor stays before the gap');
  });

  it('asks for the gap of several outages at once', async () => {
    make({ since: at(0) });
    stored = 'refused';
    await connect();
    await assert.rejects(catchUp());
    await update(points(5));
    await connect();
    await update(points(8));
    stored = points(1, 5, 6, 8);
    await catchUp();
    assert.equal(asked[1]?.startDate, at(0));
    assert.deepEqual(values().sort(), [1, 5, 6, 8]);
  });

  it('keeps the order when the connection breaks in the middle of a back-fill', async () => {
    make({ since: at(0) });
    stored = undefined;
    await connect();
    await update(points(3));
    const broken = assert.rejects(catchUp());
    await until('the request', () => asked.length === 1);
    const again = new Promise<Session>((resolve) => {
      socket.use({ onSession: (next) => next !== session && resolve(next) });
    });
    server.cut();
    await broken;
    session = await again;
    stored = points(1, 2, 3, 4);
    await connect();
    await update(points(5));
    await catchUp();
    assert.deepEqual(values(), [1, 2, 3, 4, 5]);
  });

  it('gives up after the time limit, which begins anew with each answer', async () => {
    make({ since: at(0) });
    stored = undefined;
    await connect();
    const limit = deadline(100);
    await assert.rejects(follower.catchUp(session, limit), { code: 'TIMEOUT' });
    limit.clear();
    await update(points(2));
    assert.deepEqual(values(), [2]);
  });

  it('hands on points that come late, and none that come twice', async () => {
    make();
    await connect();
    await catchUp();
    await update(points(5), points(3), points(5), points(3, 4, 5, 6));
    assert.deepEqual(values(), [5, 3, 4, 6]);
    assert.equal(complete.at(-1), at(6));
  });

  describe('dated far ahead', () => {
    const NEVER = '2099-01-01T00:00:00.000Z';
    const tell = async (second: number): Promise<void> => {
      platformTime = at(second);
      await session.ping(new AbortController().signal);
    };

    it('hide no gap', async () => {
      make();
      await connect();
      await tell(5);
      await catchUp();
      await update(points(5), { [NEVER]: 'ahead' });
      assert.equal(complete.at(-1), at(5));
      await connect();
      stored = { ...points(5, 6), [NEVER]: 'ahead' };
      await catchUp();
      assert.equal(asked[1]?.startDate, at(5));
      assert.deepEqual(values(), [5, 'ahead', 6]);
      assert.equal(complete.at(-1), at(6));
    });

    it('are not where the first start begins', async () => {
      make();
      await connect();
      await tell(5);
      stored = { [NEVER]: 'ahead' };
      await catchUp();
      assert.equal(Math.round((Date.parse(complete[0] as string) - Date.parse(at(5))) / 60_000), 0);
      assert.deepEqual(got, []);
    });

    it('count as they are where the platform does not say what time it is', async () => {
      make();
      await connect();
      await catchUp();
      await update(points(5), { [NEVER]: 'ahead' });
      assert.equal(complete.at(-1), NEVER);
    });

    it('count as they are within a day, as from a logger whose clock is ahead', async () => {
      make();
      await connect();
      await tell(0);
      await catchUp();
      await update(points(0, 23 * 3600));
      assert.equal(complete.at(-1), at(23 * 3600));
      await update(points(3 * 24 * 3600));
      assert.equal(complete.at(-1), at(23 * 3600));
      assert.equal(got.length, 3);
    });
  });

  it('tells points apart that are microseconds apart, each once, also across a gap', async () => {
    make();
    const within = (...digits: string[]): Points =>
      Object.fromEntries(digits.map((each) => [at(1).replace('000Z', `${each}Z`), each]));
    await connect();
    await catchUp();
    await update(within('000100', '000900'), within('000900', '001'));
    assert.deepEqual(values(), ['000100', '000900', '001']);
    stored = within('001', '001000', '001500');
    await connect();
    await catchUp();
    assert.deepEqual(values(), ['000100', '000900', '001', '001500']);
    assert.match(complete.at(-1) ?? '', /\.001500Z$/);
  });

  it('leaves out what is not a time, says so once, and loses nothing else', async () => {
    make();
    await connect();
    await catchUp();
    const odd = JSON.parse(`{"${at(1)}": 1, "yesterday": 2, "": 3, "__proto__": {"x": 1}, "${at(2)}": null}`) as Points;
    await update(odd, { nonsense: 1 }, points(3));
    for (const data of [null, 7, [], 'x']) await update(data as never);
    await update(points(4));
    assert.deepEqual(values(), [1, null, 3, 4]);
    assert.equal(skipped.length, 1);
    assert.match(skipped[0]?.message ?? '', /observations of \/s are left out: "yesterday" is not a time/);
    assert.equal(complete.at(-1), at(4));
  });

  it('remembers as much as can come again, and not more', async () => {
    make();
    await connect();
    await catchUp();
    const many = Array.from({ length: 30_000 }, (_, second) => second);
    await update(points(...many));
    assert.equal(got.length, 30_000);
    await update(points(29_999));
    assert.equal(got.length, 30_000);
    await connect();
    stored = points(29_999, 30_000);
    await catchUp();
    assert.deepEqual(got.slice(30_000), [[30_000, true]]);
  });

  it('tells of a refusal, at once or later', async () => {
    make();
    const refused: PlatformError[] = [];
    follower.subscribe(session, { onAnswer: () => undefined, onRefused: (error) => refused.push(error) });
    await socket.request('time', undefined);
    server.say(JSON.stringify({ id: subscription, error: { message: 'gone' } }));
    await until('the refusal', () => refused.length === 1);
    assert.match(refused[0]?.message ?? '', /gone/);
    await update(points(1));
    assert.deepEqual(got, [], 'it has ended');
  });
});
