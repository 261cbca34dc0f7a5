import assert from 'node:assert/strict';
import { type ItwinSimulator, NODE_ID, OTHER_NODE_ID, OTHER_SENSOR_ID } from '../../simulators/itwin-iot/index';
import { RpcClient, seconds, simulate, stopAll } from './itwin-iot-support';

interface Entity {
  id: string;
  type: string;
  device?: string;
  props: Record<string, unknown>;
}

const NEW_NODE = '/fn/02DDXX/node';
const NEW_DEVICE = `${NEW_NODE}/demo/032432/device`;
const NEW_SENSOR = `${NEW_DEVICE}/demo-1/sensor`;

describe('nodes, devices and sensors of iTwin IoT', () => {
  let simulator: ItwinSimulator;
  let client: RpcClient;

  beforeEach(async () => {
    simulator = await simulate();
    client = await RpcClient.authenticated(simulator);
  });

  afterEach(stopAll);

  const get = (method: string, params: object = {}) => client.result<Entity[]>(method, params);
  const ids = (entities: Entity[]) => entities.map(({ id }) => id);
  const createNode = (more: object = {}) =>
    client.call('createNode', {
      node: NEW_NODE,
      type: 'THREAD',
      props: { NAME: 'Sample thread', SERIAL_NO: '02DDXX', VERSION: 'v4_6' },
      ...more,
    });
  const createDevice = (more: object = {}) =>
    client.call('createDevice', {
      device: NEW_DEVICE,
      type: 'DEMO',
      props: { NAME: 'Demo device', NODE_ID: NEW_NODE },
      ...more,
    });
  const createSensor = (more: object = {}) =>
    client.call('createSensor', {
      sensor: NEW_SENSOR,
      observationType: 'DEMO_SENSOR',
      type: 'DEMO_SENSOR',
      props: { NAME: 'Demo Sensor' },
      ...more,
    });

  it('come as a hierarchy: the ids of devices and sensors begin with what they hang on', async () => {
    const nodes = ids(await get('getNodes'));
    const devices = await get('getDevices');
    const sensors = await get('getSensors');
    assert.ok(nodes.includes(NODE_ID));
    for (const { id, props } of devices)
      assert.ok(id.startsWith(`${props.NODE_ID}/`) && nodes.includes(String(props.NODE_ID)));
    for (const { id, device } of sensors)
      assert.ok(id.startsWith(`${device}/`) && ids(devices).includes(String(device)));
    assert.ok(simulator.sensorIds.every((id) => ids(sensors).includes(id)));
  });

  it('are filtered by id, an unknown one left out', async () => {
    const [, second] = simulator.sensorIds;
    assert.deepEqual(ids(await get('getSensors', { sensors: [second, 'nobody'] })), [second]);
    assert.deepEqual(await get('getDevices', { devices: ['nobody'] }), []);
    assert.deepEqual(ids(await get('getNodes', { nodes: [NODE_ID] })), [NODE_ID]);
  });

  it('tell their last observation and how many there are', async () => {
    const [sensorId = ''] = simulator.sensorIds;
    const times = seconds('2026-03-01T12:00:00.000Z', 3);
    for (const timestamp of times) simulator.append({ sensorId, timestamp, values: { RH: 40, T: 20 } });
    const [sensor] = await get('getSensors', { sensors: [sensorId] });
    assert.deepEqual(sensor?.props.LAST_OBSERVATION, { sensorId, timestamp: times[2], values: [40, 20] });
    assert.equal(sensor?.props.OBSERVATION_COUNT, 3);
    const [device] = await get('getDevices', { devices: [sensor?.device] });
    assert.deepEqual(device?.props.LAST_OBSERVATION, { timestamp: times[2] });
    assert.equal(device?.props.SIZE, 1);
    const [node] = await get('getNodes', { nodes: [NODE_ID] });
    assert.equal(node?.props.OBSERVATION_COUNT, 3);
    assert.equal(node?.props.LAST_COMM, times[2]);
  });

  it('are those of the default project unless another is named; only one can be', async () => {
    const { project, otherProject } = simulator;
    assert.equal(ids(await get('getNodes')).includes(OTHER_NODE_ID), false);
    const [node] = await get('getNodes', { projectIds: [otherProject.id] });
    assert.equal(node?.id, OTHER_NODE_ID);
    assert.equal(node?.props.PROJECT_ID, otherProject.id);
    assert.ok((await client.call('getNodes', { projectIds: [project.id, otherProject.id] })).error);
    assert.ok((await client.call('getNodes', { projectIds: ['nothing'] })).error);
    const query = { sensor: OTHER_SENSOR_ID, metric: 'Alignment_Left_SD', unit: 'millimeter' };
    await assert.rejects(client.data(query));
    assert.deepEqual(await client.data({ ...query, projectIds: [otherProject.id] }), {});
  });

  it('are found by the iTwin id of their project with a token, and not with a key', async () => {
    const projectIds = [simulator.otherProject.iTwinId];
    assert.ok((await client.call('getNodes', { projectIds })).error);
    const other = await RpcClient.open(simulator, 'ws');
    await other.result('authenticate', { code: simulator.issueToken() });
    assert.equal((await other.result<Entity[]>('getNodes', { projectIds }))[0]?.id, OTHER_NODE_ID);
  });

  it('are created one level after the other, answered as in the text, and there afterwards', async () => {
    assert.deepEqual((await createNode()).result, {
      id: NEW_NODE,
      type: 'THREAD',
      props: { NAME: 'Sample thread', NODE_ID: NEW_NODE, ACCESSIBLE: true },
    });
    assert.deepEqual((await createDevice()).result, {
      id: NEW_DEVICE,
      type: 'DEMO',
      props: { NAME: 'Demo device', NODE_ID: NEW_NODE, ACCESSIBLE: true },
    });
    assert.deepEqual((await createSensor()).result, {
      type: 'DEMO_SENSOR',
      device: NEW_DEVICE,
      id: NEW_SENSOR,
      props: { ACCESSIBLE: true, SERIAL_NO: '032432', NODE_ID: NEW_NODE, NAME: 'Demo Sensor' },
    });
    const [sensor] = await get('getSensors', { sensors: [NEW_SENSOR] });
    assert.equal(sensor?.props.PROJECT_ID, simulator.project.id);
    const data = [{ sensorId: NEW_SENSOR, timestamp: '2026-03-01T12:00:00Z', values: { T: 21 } }];
    assert.deepEqual(await client.result('uploadData', { data }), { successfullyProcessedObs: 1 });
    assert.deepEqual(
      simulator.counters.provisioned.map(({ operation }) => operation),
      ['createNode', 'createDevice', 'createSensor'],
    );
  });

  it('are not created twice, nor under what is not there, nor without what is required', async () => {
    assert.ok((await createDevice()).error, 'no node');
    assert.ok((await createNode({ props: { NAME: 'x' } })).error, 'no VERSION');
    assert.ok((await createNode({ node: '/fn/node' })).error, 'no such form');
    assert.ok((await createNode()).result);
    assert.ok((await createNode()).error, 'again');
    assert.ok((await createSensor()).error, 'no device');
    assert.ok((await createDevice({ props: { NAME: 'x' } })).error, 'no NODE_ID');
    assert.ok((await createDevice({ type: 'TOASTER' })).error, 'no such type');
    assert.ok((await createDevice()).result);
    assert.ok((await createSensor({ type: 'TOASTER' })).error, 'no such type');
    assert.ok((await createSensor()).result);
    assert.ok((await createSensor()).error, 'again');
  });

  it('take the slash at the end that the tables of the text write', async () => {
    assert.equal((await createNode({ node: `${NEW_NODE}/` })).result?.id, NEW_NODE);
  });

  it('are updated by overwriting the parameters given', async () => {
    const [sensor] = simulator.sensorIds;
    const { NAME } = (await get('getSensors', { sensors: [sensor] }))[0]?.props ?? {};
    const updated = await client.result<Entity>('updateSensor', {
      sensor,
      props: { ZERO_DATE: '2026-01-01T00:00:00Z' },
    });
    assert.equal(updated.props.ZERO_DATE, '2026-01-01T00:00:00Z');
    assert.equal(updated.props.NAME, NAME);
    assert.deepEqual((await get('getSensors', { sensors: [sensor] }))[0], updated);
    assert.ok((await client.call('updateDevice', { device: 'nobody', props: {} })).error);
    assert.ok((await client.call('updateNode', { props: {} })).error);
  });

  it('send subscribers the whole object for each change, until they unsubscribe', async () => {
    const [, first] = ids(await get('getDevices'));
    const subscriptions = {
      nodes: client.request('subscribeNodes', { nodes: [NODE_ID] }),
      devices: client.request('subscribeDevices', { devices: [first] }),
      sensors: client.request('subscribeSensors', { sensors: simulator.sensorIds }),
    };
    const updates = (kind: keyof typeof subscriptions) => client.updates(subscriptions[kind]) as unknown as Entity[];
    await client.result('updateNode', { node: NODE_ID, props: { NAME: 'A' } });
    await client.result('updateDevice', { device: first, props: { NAME: 'B' } });
    await client.result('updateSensor', { sensor: simulator.sensorIds[3], props: { NAME: 'C' } });
    await client.until(() => updates('sensors').length === 1);
    assert.deepEqual(
      (['nodes', 'devices', 'sensors'] as const).map((kind) => updates(kind).map(({ id, props }) => [id, props.NAME])),
      [[[NODE_ID, 'A']], [[first, 'B']], [[simulator.sensorIds[3], 'C']]],
    );
    await client.result('unsubscribeNodes', { id: subscriptions.nodes });
    await client.result('updateNode', { node: NODE_ID, props: { NAME: 'D' } });
    await client.result('updateSensor', { sensor: simulator.sensorIds[0], props: { NAME: 'E' } });
    await client.until(() => updates('sensors').length === 2);
    assert.equal(updates('nodes').length, 1);
  });

  it('cannot be subscribed to when they are not there', async () => {
    assert.ok((await client.call('subscribeSensors', { sensors: ['nobody'] })).error);
    assert.ok((await client.call('subscribeNodes', {})).error);
    assert.equal(simulator.counters.openSubscriptions, 0);
  });
});
