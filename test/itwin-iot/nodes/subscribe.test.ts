import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  IMPORT_SENSOR_ID,
  type ItwinSimulator,
  type ItwinSimulatorOptions,
  NODE_ID,
  OTHER_SENSOR_ID,
  startItwinSimulator,
} from '../../../simulators/itwin-iot';
import { RpcClient } from '../../simulators/itwin-iot-support';
import { createFlowRuntime, type FlowNode, type FlowRuntime } from '../../support/flow';
import { itwinCredentials, itwinFlow } from '../../support/itwin';
import { serveRpc } from '../../support/rpc-server';
import { until } from '../../support/until';

type Properties = Record<string, unknown>;

/** What was received of one sensor: the times of its observations, in order of their coming. */
function timesOf(runtime: FlowRuntime, sensor: string): string[] {
  return runtime
    .received('out')
    .filter(({ device }) => device === sensor)
    .flatMap(({ payload }) => Object.keys(payload as object));
}

describe('itwin-iot-subscribe', () => {
  let runtime: FlowRuntime;
  let simulator: ItwinSimulator;

  before(async () => {
    runtime = await createFlowRuntime('itwin-iot');
  });
  afterEach(async () => {
    await runtime.stop();
    await simulator.stop();
  });
  after(() => runtime.dispose());

  let next = 0;
  /** A cursor belongs to a node: each test has one of its own. */
  const id = (): string => `subscribe-${next}`;
  const flow = (properties: Properties = {}, account: Properties = {}): FlowNode[] => {
    const node = {
      id: id(),
      type: 'itwin-iot-subscribe',
      subscription: 'data',
      ids: JSON.stringify([sensor()]),
      metric: 'T',
      unit: 'C',
      backfill: true,
      ...properties,
    };
    return itwinFlow(simulator, node, account);
  };
  const deploy = (properties: Properties = {}, account: Properties = {}): Promise<void> =>
    runtime.deploy(flow(properties, account), itwinCredentials(simulator));
  const start = async (
    properties: Properties = {},
    options: ItwinSimulatorOptions = {},
    account: Properties = {},
  ): Promise<void> => {
    next++;
    simulator = await startItwinSimulator({ live: false, ...options });
    await deploy(properties, account);
  };
  const connected = (): Promise<void> => runtime.status(id(), 'connected');
  const sensor = (mote = 1): string => simulator.sensorIds[mote - 1] as string;
  let latest = 0;
  /** No two at the same time: those would be one observation. */
  const observe = (T: number, mote = 1): string => {
    latest = Math.max(Date.now(), latest + 1);
    const timestamp = new Date(latest).toISOString();
    return simulator.append({ sensorId: sensor(mote), timestamp, values: { RH: 40, T } }).timestamp;
  };
  const stored = (sensorId: string): string[] => simulator.observations(sensorId).map(({ timestamp }) => timestamp);

  it('hands on an observation as the platform writes it, with the fields every input node has', async () => {
    await start();
    await connected();
    const time = observe(21.5);
    const [message] = await runtime.messages('out', 1);
    const { _msgid, ...fields } = message ?? { _msgid: '' };
    assert.match(String(_msgid), /./);
    assert.deepEqual(fields, {
      payload: { [time]: 21.5 },
      topic: sensor(),
      device: sensor(),
      event: 'data',
      time,
    });
  });

  it('gives SenML packs with the unit of RFC 8428', async () => {
    await start({ output: 'senml' });
    await connected();
    const time = observe(21.5);
    const [message] = await runtime.messages('out', 1);
    assert.equal(message?.contentType, 'application/senml+json');
    assert.equal(message?.time, time);
    assert.deepEqual(message?.payload, [
      {
        bn: `urn:dev:itwin-iot:${sensor()}:`,
        bt: Date.parse(time) / 1000,
        n: 'T',
        u: 'Cel',
        v: 21.5,
      },
    ]);
  });

  for (const [how, ids] of [
    ['an array', (given: string[]) => given],
    ['JSON text', (given: string[]) => JSON.stringify(given)],
    ['a text with commas', (given: string[]) => given.join(', ')],
  ] as const) {
    it(`takes the ids as ${how}, one subscription for each sensor`, async () => {
      next++;
      simulator = await startItwinSimulator({ live: false });
      await deploy({ ids: ids([sensor(1), sensor(2), sensor(1)]) });
      await connected();
      assert.equal(simulator.counters.openSubscriptions, 2);
      observe(1, 1);
      observe(2, 2);
      const messages = await runtime.messages('out', 2);
      assert.deepEqual(messages.map(({ device }) => device).sort(), [sensor(1), sensor(2)]);
    });
  }

  it('gives several points of one update as one message each', async () => {
    await start({}, { updateSize: 7 });
    await connected();
    simulator.burst(20, sensor());
    await runtime.messages('out', 20);
    assert.deepEqual(timesOf(runtime, sensor()), stored(sensor()));
  });

  for (const [kind, call, change] of [
    ['nodes', 'updateNode', { node: NODE_ID, props: { NAME: 'Renamed' } }],
    ['devices', 'updateDevice', { device: `${NODE_ID}/telosb/mote1/device`, props: { NAME: 'Renamed' } }],
    [
      'sensors',
      'updateSensor',
      { sensor: `${NODE_ID}/telosb/mote1/device/humidity-temperature/sensor`, props: { NAME: 'Renamed' } },
    ],
  ] as const) {
    it(`hands on changes of ${kind}, and those made while it was away as replayed`, async () => {
      const [, entity = ''] = Object.entries(change)[0] as [string, string];
      await start({ subscription: kind, ids: [entity], metric: '', unit: '' });
      await connected();
      const other = await RpcClient.authenticated(simulator);
      await other.result(call, change);
      const [live] = await runtime.messages('out', 1);
      assert.equal(nameIn(live), 'Renamed');
      assert.deepEqual(
        { topic: live?.topic, device: live?.device, event: live?.event, replayed: live?.replayed },
        { topic: entity, device: entity, event: kind, replayed: undefined },
      );
      await simulator.faults.refuse();
      await runtime.status(id(), 'waiting');
      await simulator.faults.listenAgain();
      simulator.faults.halfOpen({ method: `subscribe${kind[0]?.toUpperCase()}${kind.slice(1)}`, times: 1 });
      const again = await RpcClient.authenticated(simulator);
      await again.result(call, { ...change, props: { NAME: 'Meanwhile' } });
      simulator.faults.clear();
      other.destroy();
      await connected();
      const messages = await runtime.messages('out', 2);
      assert.equal(nameIn(messages[1]), 'Meanwhile');
      again.destroy();
      assert.equal(messages.length, 2);
    });
  }

  it('subscribes in the project of the node', async () => {
    next++;
    simulator = await startItwinSimulator({ live: false });
    const properties = { ids: [OTHER_SENSOR_ID], metric: 'Alignment_Left_SD', unit: 'millimeter' };
    await deploy({ ...properties, projectId: simulator.otherProject.id });
    await connected();
    simulator.append({ sensorId: OTHER_SENSOR_ID, values: { Alignment_Left_SD: 1, Alignment_Right_SD: 2 } });
    const [message] = await runtime.messages('out', 1);
    assert.deepEqual(Object.values(message?.payload as object), [1]);
  });

  it('begins live where it has no cursor', async () => {
    await start({}, { stored: 10 });
    await connected();
    const time = observe(1);
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(runtime, sensor()), [time]);
  });

  it('fetches what came during an outage even when nothing had come before', async () => {
    await start({ ids: [sensorNamed(1), sensorNamed(2)] }, { stored: 10 });
    await connected();
    await simulator.faults.refuse();
    await runtime.status(id(), 'waiting');
    const times = [observe(1), observe(2)];
    await simulator.faults.listenAgain();
    const messages = await runtime.messages('out', 2);
    await connected();
    assert.deepEqual(timesOf(runtime, sensor()), times);
    assert.ok(messages.every(({ replayed }) => replayed === true));
  });

  for (const transport of ['WebSocket', 'TCP'] as const) {
    it(`brings every observation once over ${transport}: 20 times cut, half-open or restarted with lost sessions`, async function () {
      this.timeout(120_000);
      next++;
      simulator = await startItwinSimulator({ live: false, stored: 5 });
      const motes = [1, 2, 3];
      const ids = motes.map((mote) => sensor(mote));
      const before = ids.map((each) => stored(each).length);
      const url = transport === 'TCP' ? simulator.tcpUrl : simulator.socketUrl;
      await deploy({ ids }, { url, keepalive: 0.1 });
      await connected();
      const feed = setInterval(() => {
        for (const each of ids) simulator.burst(2, each);
      }, 20);
      for (let round = 0; round < 20; round++) {
        const { authentications } = simulator.counters;
        if (round % 3 === 0) simulator.faults.cutConnections();
        else if (round % 3 === 1) await simulator.faults.restart({ downFor: 50 });
        else {
          simulator.faults.halfOpen();
          simulator.faults.clear();
        }
        await until('a new connection', () => simulator.counters.authentications > authentications);
        // Sometimes in the middle of the back-fill, sometimes after it.
        if (round % 2 === 0) await until('subscriptions', () => simulator.counters.openSubscriptions >= ids.length);
        else await connected();
      }
      clearInterval(feed);
      await connected();
      const wanted = ids.map((each, index) => stored(each).slice(before[index]));
      const all = wanted.flat().length;
      await runtime.messages('out', all);
      await connected();
      assert.equal(runtime.received('out').length, all, 'none twice');
      ids.forEach((each, index) => {
        assert.deepEqual(timesOf(runtime, each), wanted[index], 'each once, in order');
      });
      const replayed = runtime.received('out').filter((message) => message.replayed === true).length;
      assert.ok(replayed > 0 && replayed < all, `${replayed} of ${all} were fetched`);
    });
  }

  it('goes on from its file after a restart, with what was missed once and marked as replayed', async () => {
    await start();
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await runtime.stop();
    const file = join(runtime.userDir, `farfield/cursors/${id()}.json`);
    const { cursor } = JSON.parse(await readFile(file, 'utf8')) as { cursor: Record<string, string> };
    assert.deepEqual(cursor, { [sensor()]: stored(sensor())[0] });
    const missed = [observe(2), observe(3)];
    await deploy();
    await connected();
    const live = observe(4);
    const messages = await runtime.messages('out', 3);
    assert.deepEqual(timesOf(runtime, sensor()), [...missed, live]);
    assert.deepEqual(
      messages.map(({ replayed }) => replayed),
      [true, true, undefined],
    );
  });

  it('fetches after a restart what came for a sensor that had never observed anything', async () => {
    const ids = [sensorNamed(1), sensorNamed(2)];
    await start({ ids });
    await connected();
    await runtime.stop();
    const missed = observe(1, 2);
    await deploy({ ids });
    const [message] = await runtime.messages('out', 1);
    assert.deepEqual(timesOf(runtime, sensor(2)), [missed]);
    assert.equal(message?.replayed, true);
  });

  it('writes down where one sensor stands while another is refused and nothing new comes', async () => {
    await start({ ids: [sensorNamed(1), '/fn/unknown/sensor'] });
    await runtime.status(id(), 'disconnected');
    const file = join(runtime.userDir, `farfield/cursors/${id()}.json`);
    await until('it is written', () => existsSync(file));
    const { cursor } = JSON.parse(await readFile(file, 'utf8')) as { cursor: Record<string, string> };
    assert.deepEqual(Object.keys(cursor), [sensor()]);
  });

  it('loses nothing by stops in the middle of a back-fill', async function () {
    this.timeout(60_000);
    await start({}, { chunkSize: 100 });
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await runtime.stop();
    simulator.burst(3000, sensor());
    const got = new Set<string>();
    for (let stop = 0; stop < 5; stop++) {
      await deploy();
      await runtime.messages('out', 200 + stop * 333);
      await runtime.stop();
      for (const time of timesOf(runtime, sensor())) got.add(time);
    }
    await deploy();
    await connected();
    simulator.burst(1, sensor());
    const wanted = stored(sensor()).slice(1);
    await until('the live one', () => timesOf(runtime, sensor()).includes(wanted.at(-1) ?? ''));
    for (const time of timesOf(runtime, sensor())) got.add(time);
    assert.deepEqual([...got].sort(), wanted);
    const replayed = runtime.received('out').filter((message) => message.replayed === true).length;
    assert.equal(runtime.received('out').length, replayed + 1);
  });

  it('fetches nothing without back-fill', async () => {
    await start({ backfill: false });
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await simulator.faults.refuse();
    await runtime.status(id(), 'waiting');
    observe(2);
    await simulator.faults.listenAgain();
    await connected();
    const live = observe(3);
    await runtime.messages('out', 2);
    assert.deepEqual(timesOf(runtime, sensor()).slice(1), [live]);
    assert.equal(simulator.counters.calls.getData, undefined);
  });

  it('does not go on from where it was before back-fill was switched off', async () => {
    await start();
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await deploy({ backfill: false });
    await connected();
    await runtime.stop();
    observe(2);
    await deploy();
    await connected();
    const live = observe(3);
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(runtime, sensor()), [live]);
  });

  it('keeps its cursor in a context store, and names one that does not exist', async () => {
    await start({ store: 'default' });
    await connected();
    const time = observe(1);
    await runtime.messages('out', 1);
    const context = runtime.node(id()).context();
    await until('a cursor in the context', () => {
      const kept = context.get('farfieldCursor', 'default') as { cursor?: Record<string, string> } | undefined;
      return kept?.cursor?.[sensor()] === time;
    });
    await deploy({ store: 'nowhere' });
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /context store "nowhere" does not exist/);
    await runtime.status(id(), 'not configured');
  });

  for (const errorStyle of ['error', 'code'] as const) {
    it(`says once that a sensor is unknown (${errorStyle}), is never green, and heals when there is one`, async () => {
      const unknown = `${NODE_ID}/telosb/mote1/device/new/sensor`;
      await start({ ids: [unknown] }, { errorStyle });
      await runtime.status(id(), 'disconnected');
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', /there is no sensor/);
      assert.ok(error?.message.includes(unknown), 'names it');
      const tries = (): number => simulator.counters.calls.subscribeData ?? 0;
      const sofar = tries();
      await until('two more tries', () => tries() >= sofar + 2);
      assert.equal(runtime.received('errors').length, 1);
      assert.ok(!runtime.statuses(id()).includes('connected'));
      const other = await RpcClient.authenticated(simulator);
      const type = 'HUMIDITY_TEMPERATURE_SDE';
      await other.result('createSensor', { sensor: unknown, type, observationType: type });
      other.destroy();
      await connected();
      simulator.append({ sensorId: unknown, values: { RH: 40, T: 7 } });
      const [message] = await runtime.messages('out', 1);
      assert.deepEqual(Object.values(message?.payload as object), [7]);
    });
  }

  it('is not green before a refusal that comes late, and says it once', async () => {
    next++;
    simulator = await startItwinSimulator({ live: false });
    simulator.faults.slow({ method: 'subscribeData', ms: 100 });
    await deploy({ ids: [`${NODE_ID}/telosb/mote1/device/new/sensor`] });
    await runtime.status(id(), 'disconnected');
    await until('tries', () => (simulator.counters.calls.subscribeData ?? 0) >= 3);
    await runtime.status(id(), 'disconnected');
    assert.ok(!runtime.statuses(id()).includes('connected'));
    assert.equal(runtime.received('errors').length, 1);
  });

  it('does not ask more and more often for what is refused', async () => {
    await start();
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await runtime.stop();
    simulator.faults.slow({ method: 'subscribeData', ms: 50 });
    simulator.faults.status({ method: 'subscribeData', status: 500 });
    simulator.faults.status({ method: 'getData', status: 500 });
    const { getData = 0, subscribeData = 0 } = simulator.counters.calls;
    await deploy();
    await until('five tries', () => (simulator.counters.calls.subscribeData ?? 0) >= subscribeData + 5);
    assert.ok((simulator.counters.calls.getData ?? 0) - getData <= 6, `${simulator.counters.calls.getData} getData`);
    assert.equal(runtime.received('errors').length, 1);
    simulator.faults.clear();
    const time = observe(2);
    await connected();
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(runtime, sensor()), [time]);
  });

  it('goes on live while the back-fill is refused, is not green, and fetches it later', async () => {
    await start();
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    simulator.faults.status({ method: 'getData', status: 500 });
    await simulator.faults.refuse();
    await runtime.status(id(), 'waiting');
    const missed = observe(2);
    await simulator.faults.listenAgain();
    await runtime.status(id(), 'disconnected');
    const live = observe(3);
    await until('the live one', () => timesOf(runtime, sensor()).includes(live));
    assert.ok(!timesOf(runtime, sensor()).includes(missed));
    simulator.faults.clear();
    await connected();
    assert.deepEqual(timesOf(runtime, sensor()).sort(), stored(sensor()));
    assert.equal(runtime.received('out').length, 3);
  });

  it('gives a back-fill up that is never answered, and goes on live', async () => {
    await start({}, {}, { timeout: 1 });
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    simulator.faults.halfOpen({ method: 'getData' });
    await simulator.faults.refuse();
    await runtime.status(id(), 'waiting');
    const missed = observe(2);
    await simulator.faults.listenAgain();
    await runtime.status(id(), 'disconnected TIMEOUT');
    const live = observe(3);
    await until('the live one', () => timesOf(runtime, sensor()).includes(live));
    simulator.faults.clear();
    await connected();
    assert.ok(timesOf(runtime, sensor()).includes(missed));
    assert.equal(runtime.received('out').length, 3);
  });

  it('says unauthorized for a wrong key, once, without it, and tries slowly', async () => {
    next++;
    simulator = await startItwinSimulator({ live: false });
    await runtime.deploy(flow({}, { retryMax: 60 }), { account: { apiKey: 'wrong-secret' } });
    await runtime.status(id(), 'unauthorized');
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'UNAUTHORIZED');
    assert.ok(!JSON.stringify(error).includes('wrong-secret'));
    assert.equal(simulator.counters.failedAuthentications, 1);
  });

  it('fetches a new token of IMS at once when the platform has forgotten the old one', async () => {
    await start({}, {}, { auth: 'ims', retryMax: 60 });
    await connected();
    assert.equal(simulator.counters.tokens, 1);
    await simulator.faults.restart({ downFor: 10 });
    const time = observe(1);
    await runtime.messages('out', 1);
    await connected();
    assert.deepEqual(timesOf(runtime, sensor()), [time]);
    assert.equal(simulator.counters.tokens, 2);
    assert.ok(!runtime.statuses(id()).includes('unauthorized'));
    const codes = runtime.received('errors').map(({ error }) => (error as unknown as { code: string }).code);
    assert.ok(!codes.includes('UNAUTHORIZED'), codes.join());
  });

  it('says unauthorized when the new token is refused too, and asks IMS for no more', async () => {
    await start({}, {}, { auth: 'ims', retryMax: 60 });
    await connected();
    simulator.faults.wrongCredentials({ path: '/socket' });
    simulator.faults.cutConnections();
    await runtime.status(id(), 'unauthorized');
    assert.equal(simulator.counters.failedAuthentications, 2);
    assert.equal(simulator.counters.tokens, 2);
  });

  it('reports an outage once, catchable, and recovers by itself', async () => {
    await start();
    await connected();
    await simulator.faults.refuse();
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /iTwin IoT at ws:/);
    await runtime.status(id(), 'waiting');
    await simulator.faults.listenAgain();
    await connected();
    assert.equal(runtime.received('errors').length, 1);
  });

  for (const subscribeReply of ['subscriptionId', 'empty', 'none'] as const) {
    it(`stands whatever the first answer is: ${subscribeReply}`, async () => {
      await start({}, { subscribeReply });
      await connected();
      const time = observe(1);
      await runtime.messages('out', 1);
      assert.deepEqual(timesOf(runtime, sensor()), [time]);
      assert.equal(runtime.received('errors').length, 0);
    });
  }

  it('shares one socket, and a node that closes ends its subscriptions and leaves those of the other', async () => {
    next++;
    simulator = await startItwinSimulator({ live: false });
    const two = (): FlowNode[] => [
      ...flow(),
      { ...(flow().find(({ type }) => type === 'itwin-iot-subscribe') as FlowNode), id: 'other', ids: sensor(2) },
    ];
    await runtime.deploy(two(), itwinCredentials(simulator));
    await connected();
    await runtime.status('other', 'connected');
    assert.equal(simulator.counters.connections, 1);
    assert.equal(simulator.counters.openSubscriptions, 2);
    await runtime.node('other').close(true);
    await until('its subscription has ended', () => simulator.counters.openSubscriptions === 1);
    const time = observe(1);
    observe(2, 2);
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(runtime, sensor()), [time]);
    assert.equal(simulator.counters.openConnections, 1);
  });

  it('closes at once while a platform that says nothing is asked', async () => {
    await start();
    await connected();
    simulator.faults.halfOpen();
    const begin = Date.now();
    await runtime.stop();
    assert.ok(Date.now() - begin < 2000, `${Date.now() - begin} ms`);
    await until('no connection', () => simulator.counters.openConnections === 0);
  });

  it('takes 20,000 updates in a burst, complete and in order, while Node-RED stays responsive', async function () {
    this.timeout(60_000);
    await start();
    await connected();
    let longest = 0;
    let last = performance.now();
    const pulse = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 5);
    simulator.burst(20_000, sensor());
    last = performance.now();
    await runtime.messages('out', 20_000);
    clearInterval(pulse);
    assert.deepEqual(timesOf(runtime, sensor()), stored(sensor()));
    assert.ok(longest < 500, `the event loop stood still for ${Math.round(longest)} ms`);
  });

  for (const transport of ['WebSocket', 'TCP'] as const) {
    it(`reports one broken update and loses none of the others: ${transport}`, async () => {
      next++;
      simulator = await startItwinSimulator({ live: false });
      await deploy({}, { url: transport === 'TCP' ? simulator.tcpUrl : simulator.socketUrl });
      await connected();
      simulator.faults.malformedFrame({ method: 'subscribeData', afterEvents: 2, times: 1 });
      simulator.burst(6, sensor());
      await runtime.messages('out', 5);
      const times = stored(sensor());
      assert.deepEqual(timesOf(runtime, sensor()), [...times.slice(0, 2), ...times.slice(3)]);
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', /an answer of the socket API is not valid JSON/);
      assert.equal(simulator.counters.connections, 1);
      assert.match(runtime.statuses(id()).at(-1) ?? '', /^connected/);
    });
  }

  it('goes on whatever the platform says, and tells of it once', async () => {
    next++;
    simulator = await startItwinSimulator({ live: false });
    let subscription = 0;
    const server = await serveRpc((method, _, each) => {
      if (method === 'subscribeData') subscription = each;
      return { result: method === 'getData' ? { requestStatus: 'finished' } : {} };
    });
    await deploy({}, { url: server.url });
    await connected();
    const update = (result: unknown): void => server.say(JSON.stringify({ id: subscription, result }));
    const wanted = Array.from({ length: 8 }, (_, n) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString());
    const nonsense = [null, 7, [], 'x', { data: null }, { data: [1] }, { data: { yesterday: 1 } }];
    wanted.forEach((time, index) => {
      update({ data: { [time]: index } });
      update({ data: { [time]: index } });
      update(nonsense[index]);
    });
    for (const text of ['null', '{', '[]', '{"id":{"toString":1},"result":1}', '{"error":{"message":{"a":1}}}'])
      server.say(text);
    const late = new Date(Date.UTC(2026, 0, 2)).toISOString();
    server.say(`{"id":${subscription},"result":{"data":{"__proto__":{"x":1},"${late}":"${'x'.repeat(1e6)}"}}}`);
    await runtime.messages('out', 9);
    assert.deepEqual(timesOf(runtime, sensor()), [...wanted, late]);
    const errors = await runtime.errors('errors', 2);
    await server.close();
    assert.equal(errors.length, 2);
    assert.match(errors[0]?.message ?? '', /"yesterday" is not a time/);
    assert.match(errors[1]?.message ?? '', /an answer of the socket API is not an object/);
  });

  it('begins live for a sensor that was left out for a while', async () => {
    await start({ ids: [sensorNamed(1), sensorNamed(2)] });
    await connected();
    observe(1, 1);
    observe(2, 2);
    await runtime.messages('out', 2);
    await deploy({ ids: [sensor(1)] });
    await connected();
    observe(3, 1);
    await runtime.messages('out', 1);
    observe(4, 2);
    await deploy({ ids: [sensor(1), sensor(2)] });
    await connected();
    const live = observe(5, 2);
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(runtime, sensor(2)), [live]);
    assert.deepEqual(timesOf(runtime, sensor(1)), []);
  });

  it('names what is missing or unset', async () => {
    next++;
    simulator = await startItwinSimulator({ live: false });
    const cases: [Properties, RegExp][] = [
      [{ account: '' }, /no itwin-iot-account is chosen/],
      [{ ids: '' }, /data needs the parameter "sensors"/],
      [{ metric: '' }, /data needs the parameter "metric"/],
      [{ unit: '' }, /data needs the parameter "unit"/],
      [{ metric: '${FARFIELD_UNSET}' }, /environment variable FARFIELD_UNSET, named in "metric", is not set/],
      [{ subscription: 'nodes', ids: '[]' }, /nodes needs the parameter "nodes"/],
      [{ params: { params: { type: 'json', value: '{"AZIMUTH_XY": 90}' } } }, /"value".*AZIMUTH_XY/],
    ];
    for (const [properties, wanted] of cases) {
      await deploy(properties);
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', wanted);
      await runtime.status(id(), 'not configured');
    }
  });

  it('hands metric parameters on', async () => {
    await start({ params: { params: { type: 'json', value: '{"dt": {"value": 604800}}' } } });
    await connected();
    const call = simulator.counters.recentCalls.find(({ method }) => method === 'subscribeData');
    assert.deepEqual((call as { params: { params: object } }).params.params, { dt: { value: 604800 } });
  });

  it('takes a sensor of another connection', async () => {
    await start({ ids: IMPORT_SENSOR_ID, metric: 'temperature', unit: 'degree Celsius' });
    await connected();
    simulator.append({ sensorId: IMPORT_SENSOR_ID, values: { humidity: 1, temperature: 2 } });
    const [message] = await runtime.messages('out', 1);
    assert.deepEqual(Object.values(message?.payload as object), [2]);
  });
});

/** The name of the entity that a message brings. */
function nameIn(message: unknown): string {
  return (message as { payload: { props: { NAME: string } } }).payload.props.NAME;
}

/** Sensors of the motes have the same ids in every simulator. */
function sensorNamed(mote: number): string {
  return `${NODE_ID}/telosb/mote${mote}/device/humidity-temperature/sensor`;
}
