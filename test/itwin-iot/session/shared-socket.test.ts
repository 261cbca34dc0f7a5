import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import type { PlatformError } from '../../../nodes/core/errors';
import type { StreamDetail, StreamState } from '../../../nodes/core/stream/supervisor';
import type { SharedSocket } from '../../../nodes/itwin-iot/client/session/socket';
import { type ItwinSimulator, startItwinSimulator } from '../../../simulators/itwin-iot';
import { fakeClock } from '../../support/clock';
import { type itwinSettings, itwinSocket, nextSession } from '../../support/itwin';
import { type RpcServer, serveRpc } from '../../support/rpc-server';
import { until } from '../../support/until';

describe('the shared socket', () => {
  let simulator: ItwinSimulator;
  let socket: SharedSocket;
  let server: RpcServer | undefined;

  beforeEach(async () => {
    simulator = await startItwinSimulator({ live: false });
  });
  afterEach(async () => {
    sinon.restore();
    await socket.close();
    await server?.close();
    server = undefined;
    await simulator.stop();
  });

  const open = (changes: Partial<ReturnType<typeof itwinSettings>> = {}): void => {
    socket = itwinSocket({ url: simulator.socketUrl, ...changes });
  };
  const listen = (): { states: [StreamState, StreamDetail][]; outages: PlatformError[] } => {
    const states: [StreamState, StreamDetail][] = [];
    const outages: PlatformError[] = [];
    socket.use({
      onState: (state, detail) => states.push([state, detail]),
      onOutage: (error) => outages.push(error),
    });
    return { states, outages };
  };

  it('is opened once for many requests and closed a minute after the last', async () => {
    const clock = fakeClock(Date.now());
    open({ keepalive: 0 });
    for (let n = 0; n < 3; n++) {
      await socket.request('time', undefined);
      clock.tick(59_000);
    }
    assert.equal(simulator.counters.connections, 1);
    assert.equal(simulator.counters.openConnections, 1);
    clock.tick(1000);
    clock.restore();
    await until('no connection', () => simulator.counters.openConnections === 0);
    await socket.request('time', undefined);
    assert.equal(simulator.counters.connections, 2);
  });

  it('stays for its users when requests are over, and goes with the last of them', async () => {
    const clock = fakeClock(Date.now());
    open({ keepalive: 0 });
    const leave = socket.use({});
    await socket.request('time', undefined);
    clock.tick(120_000);
    clock.restore();
    await socket.request('time', undefined);
    assert.equal(simulator.counters.connections, 1);
    await leave();
    await until('no connection', () => simulator.counters.openConnections === 0);
  });

  it('dials no more once it is closed', async () => {
    open();
    await socket.request('time', undefined);
    await socket.close();
    await until('no connection', () => simulator.counters.openConnections === 0);
    await assert.rejects(socket.request('time', undefined), { code: 'CLOSED' });
    assert.equal(simulator.counters.connections, 1);
  });

  it('ends what is under way when it is closed', async () => {
    open({ timeout: 60_000 });
    simulator.faults.halfOpen({ method: 'getNodes' });
    const asked = socket.request('getNodes', {});
    await until('the request', () => simulator.counters.calls.getNodes === 1);
    const refused = assert.rejects(asked);
    await socket.close();
    await refused;
  });

  it('fails at the first failure when somebody waits, and within the time-out otherwise', async () => {
    open({ timeout: 1000 });
    await simulator.faults.refuse();
    const begin = Date.now();
    await assert.rejects(socket.request('time', undefined, { atOnce: true }), {
      code: 'ECONNREFUSED',
      operation: 'time',
    });
    assert.ok(Date.now() - begin < 500);
    await assert.rejects(socket.request('time', undefined, { atOnce: true }), { code: 'ECONNREFUSED' });
    await assert.rejects(socket.request('time', undefined), {
      message: /no answer to time .* within 1 s: cannot reach/,
    });
    assert.ok(Date.now() - begin >= 1000);
  });

  it('says with which status the platform refuses to connect, and how long it asks to wait', async () => {
    const busy = createServer((_, response) => response.end());
    busy.on('upgrade', (_, connection) =>
      connection.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n'),
    );
    busy.listen(0, '127.0.0.1');
    await once(busy, 'listening');
    open({ url: `ws://127.0.0.1:${(busy.address() as AddressInfo).port}`, timeout: 300 });
    await assert.rejects(socket.request('time', undefined), {
      message: /no answer to time .* within 0.3 s: .*503/,
      statusCode: 503,
      retryAfter: 7000,
      operation: 'time',
      retryable: true,
    });
    busy.closeAllConnections();
    busy.close();
  });

  it('waits longer and longer for a platform that lets it in and hangs up', async () => {
    sinon.stub(Math, 'random').returns(0.05);
    let let_in = 0;
    server = await serveRpc(() => {
      let_in++;
      setImmediate(() => server?.cut());
      return { result: { nextId: 1 } };
    });
    open({ url: server.url, retryMax: 60_000 });
    const { states, outages } = listen();
    await until('four failures', () => states.filter(([state]) => state === 'waiting').length >= 4);
    const waits = states.flatMap(([state, { retryIn }]) => (state === 'waiting' ? [retryIn] : []));
    assert.deepEqual(waits.slice(0, 4), [50, 100, 200, 400]);
    assert.equal(outages.length, 1);
    assert.ok(let_in >= 4);
  });

  it('waits shortly again once a connection has done some work', async () => {
    sinon.stub(Math, 'random').returns(0.05);
    open({ retryMax: 60_000 });
    const { states } = listen();
    for (let n = 0; n < 3; n++) {
      await socket.request('time', undefined);
      simulator.faults.cutConnections();
      await until('the failure', () => states.filter(([state]) => state === 'waiting').length === n + 1);
    }
    const waits = states.flatMap(([state, { retryIn }]) => (state === 'waiting' ? [retryIn] : []));
    assert.deepEqual(waits, [50, 50, 50]);
  });

  it('tells one of its users of answers that belong to no request, and not each of a flood', async () => {
    server = await serveRpc(() => ({ result: {} }));
    open({ url: server.url });
    const first = listen();
    const second = listen();
    await socket.request('time', undefined);
    for (let n = 0; n < 100; n++) server.say('{"error":{"message":"no idea"}}');
    server.say('nonsense');
    await socket.request('time', undefined);
    assert.deepEqual(
      first.outages.map(({ message }) => message),
      ['iTwin IoT refused: no idea'],
    );
    assert.deepEqual(second.outages, []);
    assert.equal(server.connections, 1);
  });

  it('ends what still waits for a connection when it is closed', async () => {
    await simulator.faults.refuse();
    open({ timeout: 60_000 });
    const request = socket.request('time', undefined);
    await socket.close();
    await assert.rejects(request, { code: 'CLOSED', operation: 'time' });
  }).timeout(2000);

  it('waits for one keep-alive answer at a time when the platform gives none', async () => {
    server = await serveRpc((method) => (method === 'authenticate' ? { result: {} } : undefined));
    open({ url: server.url, keepalive: 20 });
    const session = await nextSession(socket);
    const asked: AbortSignal[] = [];
    const { ping } = session;
    session.ping = (signal) => {
      asked.push(signal);
      // Updates of subscriptions keep the connection alive.
      server?.say('{"id":4711,"result":{"data":{}}}');
      return ping(signal);
    };
    await until('ten of them', () => asked.length >= 10);
    assert.equal(asked.filter(({ aborted }) => !aborted).length, 1);
    await socket.close();
    assert.ok(asked.every(({ aborted }) => aborted));
    assert.equal(server.connections, 1);
  });

  it('takes any welcome, and goes on counting where it names no number', async () => {
    for (const nextId of [null, 'x', {}, [], { toString: 1 }, undefined]) {
      const ids: number[] = [];
      server = await serveRpc((_, __, id) => {
        ids.push(id);
        return { result: { nextId } };
      });
      open({ url: server.url });
      await socket.request('time', undefined);
      assert.ok(Number.isSafeInteger(ids[1]), JSON.stringify(nextId));
      await socket.close();
      await server.close();
    }
    server = undefined;
  });
});
