import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { RpcClient, simulate, stopAll, TRANSPORTS } from './itwin-iot-support';

for (const transport of TRANSPORTS) {
  describe(`the iTwin IoT socket API over ${transport}`, () => {
    afterEach(stopAll);

    it('answers authenticate with the id to go on from', async () => {
      const simulator = await simulate({ nextId: 7 });
      const client = await RpcClient.open(simulator, transport);
      assert.deepEqual(await client.call('authenticate', { code: simulator.apiKey }), {
        jsonrpc: '2.0',
        id: 0,
        result: { nextId: 7 },
      });
      assert.equal(simulator.counters.authentications, 1);
    });

    it('takes a token in place of the key', async () => {
      const simulator = await simulate();
      const client = await RpcClient.open(simulator, transport);
      assert.ok((await client.call('authenticate', { code: simulator.issueToken() })).result);
    });

    it('refuses a wrong key, a missing one and an expired token, and stays open', async () => {
      const simulator = await simulate();
      const client = await RpcClient.open(simulator, transport);
      const expired = simulator.issueToken({ lifetime: -1 });
      for (const params of [{ code: 'wrong' }, {}, undefined, { code: expired }]) {
        assert.ok((await client.call('authenticate', params)).error);
      }
      assert.equal(simulator.counters.failedAuthentications, 4);
      assert.ok((await client.call('authenticate', { code: simulator.apiKey })).result);
    });

    it('closes the connection after a refused authenticate when told', async () => {
      const simulator = await simulate({ closeOnRefusal: true });
      const client = await RpcClient.open(simulator, transport);
      assert.ok((await client.call('authenticate', { code: 'wrong' })).error);
      await client.ended();
    });

    it('refuses every request before authenticate', async () => {
      const simulator = await simulate();
      const client = await RpcClient.open(simulator, transport);
      for (const method of ['time', 'help', 'getNodes', 'getData', 'subscribeData', 'uploadData']) {
        assert.ok((await client.call(method, {})).error, method);
      }
      assert.equal(simulator.counters.openSubscriptions, 0);
    });

    it('takes requests that follow authenticate before its answer, and answers in that order', async () => {
      const simulator = await simulate();
      const client = await RpcClient.open(simulator, transport);
      const ids = [
        client.request('authenticate', { code: simulator.apiKey }),
        client.request('time'),
        client.request('getUnits', { metrics: ['T'] }),
      ];
      await client.until(() => client.answers.length === 3);
      assert.deepEqual(
        client.answers.map(({ id }) => id),
        ids,
      );
      assert.ok(client.answers.every(({ result }) => result));
    });

    it('answers an id of digits as a number, as in the text', async () => {
      const client = await RpcClient.authenticated(await simulate(), transport);
      client.send('{"jsonrpc":"2.0","method":"time","id":"2345"}');
      await client.until(() => client.answersTo(2345).length === 1);
    });

    it('counts requests whose id is not the next one', async () => {
      const simulator = await simulate();
      const client = await RpcClient.authenticated(simulator, transport);
      await client.call('time');
      assert.equal(simulator.counters.idsOutOfSequence, 0);
      client.send('{"jsonrpc":"2.0","method":"time","id":9}');
      await client.until(() => client.answersTo(9).length === 1);
      assert.equal(simulator.counters.idsOutOfSequence, 1);
    });

    it('answers no notification', async () => {
      const simulator = await simulate();
      const client = await RpcClient.authenticated(simulator, transport);
      client.send('{"jsonrpc":"2.0","method":"time"}');
      await client.call('time');
      assert.equal(client.answers.length, 2);
      assert.equal(simulator.counters.calls.time, 2);
    });

    it('tells the time and explains every method', async () => {
      const client = await RpcClient.authenticated(await simulate(), transport);
      const { time } = await client.result<{ time: string }>('time', {});
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      const help = await client.result<Record<string, { params: string[] }>>('help');
      assert.equal(Object.keys(help).length, 27);
      assert.deepEqual(help.subscribeData?.params, ['sensors', 'metric', 'unit', 'params', 'projectIds']);
    });

    it('refuses an unknown method and unknown params, with codes of JSON-RPC 2.0', async () => {
      const client = await RpcClient.authenticated(await simulate(), transport);
      assert.equal((await client.call('getEverything')).error?.code, -32601);
      assert.equal((await client.call('getNodes', { node: 'x' })).error?.code, -32602);
    });

    it('writes a refusal as result.code when told', async () => {
      const simulator = await simulate({ errorStyle: 'code' });
      const client = await RpcClient.authenticated(simulator, transport);
      const { error, result } = await client.call('getMetrics', {});
      assert.equal(error, undefined);
      assert.equal(result?.code, -32602);
      assert.equal(typeof result?.message, 'string');
    });

    it('says what is wrong with input that is no request, without an id', async () => {
      const client = await RpcClient.authenticated(await simulate(), transport);
      for (const text of ['{"jsonrpc":"1.0","method":"time","id":5}', '{"method":1}', '{"a" 1}']) {
        const before = client.texts.length;
        client.send(text);
        await client.until(() => client.texts.length > before);
        const answer = client.answers.at(-1) ?? assert.fail();
        assert.ok(answer.error);
        assert.equal('id' in answer, false);
      }
    });

    it('closes a connection the idle time after its last request', async () => {
      const client = await RpcClient.authenticated(await simulate({ idleTimeout: 0.3 }), transport);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const asked = performance.now();
      client.request('time');
      await client.ended();
      assert.ok(performance.now() - asked >= 295);
    });

    it('counts connections and keeps what was asked, but no key', async () => {
      const simulator = await simulate();
      const first = await RpcClient.authenticated(simulator, transport);
      const second = await RpcClient.authenticated(simulator, transport);
      await second.call('getUnits', { metrics: ['T'] });
      const { counters } = simulator;
      assert.equal(counters.connections, 2);
      assert.equal(counters.openConnections, 2);
      assert.deepEqual(
        counters.recentCalls.map(({ connection, transport: by, method, id, params }) => ({
          connection,
          by,
          method,
          id,
          params,
        })),
        [
          { connection: 1, by: transport, method: 'authenticate', id: 0, params: undefined },
          { connection: 2, by: transport, method: 'authenticate', id: 0, params: undefined },
          { connection: 2, by: transport, method: 'getUnits', id: 100, params: { metrics: ['T'] } },
        ],
      );
      first.destroy();
      second.destroy();
      while (counters.openConnections > 0) await new Promise(setImmediate);
      assert.equal(counters.connections, 2);
    });
  });
}

describe('the iTwin IoT socket API over a byte stream', () => {
  afterEach(stopAll);

  /** Requests for units of metrics nobody knows, with everything that may confuse a reader of brackets. */
  const requests = (ids: readonly number[]) =>
    ids.map((id) =>
      JSON.stringify({ jsonrpc: '2.0', id, method: 'getUnits', params: { metrics: ['∆ ] \\" }{ \\', '𝛥', 'T'] } }),
    );

  it('reads requests back to back that arrive byte by byte', async () => {
    const client = await RpcClient.authenticated(await simulate(), 'tcp');
    const socket = client.raw as Socket;
    for (const byte of Buffer.from(requests([5, 6]).join(''))) {
      socket.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    await client.until(() => client.answersTo(6).length === 1);
    assert.deepEqual(client.answersTo(5)[0]?.result, client.answersTo(6)[0]?.result);
  });

  it('reads many requests in one piece, blanks between them or not', async () => {
    const client = await RpcClient.authenticated(await simulate(), 'tcp');
    const ids = Array.from({ length: 200 }, (_, index) => 1000 + index);
    client.send([requests([...ids, 2000]).join(''), ...requests([2001])].join('\r\n \t'));
    await client.until(() => client.answersTo(2001).length === 1);
    assert.deepEqual(
      client.answers.slice(1).map(({ id }) => id),
      [...ids, 2000, 2001],
    );
  });

  it('answers what came before bytes that are no JSON, says so, and closes the connection', async () => {
    const client = await RpcClient.authenticated(await simulate(), 'tcp');
    client.send(`${requests([5]).join('')} GET / HTTP/1.1`);
    await client.ended();
    assert.equal(client.answersTo(5).length, 1);
    assert.equal(client.answers.at(-1)?.error?.code, -32700);
  });

  it('sends answers back to back with nothing between them', async () => {
    const client = await RpcClient.authenticated(await simulate(), 'tcp');
    client.send(requests([5, 6, 7]).join(''));
    await client.until(() => client.texts.length === 4);
    assert.equal(Buffer.concat(client.pieces).toString(), client.texts.join(''));
  });

  it('sends answers in pieces of so many bytes, through characters and from one answer into the next', async () => {
    const simulator = await simulate({ fragment: 7 });
    const client = await RpcClient.authenticated(simulator, 'tcp');
    const id = client.request('getMetrics', { sensors: [simulator.sensorIds[0]] });
    client.request('time');
    await client.until(() => client.texts.length === 3);
    assert.match(JSON.stringify(client.answersTo(id)), /"∆ Temperature"/);
    assert.ok(client.pieces.length > 10);
  });
});

describe('the iTwin IoT socket API over WebSocket', () => {
  afterEach(stopAll);

  it('sends a message in several frames when told', async () => {
    const simulator = await simulate({ fragment: 7 });
    const client = await RpcClient.authenticated(simulator, 'ws');
    assert.ok(await client.result('getMetrics', { sensors: [simulator.sensorIds[0]] }));
  });

  it('answers pings and closing handshakes', async () => {
    const client = await RpcClient.authenticated(await simulate(), 'ws');
    const socket = client.raw as WebSocket;
    const pong = once(socket, 'pong');
    socket.ping('here?');
    assert.equal(String((await pong)[0]), 'here?');
    socket.close(1000);
    assert.equal(await client.ended(), 1000);
  });

  it('is at the root only, and not for plain HTTP', async () => {
    const simulator = await simulate();
    const other = new WebSocket(`${simulator.socketUrl}api`);
    assert.match(((await once(other, 'error')) as [Error])[0].message, /404/);
    assert.equal((await fetch(simulator.socketUrl.replace('ws:', 'http:'))).status, 426);
  });
});
