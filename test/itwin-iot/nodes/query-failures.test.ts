import { strict as assert } from 'node:assert';
import { serve } from '../../support/http';
import {
  also,
  ask,
  callsOf,
  deploy,
  fails,
  flow,
  runtime,
  series,
  simulate,
  simulator,
  start,
  testItwinNode,
} from '../../support/itwin-node';
import { until } from '../../support/until';

describe('itwin-iot-query', () => {
  testItwinNode('itwin-iot-query');

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
    await simulate();
    await runtime.deploy(flow({}, { retryMax: 60 }), { account: { apiKey: 'wrong-secret' } });
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
    await start({}, {}, { timeout: 5 });
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
      [403, 'FORBIDDEN', /does not allow the account to do this \(HTTP 403\)/],
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
});
