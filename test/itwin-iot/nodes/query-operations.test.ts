import { strict as assert } from 'node:assert';
import { IMPORT_NODE_ID, NODE_ID, OTHER_NODE_ID } from '../../../simulators/itwin-iot';
import {
  ask,
  deploy,
  fails,
  type Properties,
  runtime,
  sensor,
  series,
  simulator,
  start,
  stored,
  testItwinNode,
} from '../../support/itwin-node';

describe('itwin-iot-query', () => {
  testItwinNode('itwin-iot-query');

  describe('operations', () => {
    beforeEach(() => start({}, { stored: 20 }));

    /** The operation and, where there are several cases, which; its parameters; what is true of the answer. */
    const operations: [string, () => Properties, (payload: never) => void][] = [
      ['getNodes', () => ({}), idsAre(() => [NODE_ID, IMPORT_NODE_ID])],
      ['getNodes by id', () => ({ nodes: NODE_ID }), idsAre(() => [NODE_ID])],
      [
        'getDevices',
        () => ({ devices: [`${NODE_ID}/telosb/mote1/device`] }),
        idsAre(() => [`${NODE_ID}/telosb/mote1/device`]),
      ],
      ['getSensors', () => ({ sensors: `${sensor(1)}, ${sensor(2)}` }), idsAre(() => [sensor(1), sensor(2)])],
      [
        'getRawMetrics of a sensor',
        () => ({ sensors: sensor() }),
        (metrics: Record<string, object[]>) => assert.equal(metrics[sensor()]?.length, 2),
      ],
      [
        'getRawMetrics of a type',
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
        'call with many answers',
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
    for (const [title, params, check] of operations) {
      it(title, async () => {
        const [operation = ''] = title.split(' ');
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
          { index: 0, count: 2, topic: 'mine', asked: operation },
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
      ['getData', { ...series(), limit: { function: 'best' } }, /"limit" of getData must be one of all, first, last/],
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
    assert.match(error.message, /JSON cannot hold "params.circle.*circular/);
    await ask('getNodes');
    assert.equal(simulator.counters.idsOutOfSequence, 0);
  });

  function idsAre(wanted: () => string[]): (payload: never) => void {
    return (payload: unknown) => assert.deepEqual(idsIn(payload).sort(), wanted().sort());
  }
});

function idsIn(payload: unknown): string[] {
  return (payload as { id: string }[]).map(({ id }) => id);
}
