import { strict as assert } from 'node:assert';
import helper from 'node-red-node-test-helper';
import { type ItwinEdge, type ItwinSimulator, startItwinSimulator } from '../../../simulators/itwin-iot';
import { createFlowRuntime, type FlowRuntime } from '../../support/flow';
import { threadFlow, threadNode } from '../../support/thread';
import { until } from '../../support/until';

describe('itwin-iot-thread', () => {
  let runtime: FlowRuntime;
  let simulator: ItwinSimulator;
  let edge: ItwinEdge;

  before(async () => {
    runtime = await createFlowRuntime('itwin-iot');
    await new Promise<void>((resolve) => helper.startServer(() => resolve()));
  });
  beforeEach(async () => {
    simulator = await startItwinSimulator({ live: false });
    edge = simulator.edge;
  });
  afterEach(async () => {
    await runtime.stop();
    await until('no connection is left', () => edge.counters.openConnections === 0);
    await simulator.stop();
    delete process.env.FARFIELD_TEST_THREAD;
  });
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
    await runtime.dispose();
  });

  const form = () => ({ url: edge.url, wsUrl: edge.wsUrl, timeout: '5', retryMax: '1' });
  const test = async (properties: object): Promise<{ ok: boolean; message: string; code?: string }> => {
    await runtime.deploy([{ id: 'flow', type: 'tab' }]);
    const response = await helper.request().post('/itwin-iot-thread/test').send({ id: 'new', properties }).expect(200);
    return response.body;
  };

  it('tells the connect code when the dialog tests it', async () => {
    assert.deepEqual(await test(form()), { ok: true, message: '6C4F6D' });
  });

  it('reads ${ENV} in the unsaved values', async () => {
    process.env.FARFIELD_TEST_THREAD = edge.url;
    const result = await test({ ...form(), url: '${FARFIELD_TEST_THREAD}' });
    assert.equal(result.ok, true);
  });

  const failures: [what: string, properties: object, wanted: RegExp][] = [
    ['a URL that is none', { url: 'thread.local' }, /"url" must be a URL that begins with http:\/\/ or https:\/\//],
    [
      'a WebSocket URL that is none',
      { wsUrl: 'http://localhost/ws' },
      /"wsUrl" must be a URL that begins with ws:\/\/ or wss:\/\//,
    ],
    ['no WebSocket URL', { wsUrl: '' }, /"wsUrl" is empty/],
    [
      'an unset variable',
      { wsUrl: '${FARFIELD_UNSET}' },
      /environment variable FARFIELD_UNSET, named in "wsUrl", is not set/,
    ],
    ['a TLS configuration that is not there', { tls: 'nowhere' }, /TLS configuration does not exist/],
    ['a proxy that is not there', { proxy: 'nowhere' }, /proxy configuration does not exist/],
  ];
  for (const [what, properties, wanted] of failures) {
    it(`says what is wrong: ${what}`, async () => {
      const result = await test({ ...form(), ...properties });
      assert.equal(result.ok, false);
      assert.equal(result.code, 'INVALID_CONFIGURATION');
      assert.match(result.message, wanted);
    });
  }

  it('says what is wrong: the path, a web page, nobody there', async () => {
    const path = await test({ ...form(), url: edge.url.replace('/api', '/elsewhere') });
    assert.equal(path.code, 'NOT_FOUND');
    edge.faults.htmlPage();
    assert.match((await test(form())).message, /web page instead of data: is the URL of the account right/);
    await edge.faults.refuse();
    assert.match((await test(form())).message, /nothing listens there; is the server running/);
  });

  it('says which of both APIs fails', async () => {
    const socket = await test({ ...form(), wsUrl: edge.wsUrl.replace('/ws', '/elsewhere') });
    assert.equal(socket.ok, false);
    assert.equal(socket.code, 'NOT_FOUND');
    assert.match(socket.message, /^WebSocket API: .*elsewhere/);
    const rest = await test({ ...form(), url: edge.url.replace('/api', '/elsewhere') });
    assert.match(rest.message, /^REST API: /);
  });

  it('closes the WebSocket of the test at once', async () => {
    assert.equal((await test(form())).ok, true);
    assert.equal(edge.counters.connections, 2);
    await until('no connection is left', () => edge.counters.openConnections === 0);
  });

  it('disables its nodes with the reason, told once', async () => {
    const nodes = ['in', 'out', 'command'].map((kind) => ({ id: `node-${kind}`, type: `itwin-iot-thread-${kind}` }));
    await runtime.deploy(threadFlow(threadNode(edge, { url: '${FARFIELD_UNSET}' }), ...nodes));
    const [error] = await runtime.errors('errors', 1);
    assert.match(
      error?.message ?? '',
      /itwin-iot-thread "North": the environment variable FARFIELD_UNSET, named in "url"/,
    );
    for (const { id } of nodes) await runtime.status(id, 'not configured');
    runtime.send('node-out', { payload: 'x' });
    runtime.send('node-command', { operation: 'getTime' });
    const errors = await runtime.errors('errors', 3);
    assert.ok(errors.every(({ code }) => code === 'INVALID_CONFIGURATION'));
  });

  it('is missed by the nodes that need it', async () => {
    const nodes = ['in', 'out', 'command'].map((kind) => ({
      id: `node-${kind}`,
      type: `itwin-iot-thread-${kind}`,
      thread: '',
    }));
    await runtime.deploy(threadFlow(threadNode(edge), ...nodes));
    const errors = await runtime.errors('errors', 3);
    for (const { message } of errors) assert.match(message, /not configured: no itwin-iot-thread is chosen/);
  });
});
