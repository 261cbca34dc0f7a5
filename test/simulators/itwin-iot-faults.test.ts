import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { IMPORT_SENSOR_ID, type ItwinSimulator } from '../../simulators/itwin-iot/index';
import { RpcClient, rest, seconds, simulate, stopAll, TRANSPORTS, tokenForm, until } from './itwin-iot-support';

const refused = (error: Error) =>
  /ECONNREFUSED/.test(`${error.message} ${(error.cause as Error | undefined)?.message}`);
const upload = {
  data: [
    { sensorId: IMPORT_SENSOR_ID, timestamp: '2026-03-01T12:00:00.000Z', values: { humidity: 1, temperature: 2 } },
  ],
};

for (const transport of TRANSPORTS) {
  describe(`faults of the iTwin IoT socket API over ${transport}`, () => {
    let simulator: ItwinSimulator;
    let client: RpcClient;
    const times = seconds('2026-03-01T12:00:00.000Z', 20);
    const observe = (index: number) =>
      simulator.append({
        sensorId: simulator.sensorIds[0] ?? '',
        timestamp: times[index],
        values: { RH: 40, T: 20 + index },
      });
    const query = () => ({ sensor: simulator.sensorIds[0], metric: 'T', unit: 'C' });

    async function start(options = {}): Promise<void> {
      simulator = await simulate(options);
      client = await RpcClient.authenticated(simulator, transport);
    }

    async function subscribe(by = client): Promise<number> {
      const id = by.request('subscribeData', { sensors: [simulator.sensorIds[0]], metric: 'T', unit: 'C' });
      await by.until(() => by.answersTo(id).length === 1);
      return id;
    }

    afterEach(stopAll);

    it('refuse: the ports are closed, connections break, and all is well on the same ports later', async () => {
      await start();
      await simulator.faults.refuse();
      await client.ended();
      await assert.rejects(RpcClient.open(simulator, transport), refused);
      await assert.rejects(rest(simulator, 'GET', '/nodes/all'), refused);
      await simulator.faults.listenAgain();
      const again = await RpcClient.authenticated(simulator, transport);
      assert.ok(await again.result('time'));
      assert.equal((await rest(simulator, 'GET', '/nodes/all')).status, 200);
    });

    it('restart: subscriptions and tokens are gone, stored data and ids are there', async () => {
      await start();
      const token = simulator.issueToken();
      await subscribe();
      observe(0);
      const up = simulator.faults.restart({ downFor: 100 });
      await client.ended();
      assert.equal(simulator.counters.openSubscriptions, 0);
      observe(1);
      await up;
      const again = await RpcClient.open(simulator, transport);
      assert.ok((await again.call('time')).error, 'not authenticated');
      assert.ok((await again.call('authenticate', { code: token })).error, 'the token is forgotten');
      await again.result('authenticate', { code: simulator.apiKey });
      assert.deepEqual(await again.data(query()), { [times[0] ?? '']: 20, [times[1] ?? '']: 21 });
    });

    it('20 restarts in a row: what was observed meanwhile is in getData, each once', async () => {
      await start();
      for (let index = 0; index < 20; index += 1) {
        await subscribe();
        observe(index);
        const up = simulator.faults.restart();
        await client.ended();
        await up;
        client = await RpcClient.authenticated(simulator, transport);
      }
      assert.deepEqual(Object.keys(await client.data(query())), times);
      assert.equal(simulator.counters.connections, 21);
    });

    it('cut connections: they break, the ports stay open', async () => {
      await start();
      simulator.faults.cutConnections();
      await client.ended();
      assert.ok(await RpcClient.authenticated(simulator, transport));
    });

    it('half-open: open connections hear and say nothing any more, and stay open', async () => {
      await start();
      const id = await subscribe();
      simulator.faults.halfOpen({ path: '/socket' });
      simulator.faults.clear();
      client.request('time');
      observe(0);
      // What another connection gets after that shows that the dead one had its chance.
      const other = await RpcClient.authenticated(simulator, transport);
      const alive = await subscribe(other);
      observe(1);
      await other.until(() => other.updates(alive).length === 1);
      assert.deepEqual(client.updates(id), []);
      assert.equal(client.texts.length, 2);
      assert.equal(client.closeCode, undefined);
      assert.equal(simulator.counters.calls.time, undefined);
      client.destroy();
      await until(() => simulator.counters.openConnections === 1);
    });

    it('half-open: a new connection is accepted and never answered', async () => {
      await start();
      const armed = simulator.faults.halfOpen({ path: `/socket/${transport}`, times: 1 });
      const socket = connect(transport === 'ws' ? simulator.socketPort : simulator.tcpPort, '127.0.0.1');
      socket.on('data', () => assert.fail('it answered'));
      socket.write(
        transport === 'ws'
          ? 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
          : `{"jsonrpc":"2.0","id":0,"method":"authenticate","params":{"code":"${simulator.apiKey}"}}`,
      );
      await until(() => armed.fired === 1);
      assert.ok(await RpcClient.authenticated(simulator, transport));
      socket.destroy();
      await until(() => simulator.counters.openConnections === 1 + 1);
    });

    it('half-open: only the requests of a method, or only the updates, are never answered', async () => {
      await start();
      const id = await subscribe();
      simulator.faults.halfOpen({ method: 'getNodes' });
      simulator.faults.halfOpen({ method: 'subscribeData' });
      const unanswered = client.request('getNodes');
      observe(0);
      await client.call('time');
      await client.call('getDevices');
      assert.deepEqual(client.answersTo(unanswered), []);
      assert.deepEqual(client.updates(id), []);
    });

    it('wrong credentials: the right key is refused', async () => {
      await start();
      simulator.faults.wrongCredentials({ times: 2 });
      const other = await RpcClient.open(simulator, transport);
      const authenticate = () => other.call('authenticate', { code: simulator.apiKey });
      assert.ok((await authenticate()).error);
      assert.ok((await authenticate()).error);
      assert.ok((await authenticate()).result);
      assert.equal(simulator.counters.failedAuthentications, 2);
    });

    it('expired token: tokens are refused from now on, connections go on', async () => {
      await start();
      const token = simulator.issueToken();
      const other = await RpcClient.open(simulator, transport);
      await other.result('authenticate', { code: token });
      simulator.faults.expireTokens();
      assert.ok((await other.call('time')).result);
      const late = await RpcClient.open(simulator, transport);
      assert.match((await late.call('authenticate', { code: token })).error?.message ?? '', /expired/);
      assert.ok((await late.call('authenticate', { code: simulator.issueToken() })).result);
    });

    it('a status: requests are refused with it and not carried out', async () => {
      await start();
      simulator.faults.status({ status: 500, method: 'uploadData', times: 1 });
      assert.equal((await client.call('uploadData', upload)).error?.code, 500);
      assert.deepEqual(simulator.counters.received, []);
      assert.ok((await client.call('uploadData', upload)).result);
    });

    it('slow: each answer, each chunk and each update waits', async () => {
      await start({ chunkSize: 1 });
      for (const index of [0, 1, 2]) observe(index);
      simulator.faults.slow({ ms: 40 });
      const begin = performance.now();
      await client.data(query());
      assert.ok(performance.now() - begin >= 5 * 40 - 10);
    });

    it('a lost answer: the upload is carried out, and the connection breaks instead of the answer', async () => {
      await start();
      simulator.faults.loseAnswer({ times: 1, method: 'uploadData' });
      const id = client.request('uploadData', upload);
      await client.ended();
      assert.deepEqual(client.answersTo(id), []);
      assert.equal(simulator.counters.received.length, 1);
    });

    it('a lost answer: updates are not hit, they are no answers', async () => {
      await start();
      const id = await subscribe();
      simulator.faults.loseAnswer({ times: 1 });
      observe(0);
      await client.until(() => client.updates(id).length === 1);
      client.request('time');
      await client.ended();
    });

    it('cut mid-frame: so many whole answers, half of one, and then the connection breaks', async () => {
      await start({ chunkSize: 2 });
      for (const index of times.keys()) observe(index);
      simulator.faults.cutMidFrame({ afterEvents: 3 });
      const id = client.request('getData', query());
      await client.ended();
      assert.equal(client.answersTo(id).length, 3);
      if (transport === 'ws') assert.equal(client.closeCode, 1006);
      else assert.match(Buffer.concat(client.pieces).toString(), /\}\{"jsonrpc":"2\.0","id":\d+,"res[^}]*$/);
    });

    it('cut mid-frame: an update that is long enough for each kind of frame header', async () => {
      await start({ updateSize: 5000 });
      for (const count of [1, 100, 5000]) {
        simulator.faults.cutMidFrame({ times: 1, method: 'subscribeData', afterEvents: 1 });
        const other = await RpcClient.authenticated(simulator, transport);
        const id = await subscribe(other);
        simulator.burst(count);
        await other.ended();
        assert.equal(other.answersTo(id).length, 1);
      }
    });

    it('malformed frame: the JSON of one answer is broken, the ones behind it are whole', async () => {
      await start();
      const id = await subscribe();
      simulator.faults.malformedFrame({ times: 1, afterEvents: 1 });
      for (const index of [0, 1, 2]) observe(index);
      await client.until(() => client.texts.length === 5);
      assert.deepEqual(
        client.updates(id).map((data) => Object.keys(data)[0]),
        [times[0], times[2]],
      );
      assert.throws(() => JSON.parse(client.texts[3] ?? ''), SyntaxError);
    });

    it('oversized frame: one too many, of just so many bytes, with the id of the request', async () => {
      await start();
      const id = await subscribe();
      simulator.faults.oversizedEvent({ bytes: 3_000_000, method: 'subscribeData' });
      observe(0);
      await client.until(() => client.updates(id).length === 1);
      const [, , large] = client.texts;
      assert.equal(large?.length, 3_000_000);
      assert.equal(client.answersTo(id).length, 3);
    });

    it('frame faults without a method hit a connection once, those with one each request', async () => {
      await start();
      const broken = () => client.texts.filter((text) => text.startsWith('{"jsonrpc" ')).length;
      const ask = async () => {
        const answers = client.texts.length;
        client.request('time');
        client.request('time');
        await client.until(() => client.texts.length === answers + 2);
      };
      const byConnection = simulator.faults.malformedFrame();
      await ask();
      assert.deepEqual([byConnection.fired, broken()], [1, 1]);
      byConnection.clear();
      const byRequest = simulator.faults.malformedFrame({ method: 'time' });
      await ask();
      assert.deepEqual([byRequest.fired, broken()], [2, 3]);
    });
  });
}

describe('faults of the WebSocket handshake of iTwin IoT', () => {
  afterEach(stopAll);

  const problem = (simulator: ItwinSimulator) =>
    new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(simulator.socketUrl);
      socket.once('open', () => reject(new Error('it opened')));
      socket.once('error', (error) => resolve(error.message));
    });

  it('a status with Retry-After, and a captive portal', async () => {
    const simulator = await simulate();
    simulator.faults.tooManyRequests({ path: '/socket/ws', times: 1, retryAfter: 3 });
    assert.match(await problem(simulator), /429/);
    simulator.faults.htmlPage({ path: '/socket', times: 1 });
    assert.match(await problem(simulator), /200/);
    assert.ok(await RpcClient.authenticated(simulator, 'ws'));
  });

  it('slow: the handshake waits', async () => {
    const simulator = await simulate();
    simulator.faults.slow({ ms: 100, method: 'GET', path: '/socket/ws' });
    const begin = performance.now();
    await RpcClient.authenticated(simulator, 'ws');
    assert.ok(performance.now() - begin >= 95);
  });

  it('half-open: a dead WebSocket answers neither a ping nor a close', async () => {
    const simulator = await simulate();
    const client = await RpcClient.authenticated(simulator, 'ws');
    const socket = client.raw as WebSocket;
    simulator.faults.halfOpen();
    socket.on('pong', () => assert.fail('it answered the ping'));
    socket.ping();
    socket.close();
    simulator.faults.clear();
    const other = await RpcClient.authenticated(simulator, 'ws');
    for (let asked = 0; asked < 3; asked += 1) await other.call('time');
    assert.equal(client.closeCode, undefined);
  });
});

describe('faults of REST and IMS of iTwin IoT', () => {
  afterEach(stopAll);

  it('429 with Retry-After, 500, a web page, and a lost answer', async () => {
    const simulator = await simulate();
    const { faults } = simulator;
    const send = () => rest(simulator, 'POST', '/data/upload', { body: { observations: upload.data } });
    const bare = () =>
      fetch(`${simulator.url}/nodes/all`, { headers: { authorization: `ApiKey ${simulator.apiKey}` } });
    faults.tooManyRequests({ retryAfter: 7, times: 1, path: '/nodes' });
    const limited = await bare();
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    faults.status({ status: 500, times: 1 });
    assert.equal((await bare()).status, 500);
    faults.htmlPage({ times: 1 });
    assert.match(await (await bare()).text(), /^<!DOCTYPE html>/);
    faults.loseAnswer({ times: 1, path: '/data' });
    await assert.rejects(send());
    assert.equal(simulator.counters.received.length, 1);
    assert.equal((await send()).status, 202);
  });

  it('wrong credentials, expired and forgotten tokens', async () => {
    const simulator = await simulate();
    const { faults } = simulator;
    const authorization = `Bearer ${simulator.issueToken()}`;
    const status = async () => (await rest(simulator, 'GET', '/nodes/all', { authorization })).status;
    assert.equal(await status(), 200);
    faults.expireTokens();
    assert.equal(await status(), 401);
    faults.wrongCredentials({ times: 2 });
    assert.equal((await rest(simulator, 'GET', '/nodes/all')).status, 401);
    const ask = () => fetch(simulator.imsUrl, { method: 'POST', body: tokenForm(simulator) });
    assert.equal((await ask()).status, 400);
    assert.equal((await ask()).status, 200);
  });
});
