import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { createEntityFollower } from '../../../nodes/itwin-iot/client/follow/entity-follower';
import type { Follower } from '../../../nodes/itwin-iot/client/follow/follower';
import { keepSubscribed, type SubscriptionState } from '../../../nodes/itwin-iot/client/follow/keep-subscribed';
import { subscribe } from '../../../nodes/itwin-iot/client/follow/subscription';
import type { SharedSocket } from '../../../nodes/itwin-iot/client/session/socket';
import { itwinSocket } from '../../support/itwin';
import { type RpcAnswer, type RpcServer, serveRpc } from '../../support/rpc-server';
import { until } from '../../support/until';

type Answers = (method: string, params: Record<string, unknown>, id: number) => RpcAnswer;

const REFUSED = { error: { code: 1, message: 'unknown sensor' } };

describe('kept subscriptions', () => {
  let server: RpcServer;
  let socket: SharedSocket;
  let states: SubscriptionState[];
  let refusals: PlatformError[];
  let outages: PlatformError[];
  let calls: { method: string; params: Record<string, unknown>; id: number }[];
  let end: () => Promise<void>;

  afterEach(async () => {
    await end();
    await socket.close();
    await server.close();
  });

  const start = async (
    followers: readonly Follower[],
    answers: Answers,
    { timeout = 5000, retryAfter = 50 } = {},
  ): Promise<void> => {
    calls = [];
    states = [];
    refusals = [];
    outages = [];
    server = await serveRpc((method, given, id) => {
      const params = (given ?? {}) as Record<string, unknown>;
      calls.push({ method, params, id });
      return method === 'authenticate' ? { result: { nextId: 10 } } : answers(method, params, id);
    });
    // The keep-alive would ask for the time as well.
    socket = itwinSocket({ url: server.url, keepalive: 0 });
    end = keepSubscribed(socket, {
      followers,
      timeout,
      retryAfter,
      onState: (state) => states.push(state),
      onOutage: (error) => outages.push(error),
      onRefused: (error) => refusals.push(error),
    });
  };
  const count = (method: string): number => calls.filter((call) => call.method === method).length;
  const state = (wanted: SubscriptionState): Promise<void> => until(wanted, () => states.at(-1) === wanted);

  /** Follows a sensor; `catchUp` is what a test makes of it. */
  const follower = (name: string, catchUp: Follower['catchUp'] = async () => undefined): Follower => ({
    name,
    behind: false,
    subscribe: (session, events) => subscribe(session, 'Data', { sensors: [name] }, () => undefined, events),
    catchUp,
  });
  const answered: RpcAnswer = { result: {} };

  it('is connected when all stand', async () => {
    await start([follower('a'), follower('b')], () => answered);
    await state('connected');
    assert.deepEqual(states, ['connecting', 'connecting', 'connected']);
    assert.equal(count('subscribeData'), 2);
  });

  it('waits for a platform that says nothing to a subscription, and asks whether it lives', async () => {
    await start([follower('a')], (method) => (method === 'time' ? answered : undefined));
    const begin = Date.now();
    await state('connected');
    assert.ok(Date.now() - begin >= 1900);
    assert.equal(count('time'), 1);
  });

  it('leaves time for that question within a short time-out', async () => {
    await start([follower('a')], (method) => (method === 'time' ? answered : undefined), { timeout: 1000 });
    await until('a verdict', () => states.some((each) => each === 'connected' || each === 'refused'));
    assert.equal(states.at(-1), 'connected');
    assert.deepEqual(refusals, []);
  });

  it('takes a refusal of that question for a sign of life', async () => {
    await start([follower('a')], (method) => (method === 'time' ? REFUSED : undefined));
    await state('connected');
    assert.deepEqual(refusals, []);
  });

  it('takes an update for an answer', async () => {
    await start([follower('a')], (method) => (method === 'subscribeData' ? { result: { data: {} } } : undefined));
    await state('connected');
    assert.equal(count('time'), 0);
  });

  it('is not connected to a platform that says nothing at all', async () => {
    await start([follower('a')], () => undefined, { timeout: 300 });
    await state('refused');
    assert.equal(refusals[0]?.code, 'TIMEOUT');
    await until('three tries', () => count('time') >= 3);
    assert.equal(count('subscribeData'), 1, 'it was not refused');
    assert.equal(refusals.length, 1);
    assert.ok(!states.includes('connected'));
  });

  it('names each that is refused, once, goes on trying, and is connected when none is', async () => {
    const unknown = new Set(['b', 'c']);
    await start([follower('a'), follower('b'), follower('c')], (method, { sensors }) =>
      method === 'subscribeData' && unknown.has((sensors as string[])[0] ?? '') ? REFUSED : answered,
    );
    await state('refused');
    await until('tries', () => count('subscribeData') >= 9);
    assert.deepEqual(refusals.map(({ message, operation }) => [message, operation]).sort(), [
      ['b: iTwin IoT refused: unknown sensor', 'subscribeData'],
      ['c: iTwin IoT refused: unknown sensor', 'subscribeData'],
    ]);
    assert.equal(
      calls.filter(({ method, params }) => method === 'subscribeData' && String(params.sensors) === 'a').length,
      1,
    );
    unknown.delete('b');
    await until('b stands', () => count('subscribeData') > 12);
    assert.ok(!states.includes('connected'));
    unknown.clear();
    await state('connected');
    assert.deepEqual(outages, []);
  });

  it('finds the one that is refused by an error without an id, and ends and asks anew for all it may be', async () => {
    let known = false;
    await start(
      [follower('a'), follower('b')],
      (method, { sensors }) => {
        if (method === 'subscribeData' && String(sensors) === 'b' && !known)
          server?.say('{"jsonrpc": "2.0", "error": {"code": -32000, "message": "unknown sensor"}}');
        return method === 'time' ? answered : undefined;
      },
      { timeout: 300 },
    );
    const asked = (name: string): number =>
      calls.filter(({ method, params }) => method === 'subscribeData' && String(params.sensors) === name).length;
    await until('b has been refused alone', () => asked('b') >= 4);
    assert.equal(asked('a'), 2, 'it was subscribed anew once');
    assert.equal(count('unsubscribeData'), asked('a') - 1 + asked('b') - 1);
    assert.deepEqual(refusals.map(({ message }) => message).sort(), [
      'a: iTwin IoT refused: unknown sensor',
      'b: iTwin IoT refused: unknown sensor',
    ]);
    assert.ok(!states.includes('connected'));
    known = true;
    await state('connected');
    assert.equal(asked('a'), 2);
  });

  it('counts one that cannot even be asked for as refused', async () => {
    const failing = follower('a');
    failing.subscribe = () => {
      throw new PlatformError('INVALID_PARAMETER', 'a circle');
    };
    await start([failing, follower('b')], () => answered);
    await state('refused');
    assert.deepEqual(
      refusals.map(({ message }) => message),
      ['a: a circle'],
    );
    assert.equal(count('time'), 0);
    assert.deepEqual(outages, []);
  });

  it('says anew what is refused after it stood', async () => {
    await start([follower('a')], () => answered);
    await state('connected');
    const { id } = calls.find(({ method }) => method === 'subscribeData') as { id: number };
    server.say(JSON.stringify({ id, ...REFUSED }));
    await state('refused');
    await state('connected');
    assert.equal(refusals.length, 1);
    assert.equal(count('subscribeData'), 2);
  });

  it('tries one that is refused twice at once only once', async () => {
    let refuse: () => void = () => undefined;
    const failing = follower('a', async () => {
      refuse();
      throw new PlatformError('PLATFORM_ERROR', 'no back-fill');
    });
    await start([failing], (method, _, id) => {
      if (method === 'subscribeData') refuse = () => server.say(JSON.stringify({ id, ...REFUSED }));
      return answered;
    });
    await until('six tries', () => count('subscribeData') >= 6 || refusals.length > 1);
    await state('refused');
    assert.equal(refusals.length, 1);
    assert.ok(count('subscribeData') <= 8);
  });

  it('keeps a subscription that stands while its back-fill fails', async () => {
    let broken = true;
    const failing = follower('a', async () => {
      if (broken) throw new PlatformError('PLATFORM_ERROR', 'no back-fill');
    });
    await start([failing], () => answered);
    await state('refused');
    assert.equal(refusals[0]?.message, 'a: no back-fill');
    broken = false;
    await state('connected');
    assert.equal(count('subscribeData'), 1);
  });

  it('lets four catch up at the same time', async () => {
    let running = 0;
    let most = 0;
    const busy = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    await start(
      Array.from({ length: 20 }, (_, index) => follower(String(index), busy)),
      () => answered,
    );
    await state('connected');
    assert.equal(most, 4);
  });

  it('gives up one that does not come to an end, and lets the next have its turn', async () => {
    const stuck = follower(
      'a',
      (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    await start(
      [stuck, stuck, stuck, stuck, follower('b')].map((each, index) => ({ ...each, name: String(index) })),
      () => answered,
      { timeout: 100 },
    );
    await state('refused');
    assert.ok(refusals.every(({ code }) => code === 'TIMEOUT'));
    assert.equal(refusals.length, 4);
  });

  it('ends its subscriptions, and no others, when it is over', async () => {
    await start(
      [
        follower('a'),
        createEntityFollower({
          kind: 'nodes',
          ids: ['n'],
          projectIds: undefined,
          backfill: false,
          onEntity: () => undefined,
        }),
      ],
      () => answered,
    );
    const stay = socket.use({});
    await state('connected');
    await end();
    await until('both ended', () => count('unsubscribeData') === 1 && count('unsubscribeNodes') === 1);
    for (const [topic, kind] of [
      ['Data', 'subscribeData'],
      ['Nodes', 'subscribeNodes'],
    ] as const) {
      const opened = calls.find(({ method }) => method === kind);
      const closed = calls.find(({ method }) => method === `unsubscribe${topic}`);
      assert.deepEqual(closed?.params, { id: opened?.id });
    }
    await stay();
  });

  it('makes all of them anew on the next connection', async () => {
    await start([follower('a'), follower('b')], () => answered);
    await state('connected');
    server.cut();
    await until('again', () => count('subscribeData') === 4);
    await state('connected');
    assert.equal(server.connections, 2);
    assert.deepEqual(refusals, []);
  });
});
