import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  OBSERVATION_TOPIC,
  startXdpSimulator,
  type XdpSimulator,
  type XdpSimulatorOptions,
} from '../../../simulators/xdp';
import { type FlowNode, xdpAccount, xdpCredentials } from '../../support/flow';
import { flowRuntime } from '../../support/flow-suite';
import { until } from '../../support/until';

describe('xdp-events', () => {
  let simulator: XdpSimulator;
  const runtime = flowRuntime('xdp', () => simulator.stop());

  const start = async (properties: Record<string, unknown> = {}, options: XdpSimulatorOptions = {}): Promise<void> => {
    simulator = await startXdpSimulator({ live: false, stored: 10, ...options });
    await runtime.deploy(flow(properties), xdpCredentials(simulator));
  };

  let next = 0;
  const flow = (properties: Record<string, unknown> = {}): FlowNode[] => [
    { id: 'flow', type: 'tab' },
    xdpAccount(simulator),
    {
      id: `events-${++next}`,
      type: 'xdp-events',
      z: 'flow',
      account: 'account',
      stream: 'recordings',
      resume: true,
      wires: [['out']],
      ...properties,
    },
    { id: 'out', type: 'helper', z: 'flow' },
    { id: 'catch', type: 'catch', z: 'flow', wires: [['errors']] },
    { id: 'errors', type: 'helper', z: 'flow' },
  ];
  const id = (): string => `events-${next}`;
  const recording = (value: number) => ({
    data: { value },
    nwkAddr: 7,
    source: OBSERVATION_TOPIC,
    time: new Date().toISOString(),
  });
  const values = (): unknown[] =>
    runtime
      .received('out')
      .filter(({ event }) => event === 'ObservationRecorded')
      .map(({ payload }) => (payload as { data: { value?: number } }).data.value)
      .filter((value) => value !== undefined);

  /** Waits for the recordings appended by a test, then sees that there are no others. */
  const valuesAre = async (...wanted: number[]): Promise<void> => {
    while (values().length < wanted.length) await once(runtime.node('out'), 'input');
    assert.deepEqual(values(), wanted);
  };

  it('hands on stored recordings marked as replayed, then Stored…Done, then live ones without the mark', async () => {
    await start();
    const stored = await runtime.messages('out', 11);
    assert.ok(stored.slice(0, 10).every(({ replayed, event }) => replayed === true && event === 'ObservationRecorded'));
    assert.equal(stored[10]?.event, 'StoredObservationRecordedEventsDone');
    await runtime.status(id(), 'connected');
    const offset = simulator.append(recording(1));
    const live = (await runtime.messages('out', 12))[11];
    assert.equal(live?.offset, offset);
    assert.equal('replayed' in (live ?? {}), false);
    assert.equal(live?.topic, OBSERVATION_TOPIC);
    assert.equal(live?.device, '7');
    assert.deepEqual(Object.keys(live?.payload as object).sort(), ['data', 'nwkAddr', 'source', 'time']);
  });

  it('keeps offsets beyond 2^53 digit for digit', async () => {
    await start({}, { firstOffset: '9223372036854770001' });
    const [first] = await runtime.messages('out', 11);
    assert.equal(first?.offset, '9223372036854770001');
  });

  for (const offsetsInclusive of [false, true]) {
    it(`goes on without loss or double after the connection is cut, offsets ${offsetsInclusive ? 'inclusive' : 'exclusive'}`, async () => {
      await start({}, { offsetsInclusive });
      await runtime.status(id(), 'connected');
      for (let round = 0; round < 5; round++) {
        simulator.append(recording(round * 2));
        await simulator.faults.restart({ downFor: 20 });
        simulator.append(recording(round * 2 + 1));
        await runtime.messages('out', 11 + (round + 1) * 2);
      }
      await valuesAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      assert.equal(runtime.received('out').filter(({ event }) => event === 'ObservationRecorded').length, 20);
    });
  }

  it('goes on from its file after a restart of Node-RED', async () => {
    await start();
    await runtime.messages('out', 11);
    const node = { ...flow().find(({ type }) => type === 'xdp-events'), id: 'events-same' } as FlowNode;
    const again = flow().map((each) => (each.type === 'xdp-events' ? node : each));
    await runtime.deploy(again, xdpCredentials(simulator));
    await runtime.messages('out', 11);
    // What came in the very last turn may come again.
    await runtime.status('events-same', 'connected');
    await runtime.stop();
    const kept = JSON.parse(await readFile(join(runtime.userDir, 'farfield/cursors/events-same.json'), 'utf8'));
    assert.deepEqual(Object.keys(kept.cursor), [OBSERVATION_TOPIC]);
    simulator.append(recording(42));
    await runtime.deploy(again, xdpCredentials(simulator));
    const messages = await runtime.messages('out', 2);
    assert.deepEqual(values(), [42]);
    assert.equal(messages[1]?.event, 'StoredObservationRecordedEventsDone');
  });

  it('loses nothing by deploys in the middle of a replay, and repeats one turn of events at the most', async function () {
    this.timeout(60_000);
    simulator = await startXdpSimulator({ live: false, stored: 5000 });
    const same = flow({ id: 'events-redeployed', eventTypes: ['ObservationRecorded'] });
    const wanted = simulator.recordings().map(({ offset }) => offset);
    const seen = new Set<string>();
    let received = 0;
    const offsets = (): string[] => runtime.received('out').map(({ offset }) => String(offset));
    const note = (): void => {
      const got = offsets();
      received += got.length;
      for (const offset of got) seen.add(offset);
    };
    for (let deploy = 0; deploy < 20; deploy++) {
      await runtime.deploy(same, xdpCredentials(simulator));
      await runtime.messages('out', 100 + (deploy % 4) * 30);
      // Stopped at once, in the turn of the last message.
      await runtime.stop();
      note();
    }
    await runtime.deploy(same, xdpCredentials(simulator));
    const all = (): boolean => new Set([...seen, ...offsets()]).size === wanted.length;
    await until('nothing is missing', all);
    note();
    assert.deepEqual([...seen], wanted);
    assert.ok(received - wanted.length <= 20 * 64, `${received - wanted.length} repeated`);
  });

  it('begins at the beginning again after a start without resume', async () => {
    await start({ id: 'events-reset' });
    await runtime.messages('out', 11);
    await runtime.status('events-reset', 'connected');
    await runtime.deploy(flow({ id: 'events-reset', resume: false }), xdpCredentials(simulator));
    await runtime.messages('out', 11);
    await runtime.deploy(flow({ id: 'events-reset' }), xdpCredentials(simulator));
    assert.equal((await runtime.messages('out', 11)).length, 11);
  });

  it('begins at the beginning without resume', async () => {
    await start({ resume: false });
    await runtime.messages('out', 11);
    await runtime.deploy(flow({ id: id(), resume: false }), xdpCredentials(simulator));
    assert.equal((await runtime.messages('out', 11)).length, 11);
  });

  it('passes on only the chosen event types', async () => {
    await start({ eventTypes: ['StoredObservationRecordedEventsDone'] });
    const [done] = await runtime.messages('out', 1);
    assert.equal(done?.event, 'StoredObservationRecordedEventsDone');
    await runtime.status(id(), 'connected');
    assert.equal(runtime.received('out').length, 1);
  });

  it('gives SenML packs', async () => {
    await start({ output: 'senml', eventTypes: 'ObservationRecorded' });
    const [first] = await runtime.messages('out', 1);
    const pack = first?.payload as { bn?: string; bt?: number; n: string; v?: number }[];
    assert.equal(first?.contentType, 'application/senml+json');
    assert.equal(pack[0]?.bn, `urn:dev:xdp:${first?.device}:`);
    assert.equal(pack[0]?.bt, Date.parse(String(first?.time)) / 1000);
    assert.deepEqual(
      pack.map(({ n }) => n),
      ['humidity', 'temperature', 'anomaly'],
    );
  });

  it('leaves device secrets out unless asked for them', async () => {
    const stored = (): unknown[] =>
      runtime
        .received('out')
        .filter(({ event }) => event === 'SecretsUpdated')
        .map(({ payload }) => (payload as { secrets?: object }).secrets);
    await start({ stream: 'end-devices' });
    await runtime.status(id(), 'connected');
    assert.ok(stored().length > 0);
    assert.ok(stored().every((secrets) => secrets === undefined || Object.keys(secrets as object).length === 0));
    await runtime.deploy(flow({ stream: 'end-devices', secrets: true }), xdpCredentials(simulator));
    await runtime.status(id(), 'connected');
    assert.ok(stored().some((secrets) => secrets !== undefined && Object.keys(secrets as object).length > 0));
  });

  it('reports an outage once, catchable, and recovers by itself', async () => {
    await start();
    await runtime.status(id(), 'connected');
    await simulator.faults.refuse();
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /xDP at http:/);
    await runtime.status(id(), 'waiting');
    simulator.append(recording(1));
    await simulator.faults.listenAgain();
    await runtime.status(id(), 'connected');
    assert.deepEqual(values(), [1]);
    assert.equal(runtime.received('errors').length, 1);
  });

  it('notices a peer that keeps the socket but says nothing', async () => {
    await start({ idleTimeout: 1 }, { heartbeat: 0.2 });
    await runtime.status(id(), 'connected');
    simulator.faults.halfOpen();
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'IDLE');
    simulator.faults.clear();
    simulator.append(recording(1));
    await valuesAre(1);
  });

  it('logs in again when its token has expired, without an error', async () => {
    await start();
    await runtime.status(id(), 'connected');
    simulator.faults.expireTokens();
    await simulator.faults.restart({ downFor: 0 });
    simulator.append(recording(1));
    await valuesAre(1);
    assert.equal(simulator.counters.logins, 2);
  });

  it('says unauthorized for a wrong password and does not flood the login', async () => {
    simulator = await startXdpSimulator({ live: false });
    const before = performance.now();
    await runtime.deploy(flow(), { account: { username: 'demo', password: 'wrong-secret' } });
    await runtime.status(id(), 'unauthorized');
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'UNAUTHORIZED');
    assert.equal(JSON.stringify(error).includes('wrong-secret'), false);
    await until('it tries again', () => (simulator.counters.requests['POST /login'] ?? 0) >= 2);
    // The account's longest wait is one second.
    assert.ok(performance.now() - before >= 990, `${performance.now() - before} ms`);
  });

  it('reports one broken event and loses none of the others', async () => {
    await start();
    await runtime.status(id(), 'connected');
    simulator.faults.malformedFrame({ times: 1 });
    simulator.append(recording(1));
    simulator.append(recording(2));
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /ObservationRecorded.*recordings.*not valid JSON.*the last offset before it: /);
    while (!values().includes(2)) await once(runtime.node('out'), 'input');
    assert.match(runtime.statuses(id()).at(-1) ?? '', /^connected/);
  });

  it('leaves out an event of 10 MB with an error and goes on behind it', async () => {
    await start();
    await runtime.status(id(), 'connected');
    simulator.faults.oversizedEvent({ bytes: 10 * 1024 * 1024, times: 1 });
    simulator.append(recording(1));
    simulator.append(recording(2));
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'EVENT_TOO_LARGE');
    while (!values().includes(2)) await once(runtime.node('out'), 'input');
  });

  it('says what is wrong when a web page comes instead of the stream', async () => {
    simulator = await startXdpSimulator({ live: false });
    simulator.faults.htmlPage({ path: '/recordings' });
    await runtime.deploy(flow(), xdpCredentials(simulator));
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /web page instead of data/);
  });

  it('says "not configured" without an account, and names a store that does not exist', async () => {
    await start({ account: '' });
    await runtime.status(id(), 'not configured');
    const [missing] = await runtime.errors('errors', 1);
    assert.match(missing?.message ?? '', /no xdp-account is chosen/);
    await runtime.deploy(flow({ store: 'nowhere' }), xdpCredentials(simulator));
    const [unknown] = await runtime.errors('errors', 1);
    assert.match(unknown?.message ?? '', /context store "nowhere" does not exist/);
  });

  it('reports a bad URL of the account through the account, once', async () => {
    simulator = await startXdpSimulator({ live: false });
    const broken = flow().map((node) => (node.type === 'xdp-account' ? { ...node, url: 'htp:/nonsense' } : node));
    await runtime.deploy(broken, xdpCredentials(simulator));
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /xdp-account "Farm": "url" must be a URL/);
    assert.equal(runtime.received('errors').length, 1);
  });
});
