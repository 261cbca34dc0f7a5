import { strict as assert } from 'node:assert';
import { NODE_ID } from '../../../simulators/itwin-iot';
import { RpcClient } from '../../simulators/itwin-iot-support';
import { deploy, flow, runtime, sensor, simulate, simulator, start } from '../../support/itwin-node';
import { connected, id, observe, testSubscribe, timesOf } from '../../support/itwin-subscribe';
import { until } from '../../support/until';

describe('itwin-iot-subscribe', () => {
  testSubscribe();

  for (const errorStyle of ['error', 'code'] as const) {
    it(`says once that a sensor is unknown (${errorStyle}), is never green, and heals when there is one`, async () => {
      const unknown = `${NODE_ID}/telosb/mote1/device/new/sensor`;
      await start({ ids: [unknown] }, { errorStyle });
      await runtime.status(id(), 'refused');
      const [error] = await runtime.errors('errors', 1);
      assert.match(error?.message ?? '', /there is no sensor/);
      assert.ok(error?.message.includes(unknown), 'names it');
      const tries = (): number => simulator.counters.calls.subscribeData ?? 0;
      const sofar = tries();
      await until('two more tries', () => tries() >= sofar + 2);
      assert.equal(runtime.received('errors').length, 1);
      assert.ok(!runtime.statuses(id()).includes('connected'));
      const other = await RpcClient.authenticated(simulator);
      const type = 'HUMIDITY_TEMPERATURE_SDE';
      await other.result('createSensor', { sensor: unknown, type, observationType: type });
      other.destroy();
      await connected();
      simulator.append({ sensorId: unknown, values: { RH: 40, T: 7 } });
      const [message] = await runtime.messages('out', 1);
      assert.deepEqual(Object.values(message?.payload as object), [7]);
    });
  }

  it('is not green before a refusal that comes late, and says it once', async () => {
    await simulate();
    simulator.faults.slow({ method: 'subscribeData', ms: 100 });
    await deploy({ ids: [`${NODE_ID}/telosb/mote1/device/new/sensor`] });
    await runtime.status(id(), 'refused');
    await until('tries', () => (simulator.counters.calls.subscribeData ?? 0) >= 3);
    await runtime.status(id(), 'refused');
    assert.ok(!runtime.statuses(id()).includes('connected'));
    assert.equal(runtime.received('errors').length, 1);
  });

  it('does not ask more and more often for what is refused', async () => {
    await start();
    await connected();
    observe(1);
    await runtime.messages('out', 1);
    await runtime.stop();
    simulator.faults.slow({ method: 'subscribeData', ms: 50 });
    simulator.faults.status({ method: 'subscribeData', status: 500 });
    simulator.faults.status({ method: 'getData', status: 500 });
    const { getData = 0, subscribeData = 0 } = simulator.counters.calls;
    await deploy();
    await until('five tries', () => (simulator.counters.calls.subscribeData ?? 0) >= subscribeData + 5);
    assert.ok((simulator.counters.calls.getData ?? 0) - getData <= 6, `${simulator.counters.calls.getData} getData`);
    assert.equal(runtime.received('errors').length, 1);
    simulator.faults.clear();
    const time = observe(2);
    await connected();
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(sensor()), [time]);
  });

  it('says unauthorized for a wrong key, once, without it, and tries slowly', async () => {
    await simulate();
    await runtime.deploy(flow({}, { retryMax: 60 }), { account: { apiKey: 'wrong-secret' } });
    await runtime.status(id(), 'unauthorized');
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'UNAUTHORIZED');
    assert.ok(!JSON.stringify(error).includes('wrong-secret'));
    assert.equal(simulator.counters.failedAuthentications, 1);
  });

  it('fetches a new token of IMS at once when the platform has forgotten the old one', async () => {
    await start({}, {}, { auth: 'ims', retryMax: 60 });
    await connected();
    assert.equal(simulator.counters.tokens, 1);
    await simulator.faults.restart({ downFor: 10 });
    const time = observe(1);
    await runtime.messages('out', 1);
    await connected();
    assert.deepEqual(timesOf(sensor()), [time]);
    assert.equal(simulator.counters.tokens, 2);
    assert.ok(!runtime.statuses(id()).includes('unauthorized'));
    const codes = runtime.received('errors').map(({ error }) => (error as unknown as { code: string }).code);
    assert.ok(!codes.includes('UNAUTHORIZED'), codes.join());
  });

  it('says unauthorized when the new token is refused too, and asks IMS for no more', async () => {
    await start({}, {}, { auth: 'ims', retryMax: 60 });
    await connected();
    simulator.faults.wrongCredentials({ path: '/socket' });
    simulator.faults.cutConnections();
    await runtime.status(id(), 'unauthorized');
    assert.equal(simulator.counters.failedAuthentications, 2);
    assert.equal(simulator.counters.tokens, 2);
  });
});
