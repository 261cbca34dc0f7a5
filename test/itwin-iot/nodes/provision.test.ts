import { strict as assert } from 'node:assert';
import { IMPORT_NODE_ID, IMPORT_SENSOR_ID, type ItwinSimulatorOptions, NODE_ID } from '../../../simulators/itwin-iot';
import { itwinCredentials } from '../../support/itwin';
import {
  ask,
  callsOf,
  fails,
  flow,
  node,
  type Properties,
  runtime,
  simulate,
  simulator,
  testItwinNode,
} from '../../support/itwin-node';
import { until } from '../../support/until';

type Props = Record<string, unknown>;

interface Answer {
  payload: { id: string; type: string; props: Props };
  operation: string;
  statusCode?: number;
}

const NEW_NODE = '/fn/02DDXX/node';
const NEW_DEVICE = `${NEW_NODE}/demo/032432/device`;
const NEW_SENSOR = `${NEW_DEVICE}/demo-1/sensor`;
const SENSOR_TYPE = 'HUMIDITY_TEMPERATURE_SDE';
const DEVICE = `${NODE_ID}/telosb/mote1/device`;

/** A generic sensor, as the platform text makes one. */
const GENERIC = {
  changeState: 'new',
  refId: 'ref-sensor',
  props: {
    NAME: 'Test Sensor',
    INTEGRATION_ID: 'GENERIC_SENSOR_SDE',
    UNKNOWN_METRICS: { '0': 'Left', '1': 'Right' },
    UNKNOWN_UNITS: { '0': 'millimeter', '1': 'millimeter' },
  },
};
const NEW_IMPORT = {
  changeState: 'new',
  refId: 'ref-device',
  props: { INTEGRATION_ID: 'IMPORT_DEVICE_SDE', NAME: 'Test Device' },
  sensors: [GENERIC],
};

describe('itwin-iot-provision', () => {
  testItwinNode('itwin-iot-provision');

  const deploy = (properties: Properties = {}, account: Properties = {}): Promise<void> => {
    const query = node({ id: 'query', type: 'itwin-iot-query', wires: [['read']] });
    const read = { id: 'read', type: 'helper', z: 'flow' };
    return runtime.deploy([...flow(properties, account), query, read], itwinCredentials(simulator));
  };
  const start = async (
    properties: Properties = {},
    options: ItwinSimulatorOptions = {},
    account: Properties = {},
  ): Promise<void> => {
    await simulate(options);
    await deploy(properties, account);
  };
  const call = ask<Answer>;
  /** What a query node reads back. */
  const read = async <Payload>(operation: string, params: Properties): Promise<Payload> => {
    const sofar = runtime.received('read').length;
    runtime.send('query', { operation, params });
    const messages = await runtime.messages('read', sofar + 1);
    return (messages[sofar] as unknown as { payload: Payload }).payload;
  };
  const project = (): string => simulator.project.id;

  it('creates a connection, a device and a sensor, which are there when read back', async () => {
    await start();
    const node = await call('createNode', { node: NEW_NODE, type: 'THREAD', props: { NAME: 'A', VERSION: 'v4_6' } });
    assert.equal(node.payload.id, NEW_NODE);
    assert.equal(node.operation, 'createNode');
    await call('createDevice', { device: NEW_DEVICE, type: 'DEMO', props: { NAME: 'B', NODE_ID: NEW_NODE } });
    await call('createSensor', {
      sensor: NEW_SENSOR,
      type: SENSOR_TYPE,
      observationType: SENSOR_TYPE,
      props: { NAME: 'C' },
    });
    for (const [operation, params, name] of [
      ['getNodes', { nodes: NEW_NODE }, 'A'],
      ['getDevices', { devices: NEW_DEVICE }, 'B'],
      ['getSensors', { sensors: NEW_SENSOR }, 'C'],
    ] as const) {
      const [entity] = await read<{ props: Props }[]>(operation, params);
      assert.equal(entity?.props.NAME, name);
    }
    await runtime.messages('complete', 3);
  });

  for (const [operation, params, get, ids] of [
    ['updateNode', { node: NODE_ID }, 'getNodes', { nodes: NODE_ID }],
    ['updateDevice', { device: DEVICE }, 'getDevices', { devices: DEVICE }],
    ['updateSensor', { sensor: IMPORT_SENSOR_ID }, 'getSensors', { sensors: IMPORT_SENSOR_ID }],
  ] as const) {
    it(`${operation} overwrites what it names, and leaves the rest`, async () => {
      await start();
      const [before] = await read<{ props: Props }[]>(get, ids);
      const answer = await call(operation, params, { payload: { props: { NAME: 'Renamed', NOTES: 'new' } } });
      assert.equal(answer.payload.props.NAME, 'Renamed');
      const [after] = await read<{ props: Props }[]>(get, ids);
      const { LAST_MODIFIED_DATE: _, ...props } = after?.props ?? {};
      assert.deepEqual(props, { ...before?.props, NAME: 'Renamed', NOTES: 'new' });
    });
  }

  it('creates in the project of the node, else in that of the account, else in the default one', async () => {
    await start();
    const other = simulator.otherProject.id;
    const made = async (name: string): Promise<unknown> => {
      const node = `/fn/${name}/node`;
      await call('createNode', { node, type: 'THREAD', props: { VERSION: 'v4_6' } });
      const entity = simulator.nodes().find(({ id }) => id === node) as { props: Props } | undefined;
      return entity?.props.PROJECT_ID;
    };
    assert.equal(await made('01'), project());
    await deploy({ projectId: other }, { projectId: project() });
    assert.equal(await made('02'), other);
    await deploy({}, { projectId: other });
    assert.equal(await made('03'), other);
  });

  it('names what is missing or wrong before anything is sent', async () => {
    await start();
    const device = { device: NEW_DEVICE, type: 'DEMO' };
    for (const [operation, params, wanted] of [
      [
        'createNode',
        { node: NEW_NODE, type: 'THREAD', props: { NAME: 'A' } },
        /"props" of createNode must hold "VERSION"/,
      ],
      ['createNode', { type: 'THREAD', props: { VERSION: 'v' } }, /createNode needs the parameter "node"/],
      ['createNode', { node: NEW_NODE, type: 'THREAD' }, /createNode needs the parameter "props"/],
      ['createDevice', { ...device, props: {} }, /"props" of createDevice must hold "NODE_ID"/],
      ['createDevice', { ...device, props: 'x' }, /"props" of createDevice must be an object/],
      ['createSensor', { sensor: NEW_SENSOR }, /createSensor needs the parameter "type"/],
      ['updateNode', { props: {} }, /updateNode needs the parameter "node"/],
      ['integrate', { integration: { changeState: 'new' } }, /integrate needs the parameter "projectIds"/],
      ['integrate', { projectIds: 'x' }, /integrate needs the parameter "integration"/],
      [
        'integrate',
        { projectIds: 'x', integration: { devices: [] } },
        /must hold "changeState": "new" for a new connection, or "nodeId"/,
      ],
      [
        'integrate',
        { projectIds: 'x', integration: { changeState: 'new', devices: [{ changeState: 'new' }] } },
        /devices\[0\]\.props\.INTEGRATION_ID/,
      ],
      ['updateNode', { node: '/fn/0/node' }, /nothing to update/],
      ['updateSensor', { sensor: '/s', props: {} }, /nothing to update/],
      ['updateNode', { node: '/fn/0/node', type: 'X', projectIds: 'a,b' }, /a single project id/],
    ] as const) {
      const error = await fails(operation, params);
      assert.equal(error.code, 'INVALID_PARAMETER');
      assert.match(error.message, wanted);
    }
    assert.deepEqual(simulator.counters.provisioned, []);
    assert.equal(simulator.counters.recentRequests.length, 0);
  });

  for (const errorStyle of ['error', 'code'] as const) {
    it(`says that a connection exists already: ${errorStyle}`, async () => {
      await start({}, { errorStyle });
      const error = await fails('createNode', { node: NODE_ID, type: 'THREAD', props: { VERSION: 'v4_6' } });
      assert.match(error.message, /iTwin IoT refused: the node \/fn\/6C4F6D\/node exists already/);
      const unknown = await fails('updateNode', { node: '/fn/0/node', props: { NAME: 'x' } });
      assert.match(unknown.message, /there is no node \/fn\/0\/node/);
    });
  }

  it('does not repeat a creation whose answer was lost, but an update', async () => {
    await start();
    await call('updateNode', { node: NODE_ID, props: { NAME: 'first' } });
    simulator.faults.loseAnswer({ times: 1, method: 'createNode' });
    const error = await fails('createNode', { node: NEW_NODE, type: 'THREAD', props: { VERSION: 'v4_6' } });
    assert.match(error.message, /iTwin IoT/);
    assert.equal(callsOf('createNode').length, 1);
    assert.equal(simulator.counters.provisioned.filter(({ operation }) => operation === 'createNode').length, 1);
    simulator.faults.loseAnswer({ times: 1, method: 'updateNode' });
    const answer = await call('updateNode', { node: NODE_ID, props: { NAME: 'second' } });
    assert.equal(answer.payload.props.NAME, 'second');
    assert.equal(callsOf('updateNode').length, 3);
  });

  it('does not repeat what a broken connection leaves open in REST', async () => {
    await start({ projectId: 'x' });
    await deploy({ projectId: project() });
    const integration = { changeState: 'new', props: { NAME: 'Once' }, devices: [NEW_IMPORT] };
    simulator.faults.loseAnswer({ times: 1, path: '/integrations' });
    const error = await fails('integrate', { integration });
    assert.equal(error.code, 'ECONNRESET');
    assert.equal(simulator.counters.requests['POST /integrations/integrate'], 1);
  });

  describe('integrate', () => {
    interface Integration {
      node: { id: string };
      devices: { device: { id: string; props: Props }; sensors: { id: string; props: Props }[] }[];
    }

    for (const integrateStatus of [200, 201] as const) {
      it(`makes a connection with devices and sensors, and changes them: ${integrateStatus}`, async () => {
        await start({ operation: 'integrate' }, { integrateStatus });
        await deploy({ operation: 'integrate', projectId: project() });
        // The simple form.
        const simple = { changeState: 'new', props: { NAME: 'Hut' }, devices: [NEW_IMPORT] };
        const made = (await call('', { integration: simple })) as unknown as { payload: Integration };
        const nodeId = made.payload.node.id;
        const look = () => read<Integration>('getIntegration', { nodeId });
        let [device] = (await look()).devices;
        assert.equal(device?.device.props.NAME, 'Test Device');
        assert.deepEqual(device?.sensors[0]?.props.UNKNOWN_METRICS, { '0': 'Left', '1': 'Right' });
        // The advanced one: a second sensor in msg.payload, then an update, then a removal.
        const second = { ...GENERIC, refId: 'second', props: { ...GENERIC.props, NAME: 'Second' } };
        const added = await call(
          '',
          {},
          { payload: { integration: { nodeId, devices: [{ refId: 'ref-device', sensors: [second] }] } } },
        );
        assert.equal(added.statusCode, integrateStatus);
        assert.equal((await look()).devices[0]?.sensors.length, 2);
        const changes = [
          { changeState: 'update', refId: 'ref-sensor', props: { NAME: 'Renamed' } },
          { changeState: 'remove', refId: 'second' },
        ];
        await call('', { integration: { nodeId, devices: [{ refId: 'ref-device', sensors: changes }] } });
        [device] = (await look()).devices;
        assert.deepEqual(
          device?.sensors.map(({ props }) => props.NAME),
          ['Renamed'],
        );
        await call('', { integration: { nodeId, devices: [{ changeState: 'remove', refId: 'ref-device' }] } });
        assert.deepEqual((await look()).devices, []);
      });
    }

    it('takes the project of the message before that of the node', async () => {
      await start({ projectId: 'nonsense' });
      const integration = { changeState: 'new', devices: [] };
      await call('integrate', { projectIds: simulator.otherProject.id, integration });
      const { query } = simulator.counters.recentRequests[0] as { query: string };
      assert.match(query, new RegExp(`projectIds=${simulator.otherProject.id}`));
    });

    for (const unprocessableStatus of [402, 422] as const) {
      it(`quotes what the platform cannot process: ${unprocessableStatus}`, async () => {
        await start({}, { unprocessableStatus });
        const integration = { nodeId: '/api/000000/node', devices: [] };
        runtime.send('node', { operation: 'integrate', params: { projectIds: project(), integration } });
        const [caught] = await runtime.messages('errors', 1);
        assert.match(
          String((caught?.error as Error | undefined)?.message),
          /Cannot process integration ensure the provided nodeId is valid/,
        );
        assert.equal(caught?.statusCode, unprocessableStatus);
      });
    }

    it('quotes where a token is not good for it', async () => {
      await simulate();
      const jwt = simulator.issueToken({ scopes: ['sensor-data:read'] });
      await runtime.deploy(flow({}, { auth: 'jwt' }), {
        account: { jwt },
      });
      const params = { projectIds: project(), integration: { changeState: 'new', devices: [] } };
      const error = await fails('integrate', params);
      assert.equal(error.code, 'UNAUTHORIZED');
      assert.match(error.message, /Authorization: Token does not have the scope sensor-data:modify/);
      assert.ok(!error.message.includes(jwt));
    });
  });

  describe('deleteProject', () => {
    it('deletes when the id is confirmed', async () => {
      await start();
      const projectId = simulator.otherProject.id;
      const answer = await call('deleteProject', { projectId, confirm: projectId });
      assert.equal(answer.statusCode, 204);
      assert.equal(answer.payload, null);
      assert.deepEqual(simulator.counters.provisioned, [{ operation: 'deleteProject', body: projectId }]);
    });

    for (const [what, params, wanted] of [
      ['without confirmation', () => ({ projectId: project() }), /deleteProject needs the parameter "confirm"/],
      [
        'with another one',
        () => ({ projectId: project(), confirm: 'yes' }),
        /"confirm" must be the same id as "projectId": nothing was deleted/,
      ],
      ['with true', () => ({ projectId: project(), confirm: true }), /"confirm" of deleteProject must be a text/],
      ['without a project', () => ({ confirm: project() }), /deleteProject needs the parameter "projectId"/],
      ['with an empty one', () => ({ projectId: '', confirm: '' }), /deleteProject needs the parameter "projectId"/],
      ['with dots', () => ({ projectId: '..', confirm: '..' }), /"projectId" of deleteProject must be a name/],
    ] as [string, () => Properties, RegExp][]) {
      it(`does not delete ${what}, whatever project node and account have`, async () => {
        await simulate();
        await deploy({ projectId: project() }, { projectId: project() });
        const error = await fails('deleteProject', params(), { payload: { projectId: project(), confirm: project() } });
        assert.equal(error.code, 'INVALID_PARAMETER');
        assert.match(error.message, wanted);
        assert.equal(simulator.counters.recentRequests.length, 0);
        assert.deepEqual(simulator.counters.provisioned, []);
      });
    }
  });

  it('sends a free request as it is told', async () => {
    await start();
    const params = { method: 'POST', path: `/integrations/${IMPORT_NODE_ID}` };
    const answer = (await call('request', params)) as unknown as { payload: { integration: { node: { id: string } } } };
    assert.equal(answer.payload.integration.node.id, IMPORT_NODE_ID);
    const integrate = { method: 'POST', path: '/integrations/integrate', query: { projectIds: project() } };
    const body = { integration: { changeState: 'new', props: { NAME: 'Free' }, devices: [] } };
    assert.equal((await call('request', { ...integrate, body })).statusCode, 200);
    assert.deepEqual(simulator.counters.provisioned.at(-1)?.body, body);
    await until('how it went', () => /^200 · \d/.test(runtime.statuses('node').at(-1) ?? ''));
  });
});
