import { strict as assert } from 'node:assert';
import { deploy, runtime, sensor, simulator, start, testItwinNode } from '../../support/itwin-node';
import { id, observe, sensorNamed, testSubscribe } from '../../support/itwin-subscribe';

const latest = (node: string): string => runtime.statuses(node).at(-1) ?? '';

describe('statuses of itwin-iot-subscribe', () => {
  testSubscribe();

  it('say that one of two sensors is unknown, in yellow, while the data of the other flows', async () => {
    await start({ ids: [sensorNamed(1), '/fn/unknown/sensor'] });
    await runtime.status(id(), 'only 1 of 2 sensors: there is no sensor');
    observe(7);
    await runtime.messages('out', 1);
    assert.ok(!runtime.statuses(id()).some((each) => /^(disconnected|refused)/.test(each)));
  });

  it('say which metric there is none of', async () => {
    await start({ metric: 'X' });
    await runtime.status(id(), 'refused: ');
    assert.match(latest(id()), /X/);
  });

  it('say that all of several sensors are refused', async () => {
    await start({ ids: ['/fn/unknown/1', '/fn/unknown/2'] });
    await runtime.status(id(), 'refused: there is no sensor');
  });
});

describe('statuses of itwin-iot-query', () => {
  testItwinNode('itwin-iot-query');

  it('say when the socket answered, and when a request that waits for it tries again', async () => {
    await start({ operation: 'getNodes' }, {}, { timeout: 3 });
    runtime.send('node', {});
    await runtime.status('node', 'answered ');
    await simulator.faults.refuse();
    runtime.send('node', {});
    await runtime.status('node', 'waiting, retry at ');
    await simulator.faults.listenAgain();
    await runtime.status('node', 'answered ');
  });
});

describe('statuses of itwin-iot-upload', () => {
  testItwinNode('itwin-iot-upload', () => ({ sensorId: sensor() }));

  it('say when it was recorded, and the code of what is no observation', async () => {
    await start();
    runtime.send('node', { payload: { RH: 40, T: 7 } });
    await runtime.status('node', 'recorded ');
    runtime.send('node', { payload: 'warm' });
    await runtime.status('node', 'INVALID_PARAMETER');
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /^the payload is a text of 4 characters; wanted e\.g\. /);
    runtime.send('node', { payload: { RH: 40, T: 7 } });
    await runtime.status('node', 'recorded ');
  });

  it('say that an upload is refused, though the platform is connected', async () => {
    await start();
    await deploy({ sensorId: '/fn/unknown/sensor' });
    runtime.send('node', { payload: { RH: 40, T: 7 } });
    await runtime.status('node', 'refused: iTwin IoT took 0 of 1 observations');
  });
});
