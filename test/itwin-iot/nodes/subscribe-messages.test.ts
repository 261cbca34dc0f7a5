import { strict as assert } from 'node:assert';
import { NODE_ID } from '../../../simulators/itwin-iot';
import { RpcClient } from '../../simulators/itwin-iot-support';
import { deploy, runtime, sensor, simulate, simulator, start, stored } from '../../support/itwin-node';
import { connected, id, observe, testSubscribe, timesOf } from '../../support/itwin-subscribe';
import { serveRpc } from '../../support/rpc-server';
import { until } from '../../support/until';

describe('itwin-iot-subscribe', () => {
  testSubscribe();

  it('hands on an observation as the platform writes it, with the fields every input node has', async () => {
    await start();
    await connected();
    const time = observe(21.5);
    const [message] = await runtime.messages('out', 1);
    const { _msgid, ...fields } = message ?? { _msgid: '' };
    assert.match(String(_msgid), /./);
    assert.deepEqual(fields, {
      payload: { [time]: 21.5 },
      topic: sensor(),
      device: sensor(),
      event: 'data',
      time,
    });
  });

  it('gives SenML packs with the unit of RFC 8428', async () => {
    await start({ output: 'senml' });
    await connected();
    const time = observe(21.5);
    const [message] = await runtime.messages('out', 1);
    assert.equal(message?.contentType, 'application/senml+json');
    assert.equal(message?.time, time);
    assert.deepEqual(message?.payload, [
      {
        bn: `urn:dev:itwin-iot:${sensor()}:`,
        bt: Date.parse(time) / 1000,
        n: 'T',
        u: 'Cel',
        v: 21.5,
      },
    ]);
  });

  it('gives values that a chart takes, with the name of the sensor once it is known', async () => {
    await start({ output: 'value' });
    await connected();
    observe(21);
    await runtime.messages('out', 1);
    await until('the name is known', () => {
      observe(21.5);
      return runtime.received('out').some(({ name }) => name !== undefined);
    });
    const message = runtime.received('out').find(({ name }) => name !== undefined) ?? { _msgid: '' };
    const { _msgid, time, timestamp, name, ...fields } = message;
    assert.deepEqual(fields, {
      payload: 21.5,
      topic: `${sensor()}/T`,
      device: sensor(),
      metric: 'T',
      unit: 'C',
      event: 'data',
    });
    assert.equal(timestamp, Date.parse(String(time)));
    assert.match(String(name), /\S/);
  });

  it('gives several points of one update as one message each', async () => {
    await start({}, { updateSize: 7 });
    await connected();
    simulator.burst(20, sensor());
    await runtime.messages('out', 20);
    assert.deepEqual(timesOf(sensor()), stored(sensor()));
  });

  for (const [kind, call, change] of [
    ['nodes', 'updateNode', { node: NODE_ID, props: { NAME: 'Renamed' } }],
    ['devices', 'updateDevice', { device: `${NODE_ID}/telosb/mote1/device`, props: { NAME: 'Renamed' } }],
    [
      'sensors',
      'updateSensor',
      { sensor: `${NODE_ID}/telosb/mote1/device/humidity-temperature/sensor`, props: { NAME: 'Renamed' } },
    ],
  ] as const) {
    it(`hands on changes of ${kind}, and those made while it was away as replayed`, async () => {
      const [, entity = ''] = Object.entries(change)[0] as [string, string];
      // The connection that falls silent is soon noticed.
      await start({ subscription: kind, ids: [entity], metric: '', unit: '' }, {}, { keepalive: 0.5 });
      await connected();
      const other = await RpcClient.authenticated(simulator);
      await other.result(call, change);
      const [live] = await runtime.messages('out', 1);
      assert.equal(nameIn(live), 'Renamed');
      assert.deepEqual(
        { topic: live?.topic, device: live?.device, event: live?.event, replayed: live?.replayed },
        { topic: entity, device: entity, event: kind, replayed: undefined },
      );
      await simulator.faults.refuse();
      await runtime.status(id(), 'waiting');
      await simulator.faults.listenAgain();
      simulator.faults.halfOpen({ method: `subscribe${kind[0]?.toUpperCase()}${kind.slice(1)}`, times: 1 });
      const again = await RpcClient.authenticated(simulator);
      await again.result(call, { ...change, props: { NAME: 'Meanwhile' } });
      simulator.faults.clear();
      other.destroy();
      await connected();
      const messages = await runtime.messages('out', 2);
      assert.equal(nameIn(messages[1]), 'Meanwhile');
      again.destroy();
      assert.equal(messages.length, 2);
    });
  }

  for (const subscribeReply of ['subscriptionId', 'empty', 'none'] as const) {
    it(`stands whatever the first answer is: ${subscribeReply}`, async () => {
      await start({}, { subscribeReply });
      await connected();
      const time = observe(1);
      await runtime.messages('out', 1);
      assert.deepEqual(timesOf(sensor()), [time]);
      assert.equal(runtime.received('errors').length, 0);
    });
  }

  it('takes 20,000 updates in a burst, complete and in order, while Node-RED stays responsive', async function () {
    this.timeout(60_000);
    await start();
    await connected();
    // What came in one turn of the event loop: all else that Node-RED does waits for so many.
    let seen = 0;
    let most = 0;
    const look = (): void => {
      const now = runtime.received('out').length;
      most = Math.max(most, now - seen);
      seen = now;
    };
    const pulse = setInterval(look, 0);
    simulator.burst(20_000, sensor());
    await runtime.messages('out', 20_000);
    clearInterval(pulse);
    assert.deepEqual(timesOf(sensor()), stored(sensor()));
    assert.ok(most < 5000, `the event loop handed on ${most} at a time`);
  });

  for (const transport of ['WebSocket', 'TCP'] as const) {
    it(`reports one broken update, and has it from the history in its place: ${transport}`, async () => {
      await simulate();
      await deploy({}, { url: transport === 'TCP' ? simulator.tcpUrl : simulator.socketUrl });
      await connected();
      simulator.faults.malformedFrame({ method: 'subscribeData', afterEvents: 2, times: 1 });
      simulator.burst(6, sensor());
      await runtime.messages('out', 6);
      assert.deepEqual(timesOf(sensor()), stored(sensor()));
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', /an answer of the socket API is not valid JSON/);
      assert.equal(simulator.counters.connections, 1);
      assert.match(runtime.statuses(id()).at(-1) ?? '', /^connected/);
    });
  }

  it('goes on whatever the platform says, and tells of it once', async () => {
    await simulate();
    let subscription = 0;
    const server = await serveRpc((method, _, each) => {
      if (method === 'subscribeData') subscription = each;
      return { result: method === 'getData' ? { requestStatus: 'finished' } : {} };
    });
    await deploy({}, { url: server.url });
    await connected();
    const update = (result: unknown): void => server.say(JSON.stringify({ id: subscription, result }));
    const wanted = Array.from({ length: 8 }, (_, n) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString());
    const nonsense = [null, 7, [], 'x', { data: null }, { data: [1] }, { data: { yesterday: 1 } }];
    wanted.forEach((time, index) => {
      update({ data: { [time]: index } });
      update({ data: { [time]: index } });
      update(nonsense[index]);
    });
    for (const text of ['null', '{', '[]', '{"id":{"toString":1},"result":1}', '{"error":{"message":{"a":1}}}'])
      server.say(text);
    const late = new Date(Date.UTC(2026, 0, 2)).toISOString();
    server.say(`{"id":${subscription},"result":{"data":{"__proto__":{"x":1},"${late}":"${'x'.repeat(1e6)}"}}}`);
    await runtime.messages('out', 9);
    assert.deepEqual(timesOf(sensor()), [...wanted, late]);
    const errors = await runtime.errors('errors', 2);
    await server.close();
    assert.equal(errors.length, 2);
    assert.match(errors[0]?.message ?? '', /an update is left out: it holds something other than values by time/);
    assert.match(errors[1]?.message ?? '', /an answer of the socket API is not an object/);
  });
});

/** The name of the entity that a message brings. */
function nameIn(message: unknown): string {
  return (message as { payload: { props: { NAME: string } } }).payload.props.NAME;
}
