import { strict as assert } from 'node:assert';
import helper from 'node-red-node-test-helper';
import {
  IMPORT_SENSOR_ID,
  type ItwinSimulator,
  NODE_ID,
  OTHER_NODE_ID,
  OTHER_SENSOR_ID,
  startItwinSimulator,
} from '../../../simulators/itwin-iot';
import { createFlowRuntime, type FlowNode, type FlowRuntime } from '../../support/flow';
import { serve } from '../../support/http';
import { itwinAccount, itwinCredentials, itwinFlow } from '../../support/itwin';
import { serveRpc } from '../../support/rpc-server';
import { until } from '../../support/until';

interface Item {
  value: string;
  label: string;
  depth?: number;
  heading?: boolean;
}

/** Level of a warning in Node-RED's log. */
const WARN = 30;

const ACCEPT = 'application/vnd.bentley.itwin-platform.v1+json';

describe('itwin-iot-account', () => {
  let runtime: FlowRuntime;
  let simulator: ItwinSimulator;
  let others: { close(): Promise<void> }[] = [];

  before(async () => {
    runtime = await createFlowRuntime('itwin-iot');
    await new Promise<void>((resolve) => helper.startServer(() => resolve()));
  });
  beforeEach(async () => {
    simulator = await startItwinSimulator({ live: false });
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
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
    await runtime.dispose();
  });

  const query = (account: Record<string, unknown> = {}, node: Record<string, unknown> = {}): FlowNode[] =>
    itwinFlow(simulator, { type: 'itwin-iot-query', ...node }, account);
  const deploy = (account: Record<string, unknown> = {}, node: Record<string, unknown> = {}): Promise<void> =>
    runtime.deploy(query(account, node), itwinCredentials(simulator));
  const form = (): Record<string, unknown> => {
    const { id: _, type: __, ...properties } = itwinAccount(simulator);
    return properties;
  };
  const test = async (body: object): Promise<{ ok: boolean; message: string; code?: string }> => {
    const response = await helper.request().post('/itwin-iot-account/test').send(body).expect(200);
    return response.body;
  };
  const list = async (name: string, params: Record<string, string> = {}): Promise<Item[]> => {
    const search = new URLSearchParams(params);
    const response = await helper.request().get(`/itwin-iot-account/account/lists/${name}?${search}`).expect(200);
    return response.body.items;
  };
  const closed = (): Promise<void> => until('no connection', () => simulator.counters.openConnections === 0);

  for (const auth of ['apikey', 'jwt', 'ims'] as const) {
    for (const transport of ['WebSocket', 'TCP'] as const) {
      it(`is let in with ${auth} over ${transport} and REST`, async () => {
        await deploy({ auth, url: transport === 'TCP' ? simulator.tcpUrl : simulator.socketUrl });
        runtime.send('node', { operation: 'getNodes' });
        runtime.send('node', { operation: 'listNodes' });
        const answers = await runtime.messages('out', 2);
        for (const { payload } of answers) assert.equal((payload as unknown[]).length, 2);
        assert.equal(simulator.counters.authentications, 1);
        assert.equal(simulator.counters.tokens, auth === 'ims' ? 1 : 0);
      });
    }
  }

  it('reaches the newer Sensor Data API by its settings alone', async () => {
    await deploy({
      auth: 'ims',
      restUrl: simulator.sensorDataUrl,
      scope: 'itwin-platform',
      accept: ACCEPT,
      projectParameter: 'iTwinId',
      projectId: simulator.project.iTwinId,
    });
    const iTwinId = simulator.otherProject.iTwinId;
    runtime.send('node', { operation: 'request', params: { path: '/integrations/nodes', query: { iTwinId } } });
    const [answer] = await runtime.messages('out', 1);
    const { nodes } = (answer as { payload: { nodes: { id: string }[] } }).payload;
    assert.deepEqual(
      nodes.map(({ id }) => id),
      [OTHER_NODE_ID],
    );
    const tested = await test({
      id: 'account',
      properties: {
        ...form(),
        auth: 'ims',
        restUrl: simulator.sensorDataUrl,
        scope: 'itwin-platform',
        accept: ACCEPT,
        projectParameter: 'iTwinId',
        projectId: simulator.project.iTwinId,
      },
      credentials: { clientId: simulator.clientId, clientSecret: '__PWRD__' },
    });
    assert.deepEqual(tested.ok, true, tested.message);
  });

  it('leaves the names of a free request as they are', async () => {
    const server = also(await serve((_, response) => response.setHeader('content-type', 'application/json').end('{}')));
    await deploy({ restUrl: server.url, projectParameter: 'iTwinId' });
    runtime.send('node', { operation: 'request', params: { path: '/x', query: { projectIds: 'mine' } } });
    runtime.send('node', { operation: 'listNodes', params: { projectIds: 'mine' } });
    await runtime.messages('out', 2);
    assert.deepEqual(server.seen.map(({ url }) => url).sort(), ['/nodes/all?iTwinId=mine', '/x?projectIds=mine']);
    assert.ok(server.seen.every(({ headers }) => headers.accept === 'application/json'));
    assert.ok(server.seen.every(({ headers }) => headers.authorization === `ApiKey ${simulator.apiKey}`));
  });

  for (const [auth, credentials, wanted] of [
    ['apikey', { apiKey: '' }, /itwin-iot-account "Site": "apiKey" is empty/],
    ['jwt', { jwt: '' }, /"jwt" is empty/],
    ['ims', { clientSecret: 'x' }, /"clientId" is empty/],
    ['ims', { clientId: 'x' }, /"clientSecret" is empty/],
    ['apikey', { apiKey: '${FARFIELD_UNSET}' }, /environment variable FARFIELD_UNSET, named in "apiKey", is not set/],
  ] as const) {
    it(`names a credential that is missing: ${auth} with ${JSON.stringify(credentials)}`, async () => {
      await runtime.deploy(query({ auth }), { account: credentials });
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', wanted);
      await runtime.status('node', 'not configured');
      assert.equal(runtime.received('errors').length, 1);
      assert.equal(simulator.counters.connections, 0);
    });
  }

  for (const [properties, wanted] of [
    [{ url: 'http://x' }, /"url" must be a URL that begins with wss:\/\/ or ws:\/\/ or tcp:\/\//],
    [{ restUrl: '' }, /"restUrl" is empty/],
    [{ restUrl: '${FARFIELD_UNSET}' }, /environment variable FARFIELD_UNSET, named in "restUrl", is not set/],
    [{ auth: 'basic' }, /"auth" must be one of apikey, ims, jwt/],
    [{ auth: 'ims', imsUrl: 'x' }, /"imsUrl" must be a URL/],
    [{ keepalive: '-1' }, /"keepalive" must be a number of at least 0/],
  ] as const) {
    it(`names a property that cannot be: ${JSON.stringify(properties)}`, async () => {
      await deploy(properties);
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', wanted);
    });
  }

  it('does not look at what another way of authorization needs', async () => {
    await deploy({ auth: 'apikey', imsUrl: '' });
    runtime.send('node', { operation: 'time' });
    assert.equal((await runtime.messages('out', 1)).length, 1);
  });

  it('warns once of each URL that credentials go to unencrypted, but not on this machine', async () => {
    const warnings = async (account: Record<string, unknown>): Promise<string[]> => {
      await deploy({ timeout: 1, ...account });
      const logged = helper.log().getCalls();
      const entries = logged.map(({ args }) => args[0] as unknown as { level: number; msg: unknown });
      const warned = entries.filter(({ level }) => level === WARN).map(({ msg }) => String(msg));
      return warned.filter((msg) => /credentials go/.test(msg));
    };
    assert.deepEqual(await warnings({}), []);
    assert.deepEqual(await warnings({ url: 'tcp://iiot.example:4200', restUrl: 'https://iiot.example/api' }), [
      'the credentials go to tcp://iiot.example:4200 unencrypted',
    ]);
    const same = 'http://iiot.example/api';
    const all = await warnings({ auth: 'ims', url: 'ws://iiot.example:4201', restUrl: same, imsUrl: same });
    assert.deepEqual(all, [
      'the credentials go to ws://iiot.example:4201 unencrypted',
      'the credentials go to http://iiot.example/api unencrypted',
    ]);
    assert.deepEqual(await warnings({ auth: 'apikey', imsUrl: 'http://ims.example' }), []);
  });

  describe('Test connection', () => {
    const secrets = (): string[] => [simulator.apiKey, simulator.clientSecret];
    const testNew = async (properties: object, credentials: object): Promise<Awaited<ReturnType<typeof test>>> => {
      await runtime.deploy([{ id: 'flow', type: 'tab' }]);
      const result = await test({ id: 'new', properties: { ...form(), ...properties }, credentials });
      assert.ok(!secrets().some((secret) => JSON.stringify(result).includes(secret)));
      return result;
    };

    for (const auth of ['apikey', 'jwt', 'ims'] as const) {
      it(`takes the unsaved values: ${auth}`, async () => {
        const result = await testNew({ auth }, itwinCredentials(simulator).account ?? {});
        assert.equal(result.ok, true, result.message);
        assert.match(result.message, /North Sector THREAD #1/);
        await closed();
      });
    }

    it('takes the stored key where the dialog has none of its own', async () => {
      await deploy();
      const result = await test({ id: 'account', properties: form(), credentials: { apiKey: '__PWRD__' } });
      assert.equal(result.ok, true, result.message);
    });

    for (const property of ['url', 'restUrl', 'imsUrl'] as const) {
      it(`hands what is stored to no other server: ${property}`, async () => {
        const elsewhere = also(await serve((_, response) => response.end()));
        const auth = property === 'imsUrl' ? 'ims' : 'apikey';
        await deploy({ auth });
        const url = property === 'url' ? elsewhere.url.replace('http', 'ws') : elsewhere.url;
        const result = await test({
          id: 'account',
          properties: { ...form(), auth, [property]: url },
          credentials: { apiKey: '__PWRD__', clientId: simulator.clientId, clientSecret: '__PWRD__' },
        });
        assert.equal(result.ok, false);
        assert.match(result.message, /type the password again to test it there, or deploy first/);
        assert.equal(elsewhere.seen.length, 0);
      });
    }

    it('hands what is stored to no other server where the form leaves the key out', async () => {
      const elsewhere = also(await serve((_, response) => response.end()));
      await deploy();
      for (const credentials of [{}, undefined]) {
        const result = await test({ id: 'account', properties: { ...form(), restUrl: elsewhere.url }, credentials });
        assert.equal(result.ok, false);
        assert.match(result.message, /type the password again to test it there, or deploy first/);
      }
      assert.equal(elsewhere.seen.length, 0);
    });

    it('takes no form of a web page', async () => {
      await deploy();
      await helper.request().post('/itwin-iot-account/test').type('form').send('id=account').expect(415);
    });

    for (const [what, properties, credentials, wanted] of [
      ['a wrong key', {}, { apiKey: 'wrong-secret' }, /iTwin IoT refused the credentials; check them in the account/],
      [
        'a wrong client secret',
        { auth: 'ims' },
        { clientId: 'demo-client', clientSecret: 'wrong-secret' },
        /gives no token; check client id, secret and scope/,
      ],
      [
        'an unset variable',
        { projectId: '${FARFIELD_UNSET}' },
        { apiKey: 'x' },
        /FARFIELD_UNSET, named in "projectId"/,
      ],
      ['no key', {}, { apiKey: '' }, /"apiKey" is empty/],
    ] as const) {
      it(`says what is wrong: ${what}`, async () => {
        const result = await testNew(properties, credentials);
        assert.equal(result.ok, false);
        assert.match(result.message, wanted);
        assert.ok(!JSON.stringify(result).includes('wrong-secret'));
        await closed();
      });
    }

    it('says at once that nothing listens at the socket', async () => {
      const url = simulator.socketUrl;
      await simulator.faults.refuse();
      const begin = Date.now();
      const result = await testNew({ url, timeout: '30' }, { apiKey: simulator.apiKey });
      assert.equal(result.code, 'ECONNREFUSED');
      assert.match(result.message, /cannot reach iTwin IoT at ws:.*nothing listens there/);
      assert.ok(Date.now() - begin < 3000, `${Date.now() - begin} ms`);
    });

    it('says at once that REST is elsewhere', async () => {
      const gone = also(await serve((_, response) => response.end()));
      await gone.close();
      const begin = Date.now();
      const result = await testNew({ restUrl: gone.url, timeout: '30' }, { apiKey: simulator.apiKey });
      assert.equal(result.code, 'ECONNREFUSED');
      assert.match(result.message, /cannot reach iTwin IoT at http:.*nothing listens there/);
      assert.ok(Date.now() - begin < 3000, `${Date.now() - begin} ms`);
    });

    it('says that the base URL of REST is not the right one', async () => {
      const result = await testNew({ restUrl: simulator.url.replace('/api', '') }, { apiKey: simulator.apiKey });
      assert.equal(result.ok, false);
      assert.equal(result.code, 'NOT_FOUND');
    });

    it('ends when the platform says nothing', async function () {
      this.timeout(30_000);
      simulator.faults.halfOpen();
      const result = await testNew({ timeout: '1' }, { apiKey: simulator.apiKey });
      assert.equal(result.ok, false);
      assert.equal(result.code, 'TIMEOUT');
      assert.match(result.message, /iTwin IoT/);
    });

    it('names a few of many connections only', async () => {
      const nodes = Array.from({ length: 500 }, (_, index) => ({
        id: `/fn/${index}/node`,
        props: { NAME: `N${index}` },
      }));
      const server = also(await serveRpc((method) => ({ result: method === 'getNodes' ? nodes : { nextId: 1 } })));
      const result = await testNew({ url: server.url }, { apiKey: simulator.apiKey });
      assert.equal(result.ok, true, result.message);
      assert.ok(result.message.length < 200, result.message);
      assert.match(result.message, /\(500\)$/);
    });
  });

  describe('pick lists', () => {
    it('lists connections', async () => {
      await deploy();
      assert.deepEqual(await list('nodes'), [
        { value: '/api/13DC2F/node', label: 'Import connection' },
        { value: NODE_ID, label: 'North Sector THREAD #1' },
      ]);
    });

    it('lists devices and sensors as a tree', async () => {
      await deploy();
      const devices = await list('devices');
      assert.deepEqual(devices.slice(0, 2), [
        { value: '/api/13DC2F/node', label: 'Import connection', heading: true },
        { value: '/api/13DC2F/node/dynamic/62D7C7/device', label: 'Import device', depth: 1 },
      ]);
      const sensors = await list('sensors');
      assert.deepEqual(
        sensors.slice(0, 3).map(({ value, depth = 0, heading = false }) => [value, depth, heading]),
        [
          ['/api/13DC2F/node', 0, true],
          ['/api/13DC2F/node/dynamic/62D7C7/device', 1, true],
          [IMPORT_SENSOR_ID, 2, false],
        ],
      );
      assert.equal(sensors.filter(({ heading }) => !heading).length, 5);
    });

    it('lists metrics of the chosen sensor and units of the chosen metric', async () => {
      await deploy();
      const [sensor = ''] = simulator.sensorIds;
      const metrics = await list('metrics', { sensor });
      assert.ok(metrics.some(({ value }) => value === 'T'));
      assert.ok(metrics.every(({ label }) => label !== ''));
      assert.deepEqual(await list('metrics', { sensors: `${sensor},${IMPORT_SENSOR_ID}` }), metrics);
      assert.deepEqual(await list('metrics', { sensors: JSON.stringify([sensor]) }), metrics);
      const units = await list('units', { metric: 'T' });
      assert.ok(
        units.some(({ value, label }) => value === 'C' && label === 'celsius'),
        JSON.stringify(units),
      );
      assert.deepEqual(await list('metrics', { sensor: '/nobody' }), []);
      assert.deepEqual(await list('units', { metric: 'nonsense' }), []);
    });

    it('lists what another project has: of the dialog, or else of the account', async () => {
      await deploy({ projectId: simulator.otherProject.id });
      const other = await list('nodes');
      assert.deepEqual(
        other.map(({ value }) => value),
        [OTHER_NODE_ID],
      );
      assert.deepEqual(await list('nodes', { projectId: '' }), other);
      const metrics = ['Alignment_Left_SD', 'Alignment_Right_SD'];
      assert.deepEqual(
        (await list('metrics', { sensor: OTHER_SENSOR_ID })).map(({ value }) => value),
        metrics,
      );
      assert.equal((await list('units', { metric: 'Alignment_Left_SD' })).length, 1);
      await deploy();
      const projectId = simulator.otherProject.id;
      assert.deepEqual(await list('nodes', { projectId }), other);
      assert.deepEqual(
        (await list('metrics', { sensor: OTHER_SENSOR_ID, projectId })).map(({ value }) => value),
        metrics,
      );
      assert.equal((await list('units', { metric: 'Alignment_Left_SD', projectId })).length, 1);
    });

    it('lists templates and the catalogue of metrics', async () => {
      await deploy();
      for (const [name, wanted] of [
        ['device-types', 'IMPORT_DEVICE_SDE'],
        ['sensor-types', 'GENERIC_SENSOR_SDE'],
        ['metric-types', 'T'],
      ] as const) {
        const items = await list(name);
        assert.ok(
          items.some(({ value }) => value === wanted),
          name,
        );
      }
    });

    it('leaves out what is no entity, and lists the rest', async () => {
      const odd = [null, 7, 'x', [], {}, { id: 5 }, { id: { toString: 1 } }, { id: '/a', props: null }];
      const good = { id: '/b', props: { NAME: 'Good', NODE_ID: ['/a'] } };
      const server = also(
        await serveRpc((method) => ({
          result: method === 'authenticate' ? { nextId: 1 } : [...odd, good],
        })),
      );
      await deploy({ url: server.url });
      const nodes = await list('nodes');
      const metrics = await list('metrics', { sensor: '/b' });
      assert.deepEqual(nodes, [
        { value: '/a', label: '' },
        { value: '/b', label: 'Good' },
      ]);
      assert.deepEqual(metrics, []);
    });

    it('says at once why there is no list', async () => {
      await deploy({ timeout: 30 });
      await simulator.faults.refuse();
      const begin = Date.now();
      for (const name of ['sensors', 'sensor-types']) {
        const response = await helper.request().get(`/itwin-iot-account/account/lists/${name}`).expect(502);
        assert.equal(response.body.code, 'ECONNREFUSED');
      }
      assert.ok(Date.now() - begin < 3000);
      await helper.request().get('/itwin-iot-account/account/lists/constructor').expect(404);
      await helper.request().get('/itwin-iot-account/nowhere/lists/nodes').expect(404);
    });

    it('keeps the connection for the next list, and leaves none after a deploy', async () => {
      await runtime.deploy([{ id: 'flow', type: 'tab' }, itwinAccount(simulator)], itwinCredentials(simulator));
      await list('nodes');
      await list('sensors');
      assert.equal(simulator.counters.connections, 1);
      assert.equal(simulator.counters.openConnections, 1);
      await runtime.deploy([{ id: 'flow', type: 'tab' }]);
      await closed();
    });
  });

  it('brings its errors to the Catch nodes of its users, once', async () => {
    const two = [
      ...query({ url: 'htp:/nonsense' }),
      { id: 'other', type: 'itwin-iot-query', z: 'flow', account: 'account' },
    ];
    await runtime.deploy(two, itwinCredentials(simulator));
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /itwin-iot-account "Site": "url" must be a URL/);
    await runtime.status('other', 'not configured');
    assert.equal(runtime.received('errors').length, 1);
  });
});
