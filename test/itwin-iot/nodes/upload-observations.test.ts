import { strict as assert } from 'node:assert';
import { seriesWriter, toSenml } from '../../../nodes/core/senml/pack';
import { IMPORT_SENSOR_ID } from '../../../simulators/itwin-iot';
import { RpcClient } from '../../simulators/itwin-iot-support';
import { serve } from '../../support/http';
import { also, deploy, runtime, simulate, simulator, start, testItwinNode } from '../../support/itwin-node';
import {
  arrived,
  numbers,
  observation,
  send,
  sendEach,
  timeOf,
  UNKNOWN,
  uploads,
  upTo,
} from '../../support/itwin-upload';
import { serveRpc } from '../../support/rpc-server';
import { until } from '../../support/until';

describe('itwin-iot-upload', () => {
  testItwinNode('itwin-iot-upload');

  const sensorsOf = (): unknown[] => simulator.counters.received.map(({ sensorId, values }) => [sensorId, values.T]);

  for (const via of ['socket', 'rest'] as const) {
    const operation = via === 'socket' ? 'uploadData' : 'uploadObservations';
    const answered = via === 'socket' ? { successfullyProcessedObs: 1 } : { status: 'ACCEPTED' };

    describe(`via ${via}`, () => {
      it('uploads an observation, gives the answer and is done', async () => {
        await start({ via });
        send(observation(1), { topic: 'mine' });
        const [answer] = await runtime.messages('out', 1);
        await runtime.messages('complete', 1);
        assert.deepEqual(arrived(), [observation(1)]);
        assert.deepEqual(answer?.payload, answered);
        assert.equal(answer?.operation, operation);
        assert.equal(answer?.statusCode, via === 'socket' ? undefined : 202);
        assert.equal(answer?.topic, 'mine');
        assert.equal(simulator.counters.received[0]?.via, via);
        await until('how it went', () => /^recorded \d/.test(runtime.statuses('node').at(-1) ?? ''));
      });

      it('takes the sensor of a bare object from the dialog, else from msg.params', async () => {
        await start({ via, sensorId: '$lookup({"7": sensor}, device)', sensorIdType: 'jsonata' });
        const [first, second, third] = simulator.sensorIds as [string, string, string];
        send({ T: 1, RH: 1 }, { device: '7', sensor: first, params: { sensorId: second } });
        send({ T: 2, RH: 2 }, { device: third, params: { sensorId: second } });
        await runtime.messages('out', 2);
        assert.deepEqual(sensorsOf(), [
          [first, 1],
          [second, 2],
        ]);
        assert.ok(simulator.counters.received.every(({ timestamp }) => Date.parse(timestamp) <= Date.now()));
      });

      it('takes it from msg.device only where the dialog says nothing at all', async () => {
        await start({ via });
        const [first, second] = simulator.sensorIds as [string, string];
        send({ T: 1, RH: 1 }, { device: first, params: { sensorId: second } });
        send({ T: 2, RH: 2 }, { device: first });
        await runtime.messages('out', 2);
        assert.deepEqual(sensorsOf(), [
          [second, 1],
          [first, 2],
        ]);
      });

      it('takes the SenML pack of another platform for the sensor that a table in the dialog says', async () => {
        const table = `{"27435": "${IMPORT_SENSOR_ID}"}`;
        await start({ via, sensorId: `$lookup(${table}, device)`, sensorIdType: 'jsonata' });
        const values = { humidity: 40, temperature: 20 };
        const payload = toSenml({ platform: 'xdp', device: '27435', time: timeOf(1), values });
        send(payload, { device: '27435', contentType: 'application/senml+json' });
        await runtime.messages('out', 1);
        assert.deepEqual(arrived(), [{ sensorId: IMPORT_SENSOR_ID, timestamp: timeOf(1), values }]);
        send(payload, { device: '1' });
        const [error] = await runtime.errors('errors', 1);
        assert.match(error?.message ?? '', /needs the parameter "sensorId" \(SenML pack\)/);
      });

      it('takes a pack of several of its own sensors and times in one request', async () => {
        await start({ via, sensorId: UNKNOWN });
        const [first, second] = simulator.sensorIds as [string, string];
        const pack = [first, second].flatMap((device) =>
          toSenml({ platform: 'itwin-iot', device, time: timeOf(1), values: { T: 1, RH: 2 } }),
        );
        send(pack);
        await runtime.messages('out', 1);
        const values = { RH: 2, T: 1 };
        assert.deepEqual(arrived(first), [{ sensorId: first, timestamp: timeOf(1), values }]);
        assert.deepEqual(arrived(second), [{ sensorId: second, timestamp: timeOf(1), values }]);
        assert.equal(uploads(), 1);
      });

      const bad: [string, unknown, RegExp][] = [
        ['a text', 'hello', /the payload must be an observation/],
        ['no sensor', { T: 1 }, /needs the parameter "sensorId"/],
        ['points without a metric', { [timeOf(1)]: 5 }, /holds values by time/],
        [
          'a value that is none',
          [observation(1), { ...observation(2), values: { T: 'hot' } }],
          /"T" of \w+ \(item 2 of 2\) must be a number/,
        ],
      ];
      for (const [what, payload, words] of bad) {
        it(`refuses ${what} and sends nothing`, async () => {
          await start({ via });
          send(payload);
          const [error] = await runtime.errors('errors', 1);
          assert.equal(error?.code, 'INVALID_PARAMETER');
          assert.match(error?.message ?? '', words);
          assert.equal(uploads(), 0);
        });
      }

      it('gives what getData and a subscription then show', async () => {
        await start({ via, batchSize: 3, batchTime: 60_000 });
        const [sensor] = simulator.sensorIds as [string];
        const client = await RpcClient.authenticated(simulator);
        try {
          const series = { metric: 'T', unit: 'C' };
          const subscription = client.request('subscribeData', { sensors: [sensor], ...series });
          await client.until(() => client.answersTo(subscription).length > 0);
          for (const n of upTo(3)) send({ sensorId: sensor, timestamp: timeOf(n), values: { T: n, RH: 40 } });
          await runtime.messages('complete', 3);
          const points = Object.fromEntries(upTo(3).map((n) => [timeOf(n), n]));
          await client.until(() => client.updates(subscription).length === 3);
          assert.deepEqual(Object.assign({}, ...client.updates(subscription)), points);
          assert.deepEqual(await client.data({ sensor, ...series }), points);
        } finally {
          client.destroy();
        }
      });

      it('takes back what a query gives as SenML', async () => {
        await start({ via });
        const points = { [timeOf(1)]: 1, [timeOf(2)]: 2 };
        const names = { platform: 'itwin-iot', device: IMPORT_SENSOR_ID };
        const packs = ['humidity', 'temperature'].flatMap((name) => seriesWriter({ ...names, name })(points));
        send(packs);
        await runtime.messages('complete', 1);
        assert.deepEqual(arrived(), [
          { ...observation(1), values: { humidity: 1, temperature: 1 } },
          { ...observation(2), values: { humidity: 2, temperature: 2 } },
        ]);
      });
    });
  }

  describe('via socket', () => {
    const via = 'socket';

    it('works over plain TCP as well', async () => {
      await simulate();
      await deploy({ via, batchSize: 10, batchTime: 60_000 }, { url: simulator.tcpUrl });
      sendEach(0, 10);
      await runtime.messages('complete', 10);
      assert.deepEqual(numbers(), upTo(10));
      assert.equal(simulator.counters.recentCalls.at(-1)?.transport, 'tcp');
    });

    it('names the project of the account, where it has one', async () => {
      const projects: unknown[] = [];
      await simulate();
      const platform = await serveRpc((method, params) => {
        if (method !== 'uploadData') return { result: { nextId: 1 } };
        projects.push((params as { projectIds?: unknown }).projectIds);
        return { result: { successfullyProcessedObs: 1 } };
      });
      also(platform);
      for (const projectId of ['', '60D90DF0B2BD096E970C2824']) {
        await deploy({ via: 'socket' }, { url: platform.url, projectId });
        send(observation(1));
        await runtime.messages('out', 1);
        await runtime.stop();
      }
      await deploy({ via: 'socket', projectId: 'own' }, { url: platform.url, projectId: 'other' });
      send(observation(0));
      await runtime.messages('complete', 1);
      assert.deepEqual(projects, [undefined, ['60D90DF0B2BD096E970C2824'], ['own']]);
    });

    it('uses one connection for all its uploads', async () => {
      await start({ via });
      for (const n of upTo(5)) {
        send(observation(n));
        await runtime.messages('complete', n + 1);
      }
      assert.equal(simulator.counters.connections, 1);
      assert.equal(simulator.counters.idsOutOfSequence, 0);
    });
  });

  describe('via REST', () => {
    const via = 'rest';

    it('sends a list of observations as the platform text has it', async () => {
      await start({ via });
      send([observation(1), observation(2)]);
      await runtime.messages('complete', 1);
      assert.deepEqual(arrived(), [observation(1), observation(2)]);
      assert.deepEqual(simulator.counters.requests, { 'POST /data/upload': 1 });
    });

    it('does not send again what was accepted in other words than JSON', async () => {
      await simulate();
      const server = also(
        await serve((_, response) => response.writeHead(202, { 'content-type': 'application/json' }).end('ACCEPTED')),
      );
      await deploy({ via, offline: 'memory' }, { restUrl: server.url });
      send(observation(1));
      const [answer] = await runtime.messages('out', 1);
      assert.equal(answer?.payload, 'ACCEPTED');
      assert.equal(server.seen.length, 1);
      assert.deepEqual(JSON.parse(server.seen[0]?.body ?? ''), { observations: [observation(1)] });
    });

    it('goes to the newer Sensor Data API with its own scope and Accept header', async () => {
      await simulate();
      const account = {
        restUrl: simulator.sensorDataUrl,
        auth: 'ims',
        scope: 'itwin-platform',
        accept: 'application/vnd.bentley.itwin-platform.v1+json',
      };
      await deploy({ via }, account);
      send(observation(1));
      await runtime.messages('complete', 1);
      assert.deepEqual(arrived(), [observation(1)]);
      assert.equal(simulator.counters.tokens, 1);
    });
  });

  it('refuses a way that there is not, by name', async () => {
    await start({ via: 'pigeon' });
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /"via" must be one of socket, rest, but is "pigeon"/);
    await runtime.status('node', 'not configured');
  });
});
