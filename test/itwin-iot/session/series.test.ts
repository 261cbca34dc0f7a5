import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../../nodes/core/errors';
import { type Points, readWholeSeries } from '../../../nodes/itwin-iot/client/session/series';
import type { SharedSocket } from '../../../nodes/itwin-iot/client/session/socket';
import { type ItwinSimulator, startItwinSimulator } from '../../../simulators/itwin-iot';
import { itwinSocket } from '../../support/itwin';
import { type RpcServer, serveRpc } from '../../support/rpc-server';

for (const transport of ['WebSocket', 'TCP'] as const) {
  describe(`a whole series over ${transport}`, () => {
    let simulator: ItwinSimulator;
    let socket: SharedSocket;
    let times: string[];

    const start = async (timeout = 5000): Promise<void> => {
      simulator = await startItwinSimulator({ live: false, stored: 1000, chunkSize: 100 });
      const url = transport === 'TCP' ? simulator.tcpUrl : simulator.socketUrl;
      socket = itwinSocket({ url, timeout });
      times = [];
    };
    afterEach(async () => {
      await socket.close();
      await simulator.stop();
    });
    const read = (): Promise<void> => {
      const params = { sensor: simulator.sensorIds[0], metric: 'T', unit: 'C' };
      return readWholeSeries(socket, 'getData', params, (points) => times.push(...Object.keys(points)), {});
    };
    const stored = (): string[] => simulator.observations(simulator.sensorIds[0]).map(({ timestamp }) => timestamp);
    const asked = (): number => simulator.counters.calls.getData ?? 0;

    it('has each point once, in order, however often the connection breaks', async () => {
      await start();
      for (const afterEvents of [1, 4, 9]) simulator.faults.cutMidFrame({ method: 'getData', afterEvents, times: 1 });
      await read();
      assert.deepEqual(times, stored());
      assert.equal(asked(), 4);
    });

    it('may take longer than the time-out, also to come back to where it broke off', async () => {
      await start(3000);
      simulator.faults.slow({ method: 'getData', ms: 400 });
      simulator.faults.cutMidFrame({ method: 'getData', afterEvents: 8, times: 1 });
      await read();
      assert.deepEqual(times, stored());
      assert.equal(asked(), 2);
    });

    it('is given up when it breaks off at the same place again and again', async () => {
      await start(2000);
      simulator.faults.cutMidFrame({ method: 'getData', afterEvents: 5 });
      await assert.rejects(read(), (error: PlatformError) => {
        assert.match(error.message, /no answer to getData from iTwin IoT at .* within 2 s/);
        return error.retryable && error.operation === 'getData';
      });
      assert.equal(times.length, 500);
    });

    it('is given up when nothing comes any more', async () => {
      await start(300);
      simulator.faults.halfOpen({ method: 'getData' });
      await assert.rejects(read(), { code: 'TIMEOUT', operation: 'getData' });
    });

    it('is not repeated when the platform refuses it', async () => {
      await start();
      simulator.faults.status({ method: 'getData', status: 500 });
      await assert.rejects(read(), { code: 'PLATFORM_ERROR', operation: 'getData', message: /simulated 500/ });
      assert.equal(asked(), 1);
    });

    it('fails when one of its answers cannot be read', async () => {
      await start();
      simulator.faults.malformedFrame({ method: 'getData', afterEvents: 3, times: 1 });
      await assert.rejects(read(), { code: 'INVALID_RESPONSE', message: /points may be missing/ });
    });

    it('ends at once when nobody wants it any more', async () => {
      await start();
      simulator.faults.slow({ method: 'getData', ms: 100 });
      const closing = new AbortController();
      const params = { sensor: simulator.sensorIds[0], metric: 'T', unit: 'C' };
      const take = (points: Points): void => {
        times.push(...Object.keys(points));
        closing.abort(new Error('not wanted'));
      };
      await assert.rejects(readWholeSeries(socket, 'getData', params, take, { signal: closing.signal }), /not wanted/);
      await socket.request('time', undefined);
      assert.equal(times.length, 100);
    });
  });
}

describe('a series of a platform that does otherwise', () => {
  let server: RpcServer;
  let socket: SharedSocket;

  afterEach(async () => {
    await socket.close();
    await server.close();
  });
  const read = async (results: readonly unknown[]): Promise<Points> => {
    server = await serveRpc((method) => (method === 'authenticate' ? { result: {} } : { results }));
    socket = itwinSocket({ url: server.url, timeout: 3000 });
    const whole: Points = {};
    await readWholeSeries(socket, 'getData', {}, (points) => Object.assign(whole, points), {});
    return whole;
  };

  it('may bring its last points with the end, and answers without any', async () => {
    const results = [
      {},
      { data: {} },
      { data: null },
      { a: 1 },
      { data: { x: 1 } },
      { data: { y: 2 }, requestStatus: 'finished' },
    ];
    assert.deepEqual(await read(results), { x: 1, y: 2 });
  });

  it('is an error when something else stands in place of data', async () => {
    await assert.rejects(read([{ observations: { x: 1 }, requestStatus: 'finished' }]), {
      code: 'INVALID_RESPONSE',
      message: /holds "observations" in place of data/,
    });
  });

  it('may be empty', async () => {
    assert.deepEqual(await read([{ requestStatus: 'finished' }]), {});
  });

  for (const result of [null, 7, 'x', []]) {
    it(`is refused when it is no object: ${JSON.stringify(result)}`, async () => {
      await assert.rejects(read([result]), {
        code: 'INVALID_RESPONSE',
        message: /the answer to getData is not an object/,
      });
    });
  }

  for (const data of [[{ timestamp: 'x', values: {} }], 'text', 7]) {
    it(`is an error rather than dropped when its data has another shape: ${JSON.stringify(data)}`, async () => {
      await assert.rejects(read([{ data }, { requestStatus: 'finished' }]), {
        code: 'INVALID_RESPONSE',
        message: /holds data of another shape/,
      });
    });
  }
});
