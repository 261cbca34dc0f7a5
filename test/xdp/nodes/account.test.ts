import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import helper from 'node-red-node-test-helper';
import { OBSERVATION_TOPIC, startXdpSimulator, type XdpSimulator } from '../../../simulators/xdp';
import { type FlowNode, xdpAccount, xdpCredentials } from '../../support/flow';
import { flowRuntime } from '../../support/flow-suite';
import { startProxy } from '../../support/http';
import { until } from '../../support/until';

describe('xdp-account', () => {
  let simulator: XdpSimulator;
  const runtime = flowRuntime('xdp', () => simulator.stop());

  before(() => new Promise<void>((resolve) => helper.startServer(() => resolve())));
  beforeEach(async () => {
    simulator = await startXdpSimulator({ live: false });
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('FARFIELD_TEST_')) delete process.env[name];
  });
  after(() => new Promise<void>((resolve) => helper.stopServer(() => resolve())));

  const flow = (account: Record<string, unknown> = {}, count = 1): FlowNode[] => [
    { id: 'flow', type: 'tab' },
    xdpAccount(simulator, account),
    ...Array.from({ length: count }, (_, index) => ({
      id: `events-${index}`,
      type: 'xdp-events',
      z: 'flow',
      account: 'account',
      stream: 'recordings',
      wires: [['out']],
    })),
    { id: 'out', type: 'helper', z: 'flow' },
    { id: 'catch', type: 'catch', z: 'flow', wires: [['errors']] },
    { id: 'errors', type: 'helper', z: 'flow' },
  ];
  const form = () => ({ url: simulator.url, namespace: simulator.namespace, timeout: '5', retryMax: '1' });
  const test = async (body: object): Promise<{ ok: boolean; message: string; code?: string }> => {
    const response = await helper.request().post('/xdp-account/test').send(body).expect(200);
    return response.body;
  };

  it('logs in once for all its nodes', async () => {
    await runtime.deploy(flow({}, 5), xdpCredentials(simulator));
    for (let index = 0; index < 5; index++) await runtime.status(`events-${index}`, 'connected');
    assert.equal(simulator.counters.logins, 1);
    assert.equal(simulator.counters.openStreams, 5);
  });

  it('sends the namespace with every request', async () => {
    // The simulator answers 400 to a request without it.
    await runtime.deploy(flow(), xdpCredentials(simulator));
    await runtime.status('events-0', 'connected');
    assert.ok(simulator.counters.recentRequests.every(({ status }) => status !== 400));
  });

  for (const loginReply of ['bare', 'quoted', 'object'] as const) {
    it(`understands a ${loginReply} reply to login`, async () => {
      await simulator.stop();
      simulator = await startXdpSimulator({ live: false, loginReply });
      await runtime.deploy(flow(), xdpCredentials(simulator));
      await runtime.status('events-0', 'connected');
    });
  }

  it('tests the unsaved values of the dialog', async () => {
    await runtime.deploy([{ id: 'flow', type: 'tab' }]);
    const result = await test({ id: 'new', properties: form(), credentials: { username: 'demo', password: 'demo' } });
    assert.equal(result.ok, true);
    assert.equal(result.message, 'Humidity and temperature');
  });

  it('tests with the stored password where the dialog has none of its own', async () => {
    await runtime.deploy(flow(), xdpCredentials(simulator));
    const result = await test({
      id: 'account',
      properties: form(),
      credentials: { username: 'demo', password: '__PWRD__' },
    });
    assert.equal(result.ok, true);
  });

  it('does not hand the stored password to another server', async () => {
    await runtime.deploy(flow(), xdpCredentials(simulator));
    const properties = { ...form(), url: simulator.url.replace('127.0.0.1', 'localhost') };
    const result = await test({ id: 'account', properties, credentials: { username: 'demo', password: '__PWRD__' } });
    assert.equal(result.ok, false);
    assert.match(result.message, /type the password again to use it there, or deploy first/);
    assert.equal(simulator.counters.logins <= 1, true);
  });

  it('does not carry the stored password through another proxy, or past another TLS configuration', async () => {
    const proxy = await startProxy();
    try {
      await runtime.deploy(
        [...flow(), { id: 'spy', type: 'helper', z: 'flow' }, { id: 'trusting', type: 'helper', z: 'flow' }],
        xdpCredentials(simulator),
      );
      // As core's nodes look to others.
      Object.assign(runtime.node('spy'), { type: 'http proxy', url: proxy.url, noproxy: [] });
      const addTLSOptions = (options: object): object => ({ ...options, rejectUnauthorized: false });
      Object.assign(runtime.node('trusting'), { type: 'tls-config', valid: true, addTLSOptions });
      for (const trust of [{ proxy: 'spy' }, { tls: 'trusting' }]) {
        const properties = { ...form(), ...trust };
        const result = await test({ id: 'account', properties, credentials: { username: 'demo' } });
        assert.equal(result.ok, false);
        assert.match(
          result.message,
          /the (proxy|TLS configuration) is not that of the deployed account: type the password/,
        );
        // Typed anew, it may go there.
        const typed = await test({ id: 'account', properties, credentials: { username: 'demo', password: 'demo' } });
        assert.doesNotMatch(typed.message, /type the password again/);
      }
      assert.equal(proxy.seen.filter((line) => line.includes('login')).length, 1, 'the typed one only');
    } finally {
      await proxy.close();
    }
  });

  it('takes no form of a web page', async () => {
    await runtime.deploy(flow(), xdpCredentials(simulator));
    await helper
      .request()
      .post('/xdp-account/test')
      .type('form')
      .send('id=account&properties[url]=http://x')
      .expect(415);
  });

  it('does not show what an environment variable holds', async () => {
    process.env.FARFIELD_TEST_SECRET = 'very-secret';
    await runtime.deploy([{ id: 'flow', type: 'tab' }]);
    const properties = { ...form(), url: '${FARFIELD_TEST_SECRET}' };
    const result = await test({ id: 'new', properties, credentials: { username: 'demo', password: 'demo' } });
    assert.equal(result.ok, false);
    assert.equal(JSON.stringify(result).includes('very-secret'), false);
  });

  const failures: [string, object, object, RegExp][] = [
    ['a wrong password', {}, { password: 'wrong-secret' }, /xDP refused the credentials/],
    ['an empty namespace', { namespace: '' }, {}, /"namespace" is empty/],
    [
      'a namespace the user may not see',
      { namespace: 'elsewhere' },
      {},
      /does not allow the account to do this \(HTTP 403\)/,
    ],
    ['a URL that is none', { url: 'xdp.example' }, {}, /"url" must be a URL that begins with http/],
    [
      'an unset environment variable',
      { namespace: '${FARFIELD_UNSET}' },
      {},
      /environment variable FARFIELD_UNSET, named in "namespace", is not set/,
    ],
    [
      'a TLS configuration that is not deployed',
      { tls: 'nowhere' },
      {},
      /TLS configuration does not exist or is not deployed yet/,
    ],
  ];
  for (const [what, properties, credentials, wanted] of failures) {
    it(`says what is wrong: ${what}`, async () => {
      await runtime.deploy([{ id: 'flow', type: 'tab' }]);
      const body = {
        id: 'new',
        properties: { ...form(), ...properties },
        credentials: { username: 'demo', password: 'demo', ...credentials },
      };
      const result = await test(body);
      assert.equal(result.ok, false);
      assert.match(result.message, wanted);
      assert.equal(JSON.stringify(result).includes('wrong-secret'), false);
    });
  }

  it('says what is wrong: nothing listens there', async () => {
    await runtime.deploy([{ id: 'flow', type: 'tab' }]);
    await simulator.faults.refuse();
    const result = await test({ id: 'new', properties: form(), credentials: { username: 'demo', password: 'demo' } });
    assert.equal(result.code, 'ECONNREFUSED');
    assert.match(result.message, /nothing listens there; is the server running, and is the URL of the account right/);
  });

  it('says what is wrong: something else than HTTP listens there', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.end('220 smtp.example ESMTP\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await runtime.deploy([{ id: 'flow', type: 'tab' }]);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const result = await test({
      id: 'new',
      properties: { ...form(), url },
      credentials: { username: 'demo', password: 'demo' },
    });
    server.close();
    assert.match(result.message, /does not speak HTTP/);
  });

  it('reads ${ENV} in the unsaved values', async () => {
    process.env.FARFIELD_TEST_NAMESPACE = simulator.namespace;
    await runtime.deploy([{ id: 'flow', type: 'tab' }]);
    const properties = { ...form(), namespace: '${FARFIELD_TEST_NAMESPACE}' };
    const result = await test({ id: 'new', properties, credentials: { username: 'demo', password: 'demo' } });
    assert.equal(result.ok, true);
  });

  it('lists end devices, their types and observation types of the deployed account', async () => {
    await runtime.deploy(flow(), xdpCredentials(simulator));
    const devices = await helper.request().get('/xdp-account/account/lists/end-devices').expect(200);
    assert.equal(devices.body.items.length, 4);
    assert.ok(
      devices.body.items.every(
        ({ value, label }: { value: string; label: string }) => /^\d+$/.test(value) && label !== '',
      ),
    );
    const types = await helper.request().get('/xdp-account/account/lists/observation-types').expect(200);
    assert.deepEqual(
      types.body.items.map(({ value }: { value: string }) => value),
      [OBSERVATION_TOPIC],
    );
  });

  it('has no list of an account that is not deployed, and none that is not one', async () => {
    await runtime.deploy(flow(), xdpCredentials(simulator));
    const nowhere = await helper.request().get('/xdp-account/nowhere/lists/end-devices').expect(404);
    assert.match(nowhere.body.message, /the account is not running: enable it, or deploy it again/);
    await helper.request().get('/xdp-account/account/lists/constructor').expect(404);
  });

  const listOfForm = (list: string, body: object) => helper.request().post(`/xdp-account/lists/${list}`).send(body);

  it('lists with the unsaved values of an account that is not deployed', async () => {
    await runtime.deploy([{ id: 'flow', type: 'tab' }]);
    const body = { id: 'new', properties: form(), credentials: { username: 'demo', password: 'demo' } };
    const devices = await listOfForm('end-devices', body).expect(200);
    assert.equal(devices.body.items.length, 4);
    await until('no connection is left', () => simulator.counters.openConnections === 0);
    await listOfForm('constructor', body).expect(404);
    const wrong = await listOfForm('end-devices', { ...body, credentials: { username: 'demo', password: 'x' } });
    assert.equal(wrong.status, 502);
    assert.equal(wrong.body.code, 'UNAUTHORIZED');
    const unnamed = await listOfForm('end-devices', { ...body, properties: { ...form(), namespace: '' } });
    assert.match(unnamed.body.message, /"namespace" is empty/);
  });

  it('lists with the stored password where it goes already, and nowhere else', async () => {
    await runtime.deploy(flow(), xdpCredentials(simulator));
    await runtime.status('events-0', 'connected');
    const { logins } = simulator.counters;
    const changed = { id: 'account', properties: { ...form(), timeout: '4' }, credentials: {} };
    assert.equal((await listOfForm('end-devices', changed).expect(200)).body.items.length, 4);
    assert.equal(simulator.counters.logins, logins + 1);
    const url = simulator.url.replace('127.0.0.1', 'localhost');
    const elsewhere = await listOfForm('end-devices', { ...changed, properties: { ...form(), url } });
    assert.equal(elsewhere.body.code, 'INVALID_CONFIGURATION');
    assert.match(elsewhere.body.message, /type the password again to use it there, or deploy first/);
    assert.equal(simulator.counters.logins, logins + 1);
  });

  it('takes no form of a web page for a list', async () => {
    await runtime.deploy(flow(), xdpCredentials(simulator));
    const posted = helper.request().post('/xdp-account/lists/end-devices').type('form').send('id=account');
    await posted.expect(415);
  });

  it('gives a diagnosis: versions, settings, states and errors, and no secret', async () => {
    await simulator.stop();
    simulator = await startXdpSimulator({ live: false, username: 'user-of-xdp', password: 'p@ss word/xdp' });
    const record = { id: 'record', type: 'xdp-record', z: 'flow', account: 'account', offline: 'memory' };
    await runtime.deploy([...flow(), { ...record, name: 'Upload', source: 'x' }], xdpCredentials(simulator));
    await runtime.status('events-0', 'connected');
    const diagnose = async (id: string): Promise<string> =>
      (await helper.request().get(`/xdp-account/${id}/diagnosis`).expect(200)).body.text;
    await simulator.faults.refuse();
    runtime.send('record', { payload: { nwkAddr: 7, data: { n: 1 } } });
    await runtime.errors('errors', 1);
    await runtime.status('record', 'queued');
    // As careless code would report it.
    runtime.node('record').error('refused: user-of-xdp:p@ss word/xdp', {} as never);
    const text = await diagnose('account');
    for (const wanted of [
      /^@farfield\/node-red-iot-platforms \d/,
      /Node-RED .*, Node\.js v\d+/,
      /xdp-account "Farm" \(account\)/,
      new RegExp(`url: ${simulator.url}`),
      /timeout: 5000/,
      /nodes: 2, client: open, outage: for \d+ s/,
      /requests: \d+ under way, \d+ waiting/,
      /xdp-record "Upload" \(record\)\n {2}status: queued 1/,
      /queue: 0 messages on disk, 1 in memory/,
      /\d{4}-.*Z ECONN\w+: cannot reach/,
    ]) {
      assert.match(text, wanted);
    }
    for (const secret of ['user-of-xdp', 'p@ss word', encodeURIComponent('p@ss word/xdp')]) {
      assert.ok(!text.includes(secret), secret);
    }
    assert.match(await diagnose('nowhere'), /the account is not running/);
    await simulator.faults.listenAgain();
  });

  it('tells in the log when an outage is over, and how long it was', async () => {
    await runtime.deploy(flow(), xdpCredentials(simulator));
    await runtime.status('events-0', 'connected');
    await simulator.faults.refuse();
    await runtime.errors('errors', 1);
    await simulator.faults.listenAgain();
    const logged = () =>
      helper
        .log()
        .getCalls()
        .map(({ args }) => String((args[0] as unknown as { msg: unknown }).msg));
    await until('the log tells', () => logged().some((line) => /^connected again after \d+ s$/.test(line)));
  });

  it('hides user name and password of its proxy in a diagnosis', async () => {
    await runtime.deploy(flow({ proxy: 'spy' }, 0), xdpCredentials(simulator));
    const account = runtime.node('account') as unknown as { settings?: object; problem?: unknown };
    const url = 'http://proxy-user:proxy%20password@proxy.example:3128/';
    Object.assign(account, { settings: { url: simulator.url, proxy: { url, noProxy: [] } }, problem: undefined });
    runtime.node('account').error('cannot reach proxy-user:proxy password@proxy.example', {} as never);
    const { text } = (await helper.request().get('/xdp-account/account/diagnosis').expect(200)).body;
    assert.match(text, /proxy: http:\/\/proxy\.example:3128/);
    assert.doesNotMatch(text, /proxy-user|proxy password|proxy%20password/);
  });

  it('leaves no connection when its last user has gone', async () => {
    await runtime.deploy(flow({}, 2), xdpCredentials(simulator));
    await runtime.status('events-0', 'connected');
    await runtime.status('events-1', 'connected');
    await helper.request().get('/xdp-account/account/lists/end-devices').expect(200);
    await runtime.deploy([{ id: 'flow', type: 'tab' }]);
    await until('no connection is left', () => simulator.counters.openConnections === 0);
    assert.equal(simulator.counters.openStreams, 0);
  });
});
