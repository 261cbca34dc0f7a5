import assert from 'node:assert/strict';
import { readings, readingsByMote } from '../../simulators/core/readings';
import type { ItwinSimulator } from '../../simulators/itwin-iot/index';
import { RpcClient, seconds, simulate, stopAll } from './itwin-iot-support';

const close = (actual: unknown, expected: number) => assert.ok(Math.abs(Number(actual) - expected) < 1e-9, `${actual}`);

describe('getData of iTwin IoT', () => {
  let simulator: ItwinSimulator;
  let client: RpcClient;
  const times = seconds('2026-03-01T12:00:00.000Z', 10);
  const sensor = () => simulator.sensorIds[0] ?? '';

  /** Ten observations a second apart: temperatures 20 to 29 °C, humidities 40 to 49 %. */
  async function start(options = {}): Promise<void> {
    simulator = await simulate(options);
    client = await RpcClient.authenticated(simulator);
    for (const [index, timestamp] of times.entries()) {
      simulator.append({ sensorId: sensor(), timestamp, values: { RH: 40 + index, T: 20 + index } });
    }
  }

  const temperatures = (more: object = {}) => client.data({ sensor: sensor(), metric: 'T', unit: 'C', ...more });

  afterEach(stopAll);

  it('sends chunks of so many points, oldest first, and finished at the end', async () => {
    await start({ chunkSize: 4 });
    const id = client.request('getData', { sensor: sensor(), metric: 'T', unit: 'C' });
    await client.until(() => client.answersTo(id).length === 4);
    const results = client.answersTo(id).map(({ result }) => result);
    assert.deepEqual(results.pop(), { requestStatus: 'finished' });
    assert.deepEqual(
      results.map((result) => Object.keys(result?.data ?? {})),
      [times.slice(0, 4), times.slice(4, 8), times.slice(8)],
    );
    assert.deepEqual(results[0], { data: Object.fromEntries(times.slice(0, 4).map((time, at) => [time, 20 + at])) });
  });

  it('sends them newest first when told', async () => {
    await start({ chunkSize: 4, dataOrder: 'descending' });
    const id = client.request('getData', { sensor: sensor(), metric: 'T', unit: 'C', startDate: times[3] });
    await client.until(() => client.answersTo(id).length === 3);
    assert.deepEqual(
      client.answersTo(id).flatMap(({ result }) => Object.keys(result?.data ?? {})),
      times.slice(3).reverse(),
    );
  });

  it('sends finished alone when nothing is there', async () => {
    await start();
    const id = client.request('getData', { sensor: simulator.sensorIds[1], metric: 'T', unit: 'C' });
    await client.until(() => client.answersTo(id).length === 1);
    assert.deepEqual(client.answersTo(id)[0]?.result, { requestStatus: 'finished' });
  });

  it('converts to the unit asked for', async () => {
    await start();
    const first = async (metric: string, unit: string) =>
      Object.values(await client.data({ sensor: sensor(), metric, unit }))[0];
    close(await first('T', 'C'), 20);
    close(await first('T', 'K'), 293.15);
    close(await first('T', 'F'), 68);
    close(await first('RH', '%'), 40);
    close(await first('RH', 'ratio'), 0.4);
  });

  it('keeps to startDate and endDate, their own instant included or, when told, not', async () => {
    await start();
    const range = { startDate: times[2], endDate: times[5] };
    assert.deepEqual(Object.keys(await temperatures(range)), times.slice(2, 6));
    assert.deepEqual(Object.keys(await temperatures({ startDate: '2026-03-01T13:00:08.5+01:00' })), times.slice(9));
    await stopAll();
    await start({ datesInclusive: false });
    assert.deepEqual(Object.keys(await temperatures(range)), times.slice(3, 5));
  });

  it('gives the first or the last of a range, and no other number of them', async () => {
    await start();
    const limit = (name: string, size = 1) => ({ function: name, params: { size } });
    assert.deepEqual(Object.keys(await temperatures({ limit: limit('first') })), [times[0]]);
    assert.deepEqual(Object.keys(await temperatures({ limit: limit('last'), endDate: times[6] })), [times[6]]);
    await assert.rejects(temperatures({ limit: limit('last', 2) }), /limit/);
  });

  it('calculates a difference to ZERO_DATE, without an offset of its unit', async () => {
    await start();
    const differences = (params?: object) => client.data({ sensor: sensor(), metric: 'dT', unit: 'F', params });
    const values = Object.values(await differences({ ZERO_DATE: { value: times[4] } }));
    assert.deepEqual(
      values.map((value) => Math.round(Number(value) * 10) / 10),
      [-7.2, -5.4, -3.6, -1.8, 0, 1.8, 3.6, 5.4, 7.2, 9],
    );
    assert.equal(Object.values(await differences())[0], 0);
  });

  it('wants a mandatory metric parameter, and leaves out points it cannot calculate', async () => {
    await start();
    const changes = (params?: object) => client.data({ sensor: sensor(), metric: 'dT_dt', unit: 'C', params });
    await assert.rejects(changes(), /dt/);
    await assert.rejects(changes({ dt: 3 }), /params/);
    assert.deepEqual(await changes({ dt: { value: 3 } }), Object.fromEntries(times.slice(3).map((time) => [time, 3])));
  });

  it('refuses an unknown sensor, metric, unit, or date, and a missing one of the three it must have', async () => {
    await start();
    const good = { sensor: sensor(), metric: 'T', unit: 'C' };
    for (const wrong of [
      { ...good, sensor: '/fn/000000/node' },
      { ...good, metric: 'P_raw' },
      { ...good, unit: 'Pa' },
      { ...good, startDate: 'yesterday' },
      { ...good, unit: undefined },
      { ...good, metric: undefined },
    ]) {
      assert.ok((await client.call('getData', wrong)).error);
    }
  });

  it('orders by time whatever the order of arrival, and keeps one observation of a time', async () => {
    await start();
    const [late] = seconds('2026-03-01T11:59:00.000Z', 1);
    simulator.append({ sensorId: sensor(), timestamp: late, values: { RH: 1, T: 1 } });
    simulator.append({ sensorId: sensor(), timestamp: times[3], values: { RH: 2, T: 2 } });
    const points = await temperatures();
    assert.deepEqual(Object.keys(points), [late, ...times]);
    assert.equal(points[times[3] ?? ''], 2);
    assert.equal(simulator.observations(sensor()).length, 11);
  });

  it('gives raw values with getObservations: of one metric, or of all as an array', async () => {
    await start();
    const [one] = await client.chunks('getObservations', { sensor: sensor(), metric: 'RH', unit: '%' });
    assert.equal(one?.[times[0] ?? ''], 40);
    const [all] = await client.chunks('getObservations', { sensor: sensor(), endDate: times[0] });
    assert.deepEqual(all, { [times[0] ?? '']: [40, 20] });
    await assert.rejects(client.chunks('getObservations', { sensor: sensor(), metric: 'dT', unit: 'C' }), /dT/);
  });

  it('gives the first and the last observation with getObservationsSummary', async () => {
    await start();
    const summary = await client.result('getObservationsSummary', { sensor: sensor(), startDate: times[1] });
    assert.deepEqual(summary, {
      first: { sensorId: sensor(), timestamp: times[1], values: [41, 21] },
      last: { sensorId: sensor(), timestamp: times[9], values: [49, 29] },
    });
    assert.deepEqual(await client.result('getObservationsSummary', { sensor: simulator.sensorIds[1] }), {});
  });

  it('lists raw and all metrics of sensors and of types, and leaves out what is not there', async () => {
    await start();
    const sensors = [sensor(), '/fn/000000/node'];
    const ids = (metrics: unknown) => (metrics as { id: string }[]).map(({ id }) => id);
    const all = await client.result('getMetrics', { sensors });
    assert.deepEqual(Object.keys(all), [sensor()]);
    assert.deepEqual(ids(all[sensor()]), ['dT', 'dT_dt', 'RH', 'T']);
    assert.deepEqual((all[sensor()] as object[])[0], {
      id: 'dT',
      name: 'delta temperature',
      displayName: '∆ Temperature',
      defaultUnit: 'C',
      notation: '∆T',
      hidden: false,
      params: [
        { id: 'dt', mandatory: false },
        { id: 'START_DATE', mandatory: false },
        { id: 'ZERO_DATE', mandatory: false },
      ],
    });
    const raw = await client.result('getRawMetrics', { sensors, types: ['PRESSURE_SDE'] });
    assert.deepEqual(ids(raw[sensor()]), ['RH', 'T']);
    assert.deepEqual(ids(raw.PRESSURE_SDE), ['P_raw', 'T']);
  });

  it('lists the units of metrics', async () => {
    await start();
    const units = await client.result('getUnits', { metrics: ['T', 'cum_distance', 'nothing'] });
    assert.deepEqual(Object.keys(units), ['T', 'cum_distance']);
    assert.deepEqual((units.cum_distance as object[])[0], { id: 'm', name: 'meter', notation: 'm' });
  });

  it('has the real readings, 5 s apart, when told to store them', async () => {
    await start({ stored: 50 });
    const rows = readingsByMote(readings()).get(3)?.slice(0, 50);
    const points = await client.data({ sensor: simulator.sensorIds[2], metric: 'RH', unit: '%' });
    assert.deepEqual(
      Object.values(points),
      rows?.map(({ humidity }) => humidity),
    );
    const stamps = Object.keys(points).map((time) => Date.parse(time));
    assert.ok(stamps.slice(1).every((time, index) => time - (stamps[index] ?? 0) === 5000));
  });

  it('streams 100,000 points to a client that reads, other requests in between', async () => {
    await start({ stored: 100_000 });
    const id = client.request('getData', { sensor: simulator.sensorIds[1], metric: 'T', unit: 'C' });
    const time = client.request('time');
    await client.until(() => client.texts.at(-1)?.includes('finished') === true);
    const ids = client.texts.map((text) => Number(/"id":(\d+)/.exec(text)?.[1]));
    assert.equal(ids.filter((one) => one === id).length, 101);
    assert.notEqual(ids.indexOf(time), -1);
    assert.ok(ids.indexOf(time) < ids.length - 1);
    assert.equal(client.texts.join('').split('Z"').length - 1, 100_001);
  });

  it('holds little for a client that does not read, and gives it everything once it reads', async () => {
    await start({ stored: 100_000 });
    const reader = await RpcClient.authenticated(simulator, 'tcp');
    reader.raw.pause();
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
    const id = reader.request('getData', { sensor: simulator.sensorIds[1], metric: 'T', unit: 'K' });
    await client.call('time');
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(process.memoryUsage().arrayBuffers + process.memoryUsage().external - before < 3_000_000);
    reader.raw.resume();
    await reader.until(() => reader.texts.at(-1)?.includes('finished') === true);
    assert.equal(reader.answersTo(id).length, 101);
  });
});
