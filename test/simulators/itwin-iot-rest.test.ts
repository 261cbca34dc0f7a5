import assert from 'node:assert/strict';
import {
  IMPORT_NODE_ID,
  IMPORT_SENSOR_ID,
  type ItwinSimulator,
  NODE_ID,
  OTHER_NODE_ID,
  OTHER_SENSOR_ID,
} from '../../simulators/itwin-iot/index';
import { RpcClient, rest, simulate, stopAll, tokenForm } from './itwin-iot-support';

type Items = { id: string }[];
const ids = (items: unknown) => (items as Items).map(({ id }) => id);

describe('REST of iTwin IoT', () => {
  let simulator: ItwinSimulator;
  const get = (path: string, options = {}) => rest(simulator, 'GET', path, options);

  beforeEach(async () => {
    simulator = await simulate();
  });

  afterEach(stopAll);

  it('takes ApiKey and Bearer', async () => {
    assert.equal((await get('/nodes/all')).status, 200);
    assert.equal((await get('/nodes/all', { authorization: `Bearer ${simulator.issueToken()}` })).status, 200);
  });

  it('answers 401 with the path Authorization for all that may be wrong with it', async () => {
    const { apiKey } = simulator;
    const expired = simulator.issueToken({ lifetime: -1 });
    const weak = simulator.issueToken({ scopes: ['users:read'] });
    for (const authorization of [
      null,
      apiKey,
      'ApiKey wrong',
      `Bearer ${apiKey}`,
      `Bearer ${expired}`,
      `Bearer ${weak}`,
    ]) {
      const { status, json } = await get('/nodes/all', { authorization });
      assert.equal(status, 401);
      const [error] = json.errors as { message: string; path: string }[];
      assert.equal(error?.path, 'Authorization');
      if (authorization?.includes(expired)) assert.match(error?.message ?? '', /^Token has expired on /);
    }
  });

  it('lists nodes, devices and sensors of the default project or of one that is named', async () => {
    assert.ok(ids((await get('/nodes/all')).json.nodes).includes(NODE_ID));
    assert.equal(ids((await get('/devices/all')).json.devices).length, 5);
    assert.deepEqual(ids((await get('/sensors/all')).json.sensors), [...simulator.sensorIds, IMPORT_SENSOR_ID]);
    const { otherProject } = simulator;
    assert.deepEqual(ids((await get(`/nodes/all?projectIds=${otherProject.id}`)).json.nodes), [OTHER_NODE_ID]);
  });

  it('takes an iTwin id for a project with a token only', async () => {
    const path = `/nodes/all?projectIds=${simulator.otherProject.iTwinId}`;
    assert.equal((await get(path)).status, 404);
    const { json } = await get(path, { authorization: `Bearer ${simulator.issueToken()}` });
    assert.deepEqual(ids(json.nodes), [OTHER_NODE_ID]);
  });

  it('refuses several projectIds', async () => {
    const { project, otherProject } = simulator;
    for (const query of [`${project.id},${otherProject.id}`, `${project.id}&projectIds=${otherProject.id}`]) {
      assert.equal((await get(`/sensors/all?projectIds=${query}`)).status, 400);
    }
  });

  it('shortens a list to the page size', async () => {
    assert.deepEqual(ids((await get('/sensors/all?pageSize=2')).json.sensors), simulator.sensorIds.slice(0, 2));
    assert.equal((await get('/sensors/all?pageSize=0')).status, 400);
  });

  it('writes lists as bare arrays when told', async () => {
    simulator = await simulate({ listShape: 'array' });
    assert.ok(Array.isArray((await get('/nodes/all')).json));
    assert.ok(Array.isArray((await get('/documents')).json));
  });

  it('lists documents and profiles of a project', async () => {
    assert.equal(((await get('/documents')).json.documents as Items).length, 1);
    const { otherProject } = simulator;
    const { json } = await get(`/profiles?projectIds=${otherProject.id}`);
    assert.equal((json.profiles as { projectId: string }[])[0]?.projectId, otherProject.id);
  });

  it('tells a project and its data usage, by its id in the path', async () => {
    const { id, iTwinId, name } = simulator.project;
    assert.deepEqual((await get(`/projects/${id}`)).json, { project: { id, iTwinId, name } });
    simulator.append({ sensorId: IMPORT_SENSOR_ID, values: { humidity: 1, temperature: 2 } });
    const usage = (await get(`/projects/${id}/dataUsage`)).json.dataUsage;
    assert.deepEqual(usage, { projectId: id, sensors: 5, observations: 1 });
    assert.equal((await get('/projects/nothing')).status, 404);
  });

  it('deletes a project with all it owns, and no other', async () => {
    const { id } = simulator.otherProject;
    assert.equal((await rest(simulator, 'DELETE', `/projects/${id}`)).status, 204);
    assert.equal((await get(`/projects/${id}`)).status, 404);
    assert.equal((await get(`/nodes/all?projectIds=${id}`)).status, 404);
    assert.equal(
      simulator.sensors().some((sensor) => sensor.id === OTHER_SENSOR_ID),
      false,
    );
    assert.equal(simulator.sensors().length, 5);
    assert.deepEqual(simulator.counters.provisioned, [{ operation: 'deleteProject', body: id }]);
    assert.equal((await rest(simulator, 'DELETE', '/projects/')).status, 404);
  });

  it('lists templates, those that are not legacy when told', async () => {
    const [all, current] = [(await get('/devices/types')).json, (await get('/devices/types?excludeLegacy=true')).json];
    assert.ok(ids(all.deviceTypes).includes('DGSI_M_LOGGER'));
    assert.deepEqual(current.deviceTypes, [
      {
        id: 'IMPORT_DEVICE_SDE',
        name: 'Import Device',
        icon: 'smicon-device-import',
        iconUnicode: '',
        manufacturer: 'sensemetrics',
        minThreadVersion: '1.0',
        editOnly: false,
        isDynamic: true,
      },
    ]);
  });

  it('writes a blank before sensorTypes, as the text does, or none', async () => {
    const { json } = await get('/sensors/types?excludeLegacy=true');
    assert.deepEqual(Object.keys(json), [' sensorTypes']);
    assert.deepEqual((json[' sensorTypes'] as unknown[])[0], {
      id: 'GENERIC_SENSOR_SDE',
      name: 'GENERIC_SENSOR_SDE',
      icon: 'smicon-circle',
      iconUnicode: '',
      metricsAndUnits: [
        {
          metric: 'GENERIC',
          id: 'GENERIC',
          displayName: 'generic',
          defaultUnit: 'GENERIC',
          units: [{ unit: 'GENERIC', id: 'GENERIC' }],
        },
      ],
      isDynamic: true,
    });
    simulator = await simulate({ sensorTypesKey: 'sensorTypes' });
    assert.deepEqual(Object.keys((await get('/sensors/types')).json), ['sensorTypes']);
  });

  it('lists the known metrics with their units', async () => {
    const { standard, metrics } = (await get('/metrics/types?excludeLegacy=true')).json;
    assert.equal(standard, true);
    assert.deepEqual((metrics as unknown[])[0], {
      metric: 'T',
      id: 'T',
      displayName: 'Temperature',
      defaultUnit: 'C',
      units: [
        { unit: 'C', id: 'C', displayName: 'celsius', notation: '°C' },
        { unit: 'K', id: 'K', displayName: 'kelvin', notation: '°K' },
        { unit: 'F', id: 'F', displayName: 'fahrenheit', notation: '°F' },
      ],
    });
  });

  it('lists the metrics of sensors, raw ones with filters=raw; projectIds is required', async () => {
    const { id } = simulator.otherProject;
    const body = { ids: [OTHER_SENSOR_ID, 'nobody'] };
    const { status, json } = await rest(simulator, 'POST', `/sensors/metrics?projectIds=${id}&filters=raw`, { body });
    assert.equal(status, 200);
    const metric = (name: string) => ({
      defaultUnit: 'millimeter',
      hidden: false,
      displayName: name,
      notation: name,
      name,
      id: name,
      units: [{ notation: 'millimeter', name: 'millimeter', id: 'millimeter' }],
    });
    assert.deepEqual(json, {
      metricsBySensor: { [OTHER_SENSOR_ID]: [metric('Alignment_Left_SD'), metric('Alignment_Right_SD')] },
    });
    const [sensor = ''] = simulator.sensorIds;
    const path = `/sensors/metrics?projectIds=${simulator.project.id}`;
    const all = (await rest(simulator, 'POST', path, { body: { ids: [sensor] } })).json.metricsBySensor as object;
    assert.deepEqual(
      Object.values(all).map((metrics) => ids(metrics)),
      [['dT', 'dT_dt', 'RH', 'T']],
    );
    assert.equal((await rest(simulator, 'POST', '/sensors/metrics', { body })).status, 400);
  });

  it('retrieves an integration by POST to a path with a double slash, with no body', async () => {
    const { status, json } = await rest(simulator, 'POST', `/integrations/${IMPORT_NODE_ID}`, { body: '' });
    assert.equal(status, 200);
    const { node, devices } = json.integration as {
      node: { id: string; props: Record<string, unknown> };
      devices: { device: { props: Record<string, unknown> }; sensors: { id: string; observationType: string }[] }[];
    };
    assert.equal(node.id, IMPORT_NODE_ID);
    assert.match(String(node.props.CREATION_DATE), /\+00:00$/);
    assert.equal(devices[0]?.device.props.SIZE, 1);
    assert.equal(devices[0]?.sensors[0]?.id, IMPORT_SENSOR_ID);
    assert.equal(devices[0]?.sensors[0]?.observationType, 'DYNAMIC');
  });

  it('knows no integration when the slashes were made one, or were encoded', async () => {
    for (const path of [IMPORT_NODE_ID.slice(1), encodeURIComponent(IMPORT_NODE_ID)]) {
      assert.equal((await rest(simulator, 'POST', `/integrations/${path}`, { body: '' })).status, 404);
    }
  });

  it('takes observations with 202 ACCEPTED; they come back in getData and to subscribers', async () => {
    const client = await RpcClient.authenticated(simulator);
    const value = { metric: 'temperature', unit: 'degree Celsius' };
    const id = client.request('subscribeData', { sensors: [IMPORT_SENSOR_ID], ...value });
    await client.until(() => client.answersTo(id).length === 1);
    const timestamp = '2024-02-20T04:35:23.653Z';
    const observation = { sensorId: IMPORT_SENSOR_ID, timestamp, values: { humidity: 40.5, temperature: 21 } };
    const answer = await rest(simulator, 'POST', '/data/upload', { body: { observations: [observation] } });
    assert.equal(answer.status, 202);
    assert.deepEqual(answer.json, { status: 'ACCEPTED' });
    await client.until(() => client.updates(id).length === 1);
    assert.deepEqual(await client.data({ sensor: IMPORT_SENSOR_ID, ...value }), { [timestamp]: 21 });
    assert.deepEqual(simulator.counters.received, [{ ...observation, via: 'rest' }]);
  });

  it('refuses an upload as a whole, and says which observation is wrong', async () => {
    const good = {
      sensorId: IMPORT_SENSOR_ID,
      timestamp: '2024-02-20T04:35:23.653Z',
      values: { humidity: 1, temperature: 2 },
    };
    const upload = (body: unknown) => rest(simulator, 'POST', '/data/upload', { body });
    for (const body of [{}, { observations: [] }]) {
      const { status, json } = await upload(body);
      assert.equal(status, 400);
      assert.deepEqual(json, { errors: [{ message: 'must not be empty', path: 'observations' }] });
    }
    for (const wrong of [{ sensorId: 'nobody' }, { values: { humidity: 1 } }, { timestamp: 'now' }]) {
      const { status, json } = await upload({ observations: [good, { ...good, ...wrong }] });
      assert.equal(status, 400);
      assert.match((json.errors as { path: string }[])[0]?.path ?? '', /^observations\[1\]/);
    }
    assert.equal((await upload('{"observations":[],}')).status, 400);
    assert.deepEqual(simulator.observations(), []);
  });

  it('counts requests by method and path', async () => {
    await get('/nodes/all?pageSize=1');
    await get('/nothing');
    assert.deepEqual(simulator.counters.requests, { 'GET /nodes/all': 1, 'GET /nothing': 1 });
    assert.deepEqual(
      simulator.counters.recentRequests.map(({ query, status }) => [query, status]),
      [
        ['pageSize=1', 200],
        ['', 404],
      ],
    );
    assert.equal((await rest(simulator, 'DELETE', '/nodes/all')).status, 405);
  });
});

describe('IMS of iTwin IoT', () => {
  afterEach(stopAll);

  const ask = async (simulator: ItwinSimulator, changes: Record<string, string> = {}) => {
    const response = await fetch(simulator.imsUrl, { method: 'POST', body: tokenForm(simulator, changes) });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };

  it('issues a token for client credentials that REST and the socket API take', async () => {
    const simulator = await simulate({ tokenLifetime: 60 });
    const { status, json } = await ask(simulator);
    assert.equal(status, 200);
    assert.equal(json.expires_in, 60);
    assert.equal(json.token_type, 'Bearer');
    const authorization = `Bearer ${json.access_token}`;
    assert.equal((await rest(simulator, 'GET', '/nodes/all', { authorization })).status, 200);
    const client = await RpcClient.open(simulator, 'ws');
    assert.ok(await client.result('authenticate', { code: json.access_token }));
    assert.equal(simulator.counters.tokens, 1);
  });

  it('refuses a wrong id, secret, scope, or grant type, with the codes of RFC 6749', async () => {
    const simulator = await simulate();
    for (const [changes, error] of [
      [{ client_id: 'x' }, 'invalid_client'],
      [{ client_secret: 'x' }, 'invalid_client'],
      [{ scope: 'everything' }, 'invalid_scope'],
      [{ scope: '' }, 'invalid_scope'],
      [{ grant_type: 'password' }, 'unsupported_grant_type'],
    ] as const) {
      assert.deepEqual(await ask(simulator, changes), { status: 400, json: { error } });
    }
    const json = await fetch(simulator.imsUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(tokenForm(simulator))),
    });
    assert.equal(json.status, 400);
    assert.equal(simulator.counters.failedTokens, 6);
  });

  it('issues tokens that expire', async () => {
    const simulator = await simulate({ tokenLifetime: 0.2 });
    const authorization = `Bearer ${(await ask(simulator)).json.access_token}`;
    let status = 0;
    while (status !== 401) status = (await rest(simulator, 'GET', '/nodes/all', { authorization })).status;
    assert.equal((await ask(simulator)).status, 200);
  });
});
