import assert from 'node:assert/strict';
import { IMPORT_SENSOR_ID, type ItwinSimulator } from '../../simulators/itwin-iot/index';
import { RpcClient, seconds, simulate, stopAll, TRANSPORTS, until } from './itwin-iot-support';

const times = seconds('2026-03-01T12:00:00.000Z', 5);

for (const transport of TRANSPORTS) {
  describe(`data subscriptions of iTwin IoT over ${transport}`, () => {
    let simulator: ItwinSimulator;
    let client: RpcClient;
    const sensor = (mote = 1) => simulator.sensorIds[mote - 1] ?? '';
    const observe = (index: number, mote = 1) =>
      simulator.append({ sensorId: sensor(mote), timestamp: times[index], values: { RH: 40 + index, T: 20 + index } });

    async function start(options = {}): Promise<void> {
      simulator = await simulate(options);
      client = await RpcClient.authenticated(simulator, transport);
    }

    /** Subscribes and returns the id once the first answer came. */
    async function subscribe(more: object = {}): Promise<number> {
      const id = client.request('subscribeData', { sensors: [sensor()], metric: 'T', unit: 'C', ...more });
      await client.until(() => client.answersTo(id).length > 0);
      return id;
    }

    afterEach(stopAll);

    it("answer with the request's own id as subscriptionId, and then with each new observation", async () => {
      await start();
      observe(0);
      const id = await subscribe();
      observe(1);
      observe(2);
      await client.until(() => client.updates(id).length === 2);
      assert.deepEqual(
        client.answersTo(id).map(({ result }) => result),
        [{ subscriptionId: id }, { data: { [times[1] ?? '']: 21 } }, { data: { [times[2] ?? '']: 22 } }],
      );
    });

    it('come in the metric and unit asked for', async () => {
      await start();
      observe(0);
      const kelvin = await subscribe({ unit: 'K' });
      const difference = await subscribe({ metric: 'dT', params: { ZERO_DATE: { value: times[0] } } });
      observe(2);
      await client.until(() => client.updates(difference).length === 1 && client.updates(kelvin).length === 1);
      assert.deepEqual(client.updates(kelvin), [{ [times[2] ?? '']: 295.15 }]);
      assert.deepEqual(client.updates(difference), [{ [times[2] ?? '']: 2 }]);
    });

    it('name no sensor when they follow several', async () => {
      await start();
      const id = await subscribe({ sensors: [sensor(1), sensor(2)] });
      observe(1, 2);
      observe(3, 1);
      await client.until(() => client.updates(id).length === 2);
      const updates = client.texts.slice(-2).join('');
      assert.doesNotMatch(updates, /sensor/);
    });

    it('are independent: two of the same sensor, and one of each of two connections', async () => {
      await start();
      const other = await RpcClient.authenticated(simulator, transport);
      const first = await subscribe();
      const second = await subscribe({ unit: 'F' });
      const third = other.request('subscribeData', { sensors: [sensor()], metric: 'RH', unit: '%' });
      await other.until(() => other.answersTo(third).length === 1);
      observe(0);
      await client.until(() => client.updates(first).length + client.updates(second).length === 2);
      await other.until(() => other.updates(third).length === 1);
      assert.equal(simulator.counters.openSubscriptions, 3);
      assert.equal(simulator.counters.updates, 3);
    });

    it('end with unsubscribeData and their subscriptionId', async () => {
      await start();
      const ended = await subscribe();
      const going = await subscribe();
      await client.result('unsubscribeData', { id: ended });
      observe(0);
      await client.until(() => client.updates(going).length === 1);
      assert.deepEqual(client.updates(ended), []);
      assert.equal(simulator.counters.openSubscriptions, 1);
      assert.ok((await client.call('unsubscribeData', { id: ended })).error);
      assert.ok((await client.call('unsubscribeNodes', { id: going })).error);
    });

    it('end with their connection', async () => {
      await start();
      await subscribe();
      client.destroy();
      await until(() => simulator.counters.openSubscriptions === 0);
      observe(0);
      assert.equal(simulator.counters.subscriptions, 1);
      assert.equal(simulator.counters.updates, 0);
    });

    it('are refused for an unknown sensor, metric or unit, and without a sensor', async () => {
      await start();
      const good = { sensors: [sensor()], metric: 'T', unit: 'C' };
      for (const wrong of [
        { ...good, sensors: [sensor(), 'nobody'] },
        { ...good, sensors: [] },
        { ...good, metric: 'P_raw' },
        { ...good, unit: 'Pa' },
        { ...good, unit: undefined },
      ]) {
        assert.ok((await client.call('subscribeData', wrong)).error);
      }
      assert.equal(simulator.counters.subscriptions, 0);
    });

    it('carry what clients upload, and getData has it, too', async () => {
      await start();
      const id = await subscribe({ sensors: [IMPORT_SENSOR_ID], metric: 'humidity', unit: 'percent' });
      const observation = (index: number) => ({
        sensorId: IMPORT_SENSOR_ID,
        timestamp: times[index],
        values: { humidity: 50 + index, temperature: 20, more: 1 },
      });
      const data = [observation(0), observation(1)];
      assert.deepEqual(await client.result('uploadData', { data }), { successfullyProcessedObs: 2 });
      await client.until(() => client.updates(id).length === 2);
      const points = await client.data({ sensor: IMPORT_SENSOR_ID, metric: 'humidity', unit: 'percent' });
      assert.deepEqual(points, { [times[0] ?? '']: 50, [times[1] ?? '']: 51 });
      assert.deepEqual(Object.assign({}, ...client.updates(id)), points);
      assert.deepEqual(
        simulator.counters.received,
        data.map((one) => ({ ...one, via: 'socket' })),
      );
    });

    it('carry 50,000 observations made at once, each once and in order', async () => {
      await start();
      const id = await subscribe({ metric: 'RH', unit: '%' });
      simulator.burst(50_000);
      await client.until(() => client.texts.length === 50_002);
      const seen = client.updates(id).map((data) => Object.keys(data)[0]);
      assert.deepEqual(
        seen,
        simulator.observations(sensor()).map(({ timestamp }) => timestamp),
      );
      assert.equal(new Set(seen).size, 50_000);
    });

    it('may be many on one connection', async () => {
      await start();
      const warnings: Error[] = [];
      const warn = (warning: Error) => warnings.push(warning);
      process.on('warning', warn);
      const ids: number[] = [];
      for (let mote = 0; mote < 200; mote += 1) ids.push(await subscribe({ sensors: [sensor(1 + (mote % 4))] }));
      simulator.burst(20, sensor(2));
      await client.until(() => client.texts.length === 1 + 200 + 50 * 20);
      assert.ok(ids.every((id, index) => client.updates(id).length === (index % 4 === 1 ? 20 : 0)));
      await new Promise(setImmediate);
      process.off('warning', warn);
      assert.deepEqual(warnings, []);
    });

    it('carry several observations in one update when told', async () => {
      await start({ updateSize: 100 });
      const id = await subscribe();
      simulator.burst(250);
      await client.until(() => client.updates(id).length === 3);
      assert.deepEqual(
        client.updates(id).map((data) => Object.keys(data).length),
        [100, 100, 50],
      );
    });

    it('carry the real readings live', async () => {
      await start({ live: true, speed: 500 });
      const id = await subscribe({ metric: 'RH', unit: '%' });
      await client.until(() => client.updates(id).length >= 20);
      const made = new Map(simulator.observations(sensor()).map(({ timestamp, values }) => [timestamp, values.RH]));
      for (const data of client.updates(id)) {
        for (const [time, value] of Object.entries(data)) assert.equal(value, made.get(time));
      }
    });

    it('answer with {} or not at all before the first update, when told', async () => {
      await start({ subscribeReply: 'empty' });
      assert.deepEqual(client.answersTo(await subscribe())[0]?.result, {});
      await stopAll();
      await start({ subscribeReply: 'none' });
      const id = client.request('subscribeData', { sensors: [sensor()], metric: 'T', unit: 'C' });
      await client.call('time');
      assert.deepEqual(client.answersTo(id), []);
      observe(0);
      await client.until(() => client.updates(id).length === 1);
    });
  });
}

describe('uploadData of iTwin IoT', () => {
  afterEach(stopAll);

  const observation = (more: object) => ({
    sensorId: IMPORT_SENSOR_ID,
    timestamp: times[0],
    values: { humidity: 50, temperature: 20 },
    ...more,
  });

  it('counts only what was inserted: a known sensor, and a number for each raw metric', async () => {
    const simulator = await simulate();
    const client = await RpcClient.authenticated(simulator);
    const data = [
      observation({}),
      observation({ sensorId: 'nobody' }),
      observation({ values: { humidity: 50 } }),
      observation({ timestamp: times[1], values: { humidity: '50', temperature: 20 } }),
    ];
    assert.deepEqual(await client.result('uploadData', { data }), { successfullyProcessedObs: 1 });
    assert.equal(simulator.observations(IMPORT_SENSOR_ID).length, 1);
    assert.equal(simulator.counters.received.length, 1);
  });

  it('refuses a list with an observation that lacks a field', async () => {
    const simulator = await simulate();
    const client = await RpcClient.authenticated(simulator);
    for (const data of [undefined, [], [observation({ timestamp: undefined })], [observation({ timestamp: 'now' })]]) {
      assert.ok((await client.call('uploadData', { data })).error);
    }
    assert.deepEqual(simulator.observations(), []);
  });

  it('replaces the observation of a time that is there and counts it, or, when told, neither', async () => {
    for (const duplicates of ['replace', 'ignore'] as const) {
      const simulator = await simulate({ duplicates });
      const client = await RpcClient.authenticated(simulator);
      await client.result('uploadData', { data: [observation({})] });
      const again = observation({ values: { humidity: 51, temperature: 21 } });
      const { successfullyProcessedObs } = await client.result('uploadData', { data: [again] });
      assert.equal(successfullyProcessedObs, duplicates === 'replace' ? 1 : 0);
      assert.deepEqual(
        simulator.observations(IMPORT_SENSOR_ID).map(({ values }) => values.humidity),
        [duplicates === 'replace' ? 51 : 50],
      );
    }
  });

  it('wants the scope sensor-data:modify of a token', async () => {
    const simulator = await simulate();
    const client = await RpcClient.open(simulator, 'ws');
    await client.result('authenticate', { code: simulator.issueToken({ scopes: ['sensor-data:read'] }) });
    assert.ok((await client.call('uploadData', { data: [observation({})] })).error);
    assert.ok((await client.call('getNodes')).result);
  });
});
