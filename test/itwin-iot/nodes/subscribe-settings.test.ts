import { strict as assert } from 'node:assert';
import { IMPORT_SENSOR_ID, NODE_ID, OTHER_SENSOR_ID } from '../../../simulators/itwin-iot';
import { itwinCredentials } from '../../support/itwin';
import {
  deploy,
  flow,
  node,
  type Properties,
  runtime,
  sensor,
  simulate,
  simulator,
  start,
} from '../../support/itwin-node';
import { connected, observe, testSubscribe, timesOf } from '../../support/itwin-subscribe';
import { until } from '../../support/until';

describe('itwin-iot-subscribe', () => {
  testSubscribe();

  for (const [how, ids] of [
    ['an array', (given: string[]) => given],
    ['JSON text', (given: string[]) => JSON.stringify(given)],
    ['a text with commas', (given: string[]) => given.join(', ')],
  ] as const) {
    it(`takes the ids as ${how}, one subscription for each sensor`, async () => {
      await simulate();
      await deploy({ ids: ids([sensor(1), sensor(2), sensor(1)]) });
      await connected();
      assert.equal(simulator.counters.openSubscriptions, 2);
      observe(1, 1);
      observe(2, 2);
      const messages = await runtime.messages('out', 2);
      assert.deepEqual(messages.map(({ device }) => device).sort(), [sensor(1), sensor(2)]);
    });
  }

  it('subscribes in the project of the node', async () => {
    await simulate();
    const properties = { ids: [OTHER_SENSOR_ID], metric: 'Alignment_Left_SD', unit: 'millimeter' };
    await deploy({ ...properties, projectId: simulator.otherProject.id });
    await connected();
    simulator.append({ sensorId: OTHER_SENSOR_ID, values: { Alignment_Left_SD: 1, Alignment_Right_SD: 2 } });
    const [message] = await runtime.messages('out', 1);
    assert.deepEqual(Object.values(message?.payload as object), [1]);
  });

  it('leaves alone what is for a subscription to data only', async () => {
    await simulate();
    await deploy({ subscription: 'nodes', ids: [NODE_ID], params: { params: { type: 'json', value: '{' } } });
    await connected();
    assert.equal(simulator.counters.openSubscriptions, 1);
  });

  it('names what is missing or unset', async () => {
    await simulate();
    const cases: [Properties, RegExp][] = [
      [{ account: '' }, /no itwin-iot-account is chosen/],
      [{ ids: '' }, /data needs the parameter "sensors"/],
      [{ metric: '' }, /data needs the parameter "metric"/],
      [{ unit: '' }, /data needs the parameter "unit"/],
      [{ metric: '${FARFIELD_UNSET}' }, /environment variable FARFIELD_UNSET, named in "metric", is not set/],
      [{ subscription: 'nodes', ids: '[]' }, /nodes needs the parameter "nodes"/],
      [{ params: { params: { type: 'json', value: '{"AZIMUTH_XY": 90}' } } }, /"value".*AZIMUTH_XY/],
    ];
    const wrong = cases.map(([properties], index) => node({ ...properties, id: `wrong-${index}` }));
    await runtime.deploy([...flow(), ...wrong], itwinCredentials(simulator));
    const errors = await runtime.errors('errors', cases.length);
    for (const [index, [, wanted]] of cases.entries()) {
      const told = errors.filter(({ source }) => source.id === `wrong-${index}`);
      assert.equal(told.length, 1);
      assert.match(told[0]?.message ?? '', wanted);
      await runtime.status(`wrong-${index}`, 'not configured');
    }
    await connected();
    assert.equal(runtime.received('errors').length, cases.length);
  });

  it('hands metric parameters on', async () => {
    await start({ params: { params: { type: 'json', value: '{"dt": {"value": 604800}}' } } });
    await connected();
    const call = simulator.counters.recentCalls.find(({ method }) => method === 'subscribeData');
    assert.deepEqual((call as { params: { params: object } }).params.params, { dt: { value: 604800 } });
  });

  it('takes a sensor of another connection', async () => {
    await start({ ids: IMPORT_SENSOR_ID, metric: 'temperature', unit: 'degree Celsius' });
    await connected();
    simulator.append({ sensorId: IMPORT_SENSOR_ID, values: { humidity: 1, temperature: 2 } });
    const [message] = await runtime.messages('out', 1);
    assert.deepEqual(Object.values(message?.payload as object), [2]);
  });

  it('shares one socket, and a node that closes ends its subscriptions and leaves those of the other', async () => {
    await simulate();
    await runtime.deploy([...flow(), node({ id: 'other', ids: sensor(2) })], itwinCredentials(simulator));
    await connected();
    await runtime.status('other', 'connected');
    assert.equal(simulator.counters.connections, 1);
    assert.equal(simulator.counters.openSubscriptions, 2);
    await runtime.node('other').close(true);
    await until('its subscription has ended', () => simulator.counters.openSubscriptions === 1);
    const time = observe(1);
    observe(2, 2);
    await runtime.messages('out', 1);
    assert.deepEqual(timesOf(sensor()), [time]);
    assert.equal(simulator.counters.openConnections, 1);
  });
});
