import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  IMPORT_NODE_ID,
  type ItwinSimulator,
  type ItwinSimulatorOptions,
  NODE_ID,
  OTHER_NODE_ID,
  startItwinSimulator,
} from '../../../simulators/itwin-iot';
import { createFlowRuntime, type FlowRuntime } from '../../support/flow';
import { serve } from '../../support/http';
import { itwinCredentials, itwinFlow } from '../../support/itwin';
import { requestsTo } from '../../support/requests';
import { serveRpc } from '../../support/rpc-server';
import { until } from '../../support/until';

type Properties = Record<string, unknown>;

describe('itwin-iot-query', () => {
  let runtime: FlowRuntime;
  let simulator: ItwinSimulator;
  let others: { close(): Promise<void> }[] = [];

  before(async () => {
    runtime = await createFlowRuntime('itwin-iot');
  });
  afterEach(async () => {
    await runtime.stop();
    await simulator.stop();
    await Promise.all(others.map((each) => each.close()));
    others = [];
  });
  /** Closed after the test. */
  const also = <Server extends { close(): Promise<void> }>(server: Server): Server => {
    others.push(server);
    return server;
  };
  after(() => runtime.dispose());

  const deploy = (properties: Properties = {}, account: Properties = {}): Promise<void> =>
    runtime.deploy(
      itwinFlow(simulator, { type: 'itwin-iot-query', ...properties }, account),
      itwinCredentials(simulator),
    );
  const start = async (
    properties: Properties = {},
    options: ItwinSimulatorOptions = {},
    account: Properties = {},
  ): Promise<void> => {
    simulator = await startItwinSimulator({ live: false, ...options });
    await deploy(properties, account);
  };
  const { ask, fails } = requestsTo(() => runtime);
  const sensor = (mote = 1): string => simulator.sensorIds[mote - 1] as string;
  const series = (): Properties => ({ sensor: sensor(), metric: 'T', unit: 'C' });
  const stored = (): string[] => simulator.observations(sensor()).map(({ timestamp }) => timestamp);
  const callsOf = (name: string) => simulator.counters.recentCalls.filter(({ method }) => method === name);

  describe('operations', () => {
    beforeEach(() => start({}, { stored: 20 }));

    const operations: [string, () => Properties, (payload: never) => void][] = [
      ['getNodes', () => ({}), idsAre(() => [NODE_ID, IMPORT_NODE_ID])],
      ['getNodes', () => ({ nodes: NODE_ID }), idsAre(() => [NODE_ID])],
      [
        'getDevices',
        () => ({ devices: [`${NODE_ID}/telosb/mote1/device`] }),
        idsAre(() => [`${NODE_ID}/telosb/mote1/device`]),
      ],
      ['getSensors', () => ({ sensors: `${sensor(1)}, ${sensor(2)}` }), idsAre(() => [sensor(1), sensor(2)])],
      [
        'getRawMetrics',
        () => ({ sensors: sensor() }),
        (metrics: Record<string, object[]>) => assert.equal(metrics[sensor()]?.length, 2),
      ],
      [
        'getRawMetrics',
        () => ({ types: 'HUMIDITY_TEMPERATURE_SDE' }),
        (metrics: object) => assert.deepEqual(Object.keys(metrics), ['HUMIDITY_TEMPERATURE_SDE']),
      ],
      [
        'getMetrics',
        () => ({ sensors: [sensor()] }),
        (metrics: object) => assert.deepEqual(Object.keys(metrics), [sensor()]),
      ],
      [
        'getUnits',
        () => ({ metrics: 'T' }),
        (units: { T: { id: string }[] }) => assert.ok(units.T.some(({ id }) => id === 'C')),
      ],
      ['getData', series, (points: object) => assert.deepEqual(Object.keys(points), stored())],
      [
        'getObservations',
        () => ({ sensor: sensor() }),
        (points: object) => assert.deepEqual(Object.keys(points), stored()),
      ],
      [
        'getObservationsSummary',
        () => ({ sensor: sensor() }),
        (summary: { first: { timestamp: string } }) => assert.equal(summary.first.timestamp, stored()[0]),
      ],
      ['help', () => ({}), (methods: object) => assert.ok('getData' in methods)],
      ['time', () => ({}), ({ time }: { time: string }) => assert.ok(Date.parse(time) > 0)],
      ['call', () => ({ method: 'getNodes', params: { nodes: [NODE_ID] } }), idsAre(() => [NODE_ID])],
      [
        'call',
        () => ({ method: 'getData', params: series() }),
        (points: object) => assert.deepEqual(Object.keys(points), stored()),
      ],
      ['listNodes', () => ({}), idsAre(() => [NODE_ID, IMPORT_NODE_ID])],
      ['listDevices', () => ({ pageSize: 2 }), (devices: object[]) => assert.equal(devices.length, 2)],
      ['listSensors', () => ({}), (sensors: object[]) => assert.equal(sensors.length, 5)],
      ['listDocuments', () => ({}), (documents: object[]) => assert.equal(documents.length, 1)],
      ['listProfiles', () => ({}), (profiles: object[]) => assert.equal(profiles.length, 1)],
      [
        'getProject',
        () => ({ projectId: simulator.project.id }),
        ({ id }: { id: string }) => assert.equal(id, simulator.project.id),
      ],
      [
        'getProjectDataUsage',
        () => ({ projectId: simulator.project.id }),
        ({ dataUsage }: { dataUsage: { sensors: number } }) => assert.equal(dataUsage.sensors, 5),
      ],
      ['listDeviceTypes', () => ({ excludeLegacy: true }), (types: object[]) => assert.ok(Array.isArray(types))],
      ['listSensorTypes', () => ({}), (types: object[]) => assert.ok(types.length > 1)],
      ['listMetricTypes', () => ({}), ({ metrics }: { metrics: object[] }) => assert.ok(metrics.length > 1)],
      [
        'getSensorMetrics',
        () => ({ ids: sensor(), projectIds: simulator.project.id, filters: 'raw' }),
        (metrics: Record<string, object[]>) => assert.equal(metrics[sensor()]?.length, 2),
      ],
      [
        'getIntegration',
        () => ({ nodeId: IMPORT_NODE_ID }),
        ({ node }: { node: { id: string } }) => assert.equal(node.id, IMPORT_NODE_ID),
      ],
      [
        'request',
        () => ({ path: `/integrations/${IMPORT_NODE_ID}`, method: 'POST' }),
        ({ integration }: { integration: { node: { id: string } } }) =>
          assert.equal(integration.node.id, IMPORT_NODE_ID),
      ],
    ];
    for (const [operation, params, check] of operations) {
      it(`${operation} ${/\{(.*)\}/.exec(String(params))?.[1]?.slice(0, 40) ?? ''}`.trim(), async () => {
        const answer = await ask(operation, params(), { topic: 'mine', custom: { kept: true } });
        check(answer.payload as never);
        assert.equal(answer.operation, operation);
        assert.equal(answer.topic, 'mine');
        assert.deepEqual(answer.custom, { kept: true });
        const isRest = simulator.counters.recentRequests.length > 0;
        assert.equal(answer.statusCode, isRest ? 200 : undefined);
        assert.equal(typeof answer.headers, isRest ? 'object' : 'undefined');
        await runtime.messages('complete', 1);
      });
    }
  });

  for (const shape of [{ listShape: 'array' }, { sensorTypesKey: 'sensorTypes' }] as const) {
    it(`takes the platform's lists in any form: ${JSON.stringify(shape)}`, async () => {
      await start({}, shape);
      assert.equal(((await ask('listNodes')).payload as object[]).length, 2);
      assert.ok(((await ask('listSensorTypes')).payload as object[]).length > 1);
    });
  }

  it('takes parameters from the dialog, then msg.params, then msg.payload, then the project of node or account', async () => {
    await start({ operation: 'getNodes', params: { nodes: { type: 'str', value: NODE_ID } } });
    const params = { nodes: [IMPORT_NODE_ID] };
    assert.deepEqual(idsIn((await ask('ignored', params)).payload), [NODE_ID]);
    await deploy({ operation: 'getNodes', params: { nodes: { type: 'str', value: '' } } });
    assert.deepEqual(idsIn((await ask('', params, { payload: { nodes: NODE_ID } })).payload), [IMPORT_NODE_ID]);
    assert.deepEqual(idsIn((await ask('', {}, { payload: { nodes: NODE_ID } })).payload), [NODE_ID]);
    assert.deepEqual(idsIn((await ask('', {}, { payload: [NODE_ID] })).payload), [NODE_ID]);
    const { project, otherProject } = simulator;
    await deploy({ projectId: otherProject.id }, { projectId: project.id });
    assert.deepEqual(idsIn((await ask('getNodes')).payload), [OTHER_NODE_ID]);
    assert.deepEqual(idsIn((await ask('listNodes')).payload), [OTHER_NODE_ID]);
    assert.equal(((await ask('getProject')).payload as { id: string }).id, otherProject.id);
    assert.deepEqual(idsIn((await ask('getNodes', { projectIds: project.id })).payload).length, 2);
    await deploy({}, { projectId: otherProject.id });
    assert.deepEqual(idsIn((await ask('listNodes')).payload), [OTHER_NODE_ID]);
    await deploy();
    assert.equal(idsIn((await ask('listNodes')).payload).length, 2);
  });

  it('gives one message an item, which join understands', async () => {
    await start({ deliver: 'sequence' });
    for (const operation of ['getNodes', 'listNodes']) {
      const sofar = runtime.received('out').length;
      runtime.send('node', { operation, topic: 'mine' });
      const messages = (await runtime.messages('out', sofar + 2)).slice(sofar);
      assert.deepEqual(
        messages.map(({ parts, topic, operation: asked }) => {
          const { index, count } = parts as { index: number; count?: number };
          return { index, count, topic, asked };
        }),
        [
          { index: 0, count: undefined, topic: 'mine', asked: operation },
          { index: 1, count: 2, topic: 'mine', asked: operation },
        ],
      );
      assert.deepEqual(idsIn(messages.map(({ payload }) => payload)).sort(), [IMPORT_NODE_ID, NODE_ID]);
    }
  });

  it('says which operations there are', async () => {
    await start();
    assert.match((await fails('')).message, /no operation: choose one in the dialog or set msg.operation/);
    assert.match((await fails('nonsense')).message, /unknown operation "nonsense"; itwin-iot-query has: getNodes, /);
    assert.match((await fails('createNode')).message, /unknown operation "createNode"/);
  });

  it('names what is missing or wrong before anything is sent', async () => {
    await start();
    for (const [operation, params, wanted] of [
      ['getMetrics', {}, /getMetrics needs the parameter "sensors"/],
      ['getData', { sensor: sensor() }, /getData needs the parameter "metric"/],
      ['getData', { ...series(), startDate: 'yesterday' }, /"startDate" of getData must be an ISO 8601 time/],
      ['getData', { ...series(), limit: { function: 'best' } }, /"limit" of getData must be \{"function": "first"/],
      ['getData', { ...series(), params: { dt: 5 } }, /"params" of getData must hold \{"value": …\}/],
      ['getSensorMetrics', { ids: sensor() }, /getSensorMetrics needs the parameter "projectIds"/],
      ['getIntegration', { nodeId: 'api/1/node' }, /"nodeId" of getIntegration must begin with "\/"/],
      ['listNodes', { pageSize: 0 }, /"pageSize" of listNodes must be a whole number of at least 1/],
      ['getProject', {}, /getProject needs the parameter "projectId"/],
      ['call', {}, /call needs the parameter "method"/],
      ['request', {}, /request needs the parameter "path"/],
      ['call', { method: 'subscribeData' }, /subscribeData has many answers: use a node "itwin-iot-subscribe"/],
      ['call', { method: 'unsubscribeNodes' }, /use a node "itwin-iot-subscribe"/],
    ] as const) {
      const error = await fails(operation, params);
      assert.equal(error.code, 'INVALID_PARAMETER');
      assert.match(error.message, wanted);
    }
    assert.equal(simulator.counters.recentCalls.filter(({ method }) => method !== 'authenticate').length, 0);
    assert.equal(simulator.counters.recentRequests.length, 0);
  });

  it('says so when parameters cannot be written as JSON, and goes on', async () => {
    await start();
    const circle: Properties = { value: 1 };
    circle.self = circle;
    const error = await fails('call', { method: 'getNodes', params: { circle } });
    assert.equal(error.code, 'INVALID_PARAMETER');
    assert.match(error.message, /cannot be written as JSON/);
    await ask('getNodes');
    assert.equal(simulator.counters.idsOutOfSequence, 0);
  });

  describe('a series', () => {
    it('is of the time asked for: text, number or Date', async () => {
      await start({}, { stored: 20 });
      const all = stored();
      const [from = '', to = ''] = [all[5], all[9]];
      for (const [startDate, endDate] of [
        [from, to],
        [Date.parse(from), Date.parse(to)],
        [new Date(from), new Date(to)],
      ]) {
        const { payload } = await ask('getData', { ...series(), startDate, endDate });
        assert.deepEqual(Object.keys(payload as object), all.slice(5, 10));
      }
    });

    it('is its first or last point only, when so limited', async () => {
      await start({}, { stored: 20 });
      for (const [which, index] of [
        ['first', 0],
        ['last', 19],
      ] as const) {
        const { payload } = await ask('getData', { ...series(), limit: { function: which, params: { size: 1 } } });
        assert.deepEqual(Object.keys(payload as object), [stored()[index]]);
      }
    });

    it('takes metric parameters', async () => {
      await start({}, { stored: 5 });
      const [zero = ''] = stored();
      const params = { ZERO_DATE: { value: zero } };
      const { payload } = await ask('getData', { sensor: sensor(), metric: 'dT', unit: 'C', params });
      assert.equal((payload as Record<string, number>)[zero], 0);
    });

    it('comes in one message, however many answers it takes', async () => {
      await start({}, { stored: 250, chunkSize: 100 });
      const { payload } = await ask('getData', series());
      assert.deepEqual(Object.keys(payload as object), stored());
    });

    it('comes as one message an answer, which join understands', async () => {
      await start({ deliver: 'sequence' }, { stored: 250, chunkSize: 100 });
      runtime.send('node', { operation: 'getData', params: series(), custom: { kept: true } } as never);
      const messages = await runtime.messages('out', 3);
      const parts = messages.map((message) => message.parts as { id: string; index: number; count?: number });
      assert.deepEqual(
        parts.map(({ index, count }) => [index, count]),
        [
          [0, undefined],
          [1, undefined],
          [2, 3],
        ],
      );
      assert.equal(new Set(parts.map(({ id }) => id)).size, 1);
      assert.deepEqual(
        messages.map(({ payload }) => Object.keys(payload as object).length),
        [100, 100, 50],
      );
      assert.deepEqual(
        messages.flatMap(({ payload }) => Object.keys(payload as object)),
        stored(),
      );
      for (const { topic, device, event, replayed, operation, custom } of messages) {
        assert.deepEqual(
          { topic, device, event, replayed, operation, custom },
          {
            topic: sensor(),
            device: sensor(),
            event: 'data',
            replayed: true,
            operation: 'getData',
            custom: { kept: true },
          },
        );
      }
      await runtime.messages('complete', 1);
    });

    it('comes as it arrives', async () => {
      await start({ deliver: 'sequence' }, { stored: 300, chunkSize: 100 });
      simulator.faults.halfOpen({ method: 'nothing' });
      const slow = simulator.faults.slow({ ms: 100, method: 'getData' });
      runtime.send('node', { operation: 'getData', params: series() });
      const [first] = await runtime.messages('out', 1);
      assert.equal(Object.keys(first?.payload as object).length, 100);
      assert.equal(runtime.received('complete').length, 0);
      slow.clear();
      await runtime.messages('out', 3);
    });

    it('sends nothing for an empty series in a sequence, and {} in one message', async () => {
      await start({ deliver: 'sequence' });
      runtime.send('node', { operation: 'getData', params: series() });
      await runtime.messages('complete', 1);
      assert.equal(runtime.received('out').length, 0);
      await deploy();
      assert.deepEqual((await ask('getData', series())).payload, {});
    });

    it('comes as SenML, whole or in packs that stand alone', async () => {
      await start({ output: 'senml' }, { stored: 25, chunkSize: 10 });
      const whole = await ask('getData', series());
      const pack = whole.payload as { bn?: string; bt?: number; n: string; u: string; v: number; t?: number }[];
      assert.equal(whole.contentType, 'application/senml+json');
      assert.equal(pack.length, 25);
      assert.equal(pack.filter(({ bn }) => bn !== undefined).length, 1);
      const begin = Date.parse(stored()[0] ?? '') / 1000;
      assert.deepEqual(
        pack.map(({ t = 0 }) => Math.round((begin + t) * 1000)),
        stored().map((time) => Date.parse(time)),
      );
      assert.ok(pack.every(({ n, u, v }) => n === 'T' && u === 'Cel' && typeof v === 'number'));
      await deploy({ output: 'senml', deliver: 'sequence' });
      runtime.send('node', { operation: 'getData', params: series() });
      const messages = await runtime.messages('out', 3);
      for (const { payload, contentType, device } of messages) {
        const [first] = payload as { bn: string; bt: number }[];
        assert.equal(first?.bn, `urn:dev:itwin-iot:${device}:`);
        assert.equal(typeof first?.bt, 'number');
        assert.equal(contentType, 'application/senml+json');
      }
    });

    it('shows how far it is', async () => {
      await start({ deliver: 'sequence' }, { stored: 400, chunkSize: 100 });
      simulator.faults.slow({ ms: 400, method: 'getData' });
      runtime.send('node', { operation: 'getData', params: series() });
      await runtime.messages('out', 4);
      assert.ok(
        runtime.statuses('node').some((text) => /^replaying [1-4]00$/.test(text)),
        runtime.statuses('node').join('|'),
      );
      await until('an empty status', () => runtime.statuses('node').at(-1) === '');
    });

    for (const transport of ['WebSocket', 'TCP'] as const) {
      for (const deliver of ['whole', 'sequence'] as const) {
        it(`is complete and each point once when the connection is cut in its middle: ${transport}, ${deliver}`, async () => {
          simulator = await startItwinSimulator({ live: false, stored: 1000, chunkSize: 100 });
          await deploy({ deliver }, { url: transport === 'TCP' ? simulator.tcpUrl : simulator.socketUrl });
          for (const afterEvents of [3, 6]) simulator.faults.cutMidFrame({ method: 'getData', afterEvents, times: 1 });
          runtime.send('node', { operation: 'getData', params: series() });
          await runtime.messages('complete', 1);
          const points = runtime.received('out').flatMap(({ payload }) => Object.keys(payload as object));
          assert.deepEqual(points, stored());
          assert.equal(callsOf('getData').length, 3);
          assert.equal(runtime.received('errors').length, 0);
        });
      }
    }

    it('fails when one of its answers cannot be read, rather than being incomplete', async () => {
      await start({}, { stored: 500, chunkSize: 100 });
      simulator.faults.malformedFrame({ method: 'getData', afterEvents: 2, times: 1 });
      const error = await fails('getData', series());
      assert.equal(error.code, 'INVALID_RESPONSE');
      assert.match(error.message, /not valid JSON: points may be missing/);
      assert.equal(runtime.received('out').length, 0);
      assert.equal(Object.keys((await ask('getData', series())).payload as object).length, 500);
    });

    it('ends at once when the flow is stopped, and sends nothing afterwards', async () => {
      await start({ deliver: 'sequence' }, { stored: 1000, chunkSize: 100 });
      simulator.faults.slow({ ms: 150, method: 'getData' });
      runtime.send('node', { operation: 'getData', params: series() });
      await runtime.messages('out', 2);
      const begin = Date.now();
      const sent = runtime.received('out').length;
      const node = runtime.node('node');
      const { send } = node;
      let after = 0;
      node.send = (...args: Parameters<typeof send>) => {
        after++;
        send.apply(node, args);
      };
      await runtime.stop();
      assert.ok(Date.now() - begin < 1000, `${Date.now() - begin} ms`);
      await until('no connection', () => simulator.counters.openConnections === 0);
      assert.equal(runtime.received('out').length, sent);
      assert.equal(after, 0);
    });

    for (const errorStyle of ['error', 'code'] as const) {
      it(`is refused in words of the platform: ${errorStyle}`, async () => {
        await start({}, { errorStyle });
        const error = await fails('getData', { ...series(), sensor: '/nobody/here/node' });
        assert.match(error.message, /iTwin IoT refused: there is no sensor \/nobody/);
        assert.match((await fails('getData', { ...series(), unit: 'furlong' })).message, /has no unit "furlong"/);
        await until('an empty status', () => runtime.statuses('node').at(-1) === '');
      });
    }
  });

  it('answers two queries at once on one socket, each its own', async () => {
    await start({}, { stored: 500, chunkSize: 50 });
    for (const mote of [1, 2, 3]) {
      runtime.send('node', {
        operation: 'getData',
        params: { ...series(), sensor: sensor(mote) },
        topic: sensor(mote),
      });
    }
    const answers = await runtime.messages('out', 3);
    for (const { topic, payload } of answers) {
      const wanted = simulator.observations(String(topic)).map(({ timestamp, values }) => [timestamp, values.T]);
      assert.deepEqual(Object.entries(payload as object), wanted);
    }
    assert.equal(simulator.counters.connections, 1);
  });

  it('opens the socket for the first query, keeps it for the next, and leaves none when it closes', async () => {
    await start();
    assert.equal(simulator.counters.connections, 0);
    for (let n = 0; n < 5; n++) await ask('time');
    assert.equal(simulator.counters.connections, 1);
    assert.equal(simulator.counters.authentications, 1);
    await runtime.stop();
    await until('no connection', () => simulator.counters.openConnections === 0);
  });

  it('asks again for what only reads when the connection breaks before the answer, and no other', async () => {
    await start();
    await ask('time');
    simulator.faults.loseAnswer({ times: 1, method: 'getSensors' });
    assert.equal(((await ask('getSensors')).payload as object[]).length, 5);
    simulator.faults.loseAnswer({ times: 1, method: 'help' });
    const error = await fails('call', { method: 'help' });
    assert.match(error.message, /iTwin IoT/);
    assert.equal(callsOf('help').length, 1);
  });

  it('says unauthorized for a wrong key, to each query at once, and does not flood the platform', async () => {
    simulator = await startItwinSimulator({ live: false });
    await runtime.deploy(itwinFlow(simulator, { type: 'itwin-iot-query' }, { retryMax: 60 }), {
      account: { apiKey: 'wrong-secret' },
    });
    for (let n = 0; n < 20; n++) runtime.send('node', { operation: 'getNodes' });
    const errors = await runtime.errors('errors', 20);
    assert.ok(errors.every(({ code }) => code === 'UNAUTHORIZED'));
    assert.ok(!JSON.stringify(errors).includes('wrong-secret'));
    await runtime.status('node', 'unauthorized');
    assert.equal(simulator.counters.failedAuthentications, 1);
    for (let n = 0; n < 20; n++) runtime.send('node', { operation: 'listNodes' });
    await runtime.errors('errors', 40);
    assert.ok(simulator.counters.recentRequests.length <= 40, `${simulator.counters.recentRequests.length} requests`);
  });

  it('names the operation and the time when the platform never answers, and goes on', async () => {
    await start({}, {}, { timeout: 1 });
    await ask('time');
    simulator.faults.halfOpen({ method: 'getNodes', times: 1 });
    const error = await fails('getNodes');
    assert.equal(error.code, 'TIMEOUT');
    assert.match(error.message, /no answer to getNodes from iTwin IoT at ws:.* within 1 s/);
    await runtime.status('node', 'disconnected TIMEOUT');
    simulator.faults.halfOpen({ path: '/nodes', times: 1 });
    assert.equal((await fails('listNodes')).code, 'TIMEOUT');
    assert.equal(((await ask('getNodes')).payload as object[]).length, 2);
    simulator.faults.halfOpen({ method: 'getData', times: 1 });
    assert.equal((await fails('getData', series())).code, 'TIMEOUT');
  });

  it('names the reason when the platform is away', async () => {
    await start({}, {}, { timeout: 1 });
    await simulator.faults.refuse();
    for (const operation of ['getNodes', 'listNodes']) {
      const error = await fails(operation);
      assert.equal(error.code, 'ECONNREFUSED');
      assert.match(error.message, /nothing listens there; is the server running/);
    }
    await simulator.faults.listenAgain();
    await ask('getNodes');
  });

  describe('refusals of REST', () => {
    for (const [status, code, words] of [
      [403, 'FORBIDDEN', /does not allow this to the account \(HTTP 403\)/],
      [404, 'NOT_FOUND', /does not know what was asked for \(HTTP 404\)/],
      [422, 'PLATFORM_ERROR', /refused listNodes \(HTTP 422\)/],
      [402, 'PLATFORM_ERROR', /refused listNodes \(HTTP 402\)/],
      [500, 'PLATFORM_ERROR', /failed at listNodes \(HTTP 500\)/],
    ] as const) {
      it(`${status}`, async () => {
        await start();
        simulator.faults.status({ status, path: '/nodes' });
        runtime.send('node', { operation: 'listNodes' });
        const [caught] = await runtime.messages('errors', 1);
        const error = caught?.error as unknown as { message: string; code: string };
        assert.equal(error.code, code);
        assert.match(error.message, words);
        assert.equal(caught?.statusCode, status);
      });
    }

    it('429 is waited for as long as it asks, within the time-out', async () => {
      await start();
      simulator.faults.tooManyRequests({ path: '/nodes', times: 1, retryAfter: 1 });
      const begin = Date.now();
      await ask('listNodes');
      assert.ok(Date.now() - begin >= 900);
      simulator.faults.tooManyRequests({ path: '/nodes', times: 1, retryAfter: 3600 });
      assert.equal((await fails('listNodes')).code, 'RATE_LIMITED');
    });

    it('quotes both forms of error of the platform', async () => {
      await start();
      const wrong = also(
        await serve((_, response, count) => {
          const said =
            count === 0
              ? { errors: [{ message: 'Token has expired', path: 'Authorization' }] }
              : { error: { code: 'InvalidRequest', message: 'no good' } };
          response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(said));
        }),
      );
      await deploy({}, { restUrl: wrong.url });
      assert.match(
        (await fails('getIntegration', { nodeId: '/a/b/node' })).message,
        /HTTP 400\): Authorization: Token has expired/,
      );
      assert.match((await fails('getIntegration', { nodeId: '/a/b/node' })).message, /HTTP 400\): no good/);
      assert.equal(wrong.seen[0]?.url, '/integrations//a/b/node');
    });

    it('401 asks once more and then says it', async () => {
      await start();
      simulator.faults.status({ status: 401, path: '/nodes' });
      assert.equal((await fails('listNodes')).code, 'UNAUTHORIZED');
      assert.equal(simulator.counters.requests['GET /nodes/all'], 2);
    });

    it('a web page instead of data', async () => {
      await start();
      simulator.faults.htmlPage({ path: '/nodes' });
      assert.match((await fails('listNodes')).message, /web page instead of data/);
    });
  });

  it('goes on whatever the platform says, with answers that belong to a request or to none', async () => {
    simulator = await startItwinSimulator({ live: false });
    const hostile = [
      'null',
      '[]',
      '7',
      '"text"',
      '{',
      '{}',
      '{"id":{"toString":1},"result":{}}',
      '{"error":null}',
      '{"__proto__":{"id":1},"id":99999,"result":{"data":{}}}',
    ];
    const server = also(
      await serveRpc(
        (method) => (method === 'authenticate' ? { result: { nextId: 'seven' } } : { error: null, result: { method } }),
        hostile,
        [],
      ),
    );
    await deploy({}, { url: server.url });
    for (let n = 0; n < 3; n++) assert.deepEqual((await ask('time')).payload, { method: 'time' });
    assert.equal(server.connections, 1);
  });

  it('quotes a refusal, whatever it is, on one line and not without end', async () => {
    simulator = await startItwinSimulator({ live: false });
    const refusals: [object, RegExp][] = [
      [{ error: 'no' }, /^iTwin IoT refused: no$/],
      [{ error: 7 }, /^iTwin IoT refused: 7$/],
      [{ error: {} }, /^iTwin IoT refused: no reason given$/],
      [{ error: { code: -32601, message: 'a\nb' } }, /^iTwin IoT refused: a b$/],
      [{ error: { message: { deep: ['x'] }, data: 'why' } }, /^iTwin IoT refused: \{"deep":\["x"\]\} \(why\)$/],
      [{ result: { code: 5 } }, /^iTwin IoT refused: 5$/],
      [{ error: { message: 'x'.repeat(1e6) } }, /^iTwin IoT refused: x{300}…$/],
    ];
    let at = 0;
    const server = also(
      await serveRpc((method) => (method === 'authenticate' ? { result: {} } : (refusals[at] as [object, RegExp])[0])),
    );
    await deploy({}, { url: server.url });
    for (const [, wanted] of refusals) {
      const error = await fails('time');
      assert.match(error.message.replace(/^PlatformError: /, ''), wanted);
      at++;
    }
  });

  it('names an error without an id as the reason of a request that stays unanswered', async () => {
    simulator = await startItwinSimulator({ live: false });
    const server = also(
      await serveRpc(
        (method) => (method === 'authenticate' ? { result: {} } : undefined),
        ['{"error":{"code":-32700,"message":"cannot parse that"}}'],
      ),
    );
    await deploy({}, { url: server.url, timeout: 1 });
    const error = await fails('getNodes');
    assert.match(error.message, /no answer to getNodes .* within 1 s: iTwin IoT refused: cannot parse that/);
  });

  it('takes an error without an id for the refusal of the key, and does not quote the key', async () => {
    simulator = await startItwinSimulator({ live: false });
    const server = also(
      await serveRpc((_, params) => ({
        id: undefined,
        error: { message: `there is no ${(params as { code: string }).code}` },
      })),
    );
    await deploy({}, { url: server.url, timeout: 5 });
    const error = await fails('getNodes');
    assert.equal(error.code, 'UNAUTHORIZED');
    assert.match(error.message, /there is no •••/);
    assert.ok(!JSON.stringify(runtime.received('errors')).includes(simulator.apiKey));
  });

  it('does not take for wrong credentials what is no answer at all', async () => {
    simulator = await startItwinSimulator({ live: false });
    const smtp = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 smtp.example ESMTP\r\n');
    }).listen(0, '127.0.0.1');
    await once(smtp, 'listening');
    const { port } = smtp.address() as { port: number };
    await deploy({}, { url: `tcp://127.0.0.1:${port}`, timeout: 1 });
    const error = await fails('getNodes');
    assert.equal(error.code, 'INVALID_RESPONSE');
    assert.match(error.message, /not JSON/);
    await runtime.stop();
    smtp.close();
  });

  it('hands on what a series holds, whatever it is, and no prototype', async () => {
    simulator = await startItwinSimulator({ live: false });
    const data = JSON.parse(
      '{"2026-01-01T00:00:00.000Z": 1, "__proto__": {"a": 1}, "yesterday": [null], "": null}',
    ) as object;
    const answers = [
      { data },
      { data: null },
      { data: 7 },
      { data: {} },
      { requestStatus: 'finished', data: { z: 1 } },
    ];
    const server = also(
      await serveRpc((method) => (method === 'authenticate' ? { result: {} } : { results: answers })),
    );
    await deploy({}, { url: server.url });
    const { payload } = await ask('getData', { sensor: '/s', metric: 'T', unit: 'C' });
    assert.deepEqual(Object.keys(payload as object).sort(), ['', '2026-01-01T00:00:00.000Z', 'yesterday', 'z']);
    assert.equal(Object.getPrototypeOf(payload), Object.prototype);
  });

  function idsAre(wanted: () => string[]): (payload: never) => void {
    return (payload: unknown) => assert.deepEqual(idsIn(payload).sort(), wanted().sort());
  }
});

function idsIn(payload: unknown): string[] {
  return (payload as { id: string }[]).map(({ id }) => id);
}
