import { strict as assert } from 'node:assert';
import helper from 'node-red-node-test-helper';
import { OTHER_NODE_ID } from '../../../simulators/itwin-iot';
import { serve } from '../../support/http';
import { itwinCredentials } from '../../support/itwin';
import { deployAccount, form, testAccount, testConnection } from '../../support/itwin-account';
import { also, flow, runtime, simulator } from '../../support/itwin-node';

const ACCEPT = 'application/vnd.bentley.itwin-platform.v1+json';

/** Level of a warning in Node-RED's log. */
const WARN = 30;

describe('itwin-iot-account', () => {
  testAccount();

  for (const auth of ['apikey', 'jwt', 'ims'] as const) {
    for (const transport of ['WebSocket', 'TCP'] as const) {
      it(`is let in with ${auth} over ${transport} and REST`, async () => {
        await deployAccount({ auth, url: transport === 'TCP' ? simulator.tcpUrl : simulator.socketUrl });
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
    await deployAccount({
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
    const tested = await testConnection({
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
    await deployAccount({ restUrl: server.url, projectParameter: 'iTwinId' });
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
      await runtime.deploy(flow({}, { auth }), { account: credentials });
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
      await deployAccount(properties);
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', wanted);
    });
  }

  it('does not look at what another way of authorization needs', async () => {
    await deployAccount({ auth: 'apikey', imsUrl: '' });
    runtime.send('node', { operation: 'time' });
    assert.equal((await runtime.messages('out', 1)).length, 1);
  });

  it('warns once of each URL that credentials go to unencrypted, but not on this machine', async () => {
    const warnings = async (account: Record<string, unknown>): Promise<string[]> => {
      await deployAccount({ timeout: 1, ...account });
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

  it('brings its errors to the Catch nodes of its users, once', async () => {
    const two = [
      ...flow({}, { url: 'htp:/nonsense' }),
      { id: 'other', type: 'itwin-iot-query', z: 'flow', account: 'account' },
    ];
    await runtime.deploy(two, itwinCredentials(simulator));
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /itwin-iot-account "Site": "url" must be a URL/);
    await runtime.status('other', 'not configured');
    assert.equal(runtime.received('errors').length, 1);
  });
});
