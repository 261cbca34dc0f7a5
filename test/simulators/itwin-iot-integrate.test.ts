import assert from 'node:assert/strict';
import { IMPORT_NODE_ID, IMPORT_SENSOR_ID, type ItwinSimulator, OTHER_NODE_ID } from '../../simulators/itwin-iot/index';
import { RpcClient, rest, simulate, stopAll } from './itwin-iot-support';

interface Part {
  id: string;
  type: string;
  props: Record<string, unknown>;
}
interface Integration {
  node: Part;
  devices: { device: Part; sensors: (Part & { device: string; observationType: string })[] }[];
}

const ALIGNMENT = {
  UNKNOWN_UNITS: { 0: 'millimeter', 1: 'millimeter' },
  UNKNOWN_METRICS: { 0: 'Alignment_Left_SD', 1: 'Alignment_Right_SD' },
};
const newSensor = (props: object = {}, more: object = {}) => ({
  changeState: 'new',
  ...more,
  props: { INTEGRATION_ID: 'GENERIC_SENSOR_SDE', NAME: 'Sensor-1', ...ALIGNMENT, ...props },
});
const newDevice = (sensors: object[] = [], more: object = {}) => ({
  changeState: 'new',
  ...more,
  props: { INTEGRATION_ID: 'IMPORT_DEVICE_SDE', NAME: 'Device-1' },
  sensors,
});
const COULD_NOT = {
  error: {
    code: 'InvalidProcessIntegrationRequest',
    message: 'Cannot process integration ensure the provided nodeId is valid.',
  },
};
const MINIMUM = {
  error: {
    code: 'InvalidProcessIntegrationRequest',
    message:
      'Minimum request parameters not provided, new Devices and Sensors must have a valid `props.INTEGRATION_ID` set.',
  },
};

describe('integrate of iTwin IoT', () => {
  let simulator: ItwinSimulator;

  beforeEach(async () => {
    simulator = await simulate();
  });

  afterEach(stopAll);

  const integrate = (integration: object, projectIds = simulator.project.id) =>
    rest(simulator, 'POST', `/integrations/integrate?projectIds=${projectIds}`, { body: { integration } });
  const integrated = async (integration: object) =>
    (await integrate(integration)).json.integration as unknown as Integration;

  it('makes a connection with its devices and sensors at once', async () => {
    const devices = [newDevice([newSensor(), newSensor({ NAME: 'Sensor-2' })])];
    const { status, json } = await integrate({ changeState: 'new', devices });
    assert.equal(status, 200);
    const { node, devices: made } = json.integration as unknown as Integration;
    assert.match(node.id, /^\/api\/[0-9A-F]{6}\/node$/);
    assert.equal(node.type, 'DYNAMIC');
    const { CREATION_DATE, ...props } = node.props;
    const serial = node.id.split('/')[2];
    assert.deepEqual(props, {
      SERIAL_NO: serial,
      INTEGRATION_ID: 'NODE_API_SDE',
      PROJECT_ID: simulator.project.id,
      NAME: `Data Source API Import ${serial}`,
    });
    assert.match(String(CREATION_DATE), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    const [{ device, sensors } = assert.fail()] = made;
    assert.match(device.id, new RegExp(`^${node.id}/dynamic/[0-9A-F]{6}/device$`));
    assert.equal(device.props.SIZE, 2);
    assert.deepEqual(
      sensors.map((sensor) => [sensor.device, sensor.type, sensor.observationType, sensor.props.NAME]),
      [
        [device.id, 'DYNAMIC', 'DYNAMIC', 'Sensor-1'],
        [device.id, 'DYNAMIC', 'DYNAMIC', 'Sensor-2'],
      ],
    );
    assert.ok(sensors.every(({ id }) => id.startsWith(`${device.id}/`)));
    const again = await rest(simulator, 'POST', `/integrations/${node.id}`, { body: '' });
    assert.deepEqual(again.json, json);
  });

  it('makes generic sensors of known and unknown metrics and units that take data', async () => {
    const kinds = [
      { metrics: { UNKNOWN_METRICS: { 0: 'abc' }, UNKNOWN_UNITS: { 0: 'abcUnit' } }, units: ['abcUnit'], id: 'abc' },
      {
        metrics: { KNOWN_METRICS: { 0: 'cum_distance' }, KNOWN_UNITS: { 0: 'mm' } },
        units: ['m', 'mm', 'in'],
        id: 'cum_distance',
      },
      { metrics: { UNKNOWN_METRICS: { 0: 'abc' }, KNOWN_UNITS: { 0: 'mm' } }, units: ['mm', 'm', 'in'], id: 'abc' },
    ];
    const base = { INTEGRATION_ID: 'GENERIC_SENSOR_SDE', NAME: 'x' };
    const sensors = kinds.map(({ metrics }) => ({ changeState: 'new', props: { ...base, ...metrics } }));
    const made = await integrated({ nodeId: IMPORT_NODE_ID, devices: [newDevice(sensors)] });
    const client = await RpcClient.authenticated(simulator);
    for (const [index, { units, id: metric }] of kinds.entries()) {
      const sensorId = made.devices[0]?.sensors[index]?.id ?? '';
      const body = { ids: [sensorId] };
      const path = `/sensors/metrics?projectIds=${simulator.project.id}&filters=raw`;
      const { metricsBySensor } = (await rest(simulator, 'POST', path, { body })).json;
      const [listed] = (metricsBySensor as Record<string, { id: string; units: { id: string }[] }[]>)[sensorId] ?? [];
      assert.equal(listed?.id, metric);
      assert.deepEqual(
        listed?.units.map(({ id }) => id),
        units,
      );
      const timestamp = '2026-03-01T12:00:00.000Z';
      await client.result('uploadData', { data: [{ sensorId, timestamp, values: { [metric]: 1500 } }] });
      const last = units.includes('mm') ? 'm' : 'abcUnit';
      const points = await client.data({ sensor: sensorId, metric, unit: last });
      assert.deepEqual(points, { [timestamp]: last === 'm' ? 1.5 : 1500 });
    }
  });

  it('adds, updates and removes under a connection that is there, by refId or id', async () => {
    const devices = [newDevice([newSensor({ SERIAL_NO: '1234' }, { refId: 'my-sensor' })], { refId: 'my-device' })];
    const made = (await integrated({ nodeId: IMPORT_NODE_ID, devices })).devices[0] ?? assert.fail();
    // As in the text's example: the refId comes back as SERIAL_NO, in place of the one that was given.
    assert.equal(made.device.props.SERIAL_NO, 'my-device');
    assert.equal(made.sensors[0]?.props.SERIAL_NO, 'my-sensor');
    const changed = await integrated({
      nodeId: IMPORT_NODE_ID,
      devices: [
        {
          changeState: 'update',
          refId: 'my-device',
          props: { NAME: 'Renamed' },
          sensors: [
            { changeState: 'update', refId: made.sensors[0]?.id, props: { NOTES: 'new' } },
            newSensor({ NAME: 'More' }),
          ],
        },
      ],
    });
    const [{ device, sensors } = assert.fail()] = changed.devices;
    assert.equal(device.id, made.device.id);
    assert.equal(device.props.NAME, 'Renamed');
    assert.equal(device.props.SIZE, 2);
    assert.deepEqual(
      sensors.map(({ props }) => [props.NAME, props.NOTES]),
      [
        ['Sensor-1', 'new'],
        ['More', undefined],
      ],
    );
    const only = { refId: 'my-device', sensors: [{ changeState: 'remove', refId: 'my-sensor' }] };
    assert.equal((await integrated({ nodeId: IMPORT_NODE_ID, devices: [only] })).devices[0]?.device.props.SIZE, 1);
    await integrated({ nodeId: IMPORT_NODE_ID, devices: [{ changeState: 'remove', refId: 'my-device' }] });
    assert.equal(
      simulator.sensors().some(({ id }) => String(id).startsWith(made.device.id)),
      false,
    );
    assert.ok(simulator.sensors().some(({ id }) => id === IMPORT_SENSOR_ID));
  });

  it('answers 201 under a connection when told', async () => {
    simulator = await simulate({ integrateStatus: 201 });
    assert.equal((await integrate({ nodeId: IMPORT_NODE_ID, devices: [newDevice()] })).status, 201);
    assert.equal((await integrate({ changeState: 'new', devices: [] })).status, 200);
  });

  it('answers 422, or 402 when told, without changeState or with a wrong nodeId', async () => {
    for (const unprocessableStatus of [422, 402] as const) {
      simulator = await simulate({ unprocessableStatus });
      for (const wrong of [{ devices: [] }, { nodeId: '/api/000000/node' }, { nodeId: OTHER_NODE_ID }]) {
        const { status, json } = await integrate(wrong);
        assert.equal(status, unprocessableStatus);
        assert.deepEqual(json, COULD_NOT);
      }
    }
  });

  it('refuses a template that is not there: 400 in the simple form, 422 in the advanced one', async () => {
    const devices = [newDevice([newSensor({ INTEGRATION_ID: undefined })])];
    const simple = await integrate({ changeState: 'new', devices });
    assert.deepEqual([simple.status, simple.json], [400, MINIMUM]);
    const advanced = await integrate({ nodeId: IMPORT_NODE_ID, devices });
    assert.deepEqual([advanced.status, advanced.json], [422, MINIMUM]);
    const toaster = [{ ...newDevice(), props: { INTEGRATION_ID: 'TOASTER' } }];
    assert.deepEqual((await integrate({ changeState: 'new', devices: toaster })).json, MINIMUM);
  });

  it('refuses a generic sensor without metrics and units, and carries out nothing of the request', async () => {
    const before = simulator.devices().length;
    const bare = newSensor({ UNKNOWN_UNITS: undefined });
    const { status } = await integrate({
      nodeId: IMPORT_NODE_ID,
      devices: [newDevice([newSensor()]), newDevice([bare])],
    });
    assert.equal(status, 422);
    assert.equal(simulator.devices().length, before);
    assert.deepEqual(simulator.counters.provisioned, []);
  });

  it('wants projectIds', async () => {
    const { status, json } = await rest(simulator, 'POST', '/integrations/integrate', {
      body: { integration: { changeState: 'new' } },
    });
    assert.equal(status, 400);
    assert.deepEqual(json, { errors: [{ message: 'must not be empty', path: 'projectIds' }] });
  });
});

describe('the newer Sensor Data API', () => {
  let simulator: ItwinSimulator;

  beforeEach(async () => {
    simulator = await simulate();
  });

  afterEach(stopAll);

  const ACCEPT = { accept: 'application/vnd.bentley.itwin-platform.v1+json' };
  const call = (method: string, path: string, options: object = {}) =>
    rest(simulator, method, path, {
      base: simulator.sensorDataUrl,
      headers: ACCEPT,
      authorization: `Bearer ${simulator.issueToken({ scopes: ['itwin-platform'] })}`,
      ...options,
    });
  const observation = (second: number) => ({
    sensorId: IMPORT_SENSOR_ID,
    timestamp: `2026-03-01T12:00:0${second}.000Z`,
    values: { humidity: second, temperature: 20 },
  });

  it('uploads and deletes observations with 202', async () => {
    const observations = [0, 1, 2, 3, 4].map(observation);
    const uploaded = await call('POST', '/data/upload', { body: { observations } });
    assert.deepEqual([uploaded.status, uploaded.json], [202, { status: 'ACCEPTED' }]);
    const body = {
      sensorId: IMPORT_SENSOR_ID,
      startDate: observation(0).timestamp,
      endDate: observation(1).timestamp,
      timestamps: [observation(3).timestamp],
    };
    assert.equal((await call('DELETE', '/data/observations', { body })).status, 202);
    assert.deepEqual(
      simulator.observations(IMPORT_SENSOR_ID).map(({ values }) => values.humidity),
      [2, 4],
    );
    assert.equal(simulator.counters.requests['POST /sensor-data/data/upload'], 1);
  });

  it('names a project by iTwinId', async () => {
    const { iTwinId, id } = simulator.otherProject;
    const { json } = await call('GET', `/integrations/nodes?iTwinId=${iTwinId}`);
    assert.deepEqual(
      (json.nodes as Part[]).map((node) => node.id),
      [OTHER_NODE_ID],
    );
    const body = { integration: { changeState: 'new', devices: [] } };
    const made = await call('POST', `/integrations/integrate?iTwinId=${iTwinId}`, { body });
    assert.equal((made.json.integration as unknown as Integration).node.props.PROJECT_ID, id);
    assert.equal((await call('GET', `/integrations/nodes?projectIds=${iTwinId}`)).status, 422);
  });

  it('wants its Accept header, a token, and a scope', async () => {
    const path = `/integrations/nodes?iTwinId=${simulator.project.iTwinId}`;
    const code = async (options: object) => {
      const { status, json } = await call('GET', path, options);
      return [status, (json.error as { code: string }).code];
    };
    assert.deepEqual(await code({ headers: { accept: 'application/json' } }), [400, 'HeaderNotFound']);
    assert.deepEqual(await code({ authorization: null }), [401, 'HeaderNotFound']);
    assert.deepEqual(await code({ authorization: `ApiKey ${simulator.apiKey}` }), [401, 'InvalidToken']);
    const weak = simulator.issueToken({ scopes: ['users:read'] });
    assert.deepEqual(await code({ authorization: `Bearer ${weak}` }), [403, 'InsufficientPermissions']);
  });
});
