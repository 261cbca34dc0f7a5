import { strict as assert } from 'node:assert';
import {
  also,
  ask,
  callsOf,
  deploy,
  fails,
  runtime,
  sensor,
  series,
  simulate,
  simulator,
  start,
  stored,
  testItwinNode,
} from '../../support/itwin-node';
import { serveRpc } from '../../support/rpc-server';
import { until } from '../../support/until';

describe('itwin-iot-query', () => {
  testItwinNode('itwin-iot-query');

  describe('a series', () => {
    it('is of the time asked for: text, number or Date', async () => {
      await start({}, { stored: 20 });
      const all = stored();
      const [from = '', to = ''] = [all[5], all[9]];
      for (const [startDate, endDate] of [
        [from, to],
        [Date.parse(from), Date.parse(to)],
        [new Date(from), new Date(to)],
      ]) {
        const { payload } = await ask('getData', { ...series(), startDate, endDate });
        assert.deepEqual(Object.keys(payload as object), all.slice(5, 10));
      }
    });

    it('is its first or last point only, when so limited', async () => {
      await start({}, { stored: 20 });
      for (const [which, index] of [
        ['first', 0],
        ['last', 19],
      ] as const) {
        for (const limit of [which, { function: which, params: { size: 1 } }]) {
          const { payload } = await ask('getData', { ...series(), limit });
          assert.deepEqual(Object.keys(payload as object), [stored()[index]]);
        }
      }
    });

    it('takes metric parameters', async () => {
      await start({}, { stored: 5 });
      const [zero = ''] = stored();
      const params = { ZERO_DATE: { value: zero } };
      const { payload } = await ask('getData', { sensor: sensor(), metric: 'dT', unit: 'C', params });
      assert.equal((payload as Record<string, number>)[zero], 0);
    });

    it('comes in one message, however many answers it takes', async () => {
      await start({}, { stored: 250, chunkSize: 100 });
      const { payload } = await ask('getData', series());
      assert.deepEqual(Object.keys(payload as object), stored());
    });

    it('comes as one message an answer, which join understands', async () => {
      await start({ deliver: 'sequence' }, { stored: 250, chunkSize: 100 });
      runtime.send('node', { operation: 'getData', params: series(), custom: { kept: true } } as never);
      const messages = await runtime.messages('out', 3);
      const parts = messages.map((message) => message.parts as { id: string; index: number; count?: number });
      assert.deepEqual(
        parts.map(({ index, count }) => [index, count]),
        [
          [0, undefined],
          [1, undefined],
          [2, 3],
        ],
      );
      assert.equal(new Set(parts.map(({ id }) => id)).size, 1);
      assert.deepEqual(
        messages.map(({ payload }) => Object.keys(payload as object).length),
        [100, 100, 50],
      );
      assert.deepEqual(
        messages.flatMap(({ payload }) => Object.keys(payload as object)),
        stored(),
      );
      for (const { topic, device, event, replayed, operation, custom } of messages) {
        assert.deepEqual(
          { topic, device, event, replayed, operation, custom },
          {
            topic: sensor(),
            device: sensor(),
            event: 'data',
            replayed: true,
            operation: 'getData',
            custom: { kept: true },
          },
        );
      }
      await runtime.messages('complete', 1);
    });

    it('comes as it arrives', async () => {
      await start({ deliver: 'sequence' }, { stored: 300, chunkSize: 100 });
      simulator.faults.halfOpen({ method: 'nothing' });
      const slow = simulator.faults.slow({ ms: 100, method: 'getData' });
      runtime.send('node', { operation: 'getData', params: series() });
      const [first] = await runtime.messages('out', 1);
      assert.equal(Object.keys(first?.payload as object).length, 100);
      assert.equal(runtime.received('complete').length, 0);
      slow.clear();
      await runtime.messages('out', 3);
    });

    it('sends nothing for an empty series in a sequence, and {} in one message', async () => {
      await start({ deliver: 'sequence' });
      runtime.send('node', { operation: 'getData', params: series() });
      await runtime.messages('complete', 1);
      assert.equal(runtime.received('out').length, 0);
      await deploy();
      assert.deepEqual((await ask('getData', series())).payload, {});
    });

    it('comes as SenML, whole or in packs that stand alone', async () => {
      await start({ output: 'senml' }, { stored: 25, chunkSize: 10 });
      const whole = await ask('getData', series());
      const pack = whole.payload as { bn?: string; bt?: number; n: string; u: string; v: number; t?: number }[];
      assert.equal(whole.contentType, 'application/senml+json');
      assert.equal(pack.length, 25);
      assert.equal(pack.filter(({ bn }) => bn !== undefined).length, 1);
      const begin = Date.parse(stored()[0] ?? '') / 1000;
      assert.deepEqual(
        pack.map(({ t = 0 }) => Math.round((begin + t) * 1000)),
        stored().map((time) => Date.parse(time)),
      );
      assert.ok(pack.every(({ n, u, v }) => n === 'T' && u === 'Cel' && typeof v === 'number'));
      await deploy({ output: 'senml', deliver: 'sequence' });
      runtime.send('node', { operation: 'getData', params: series() });
      const messages = await runtime.messages('out', 3);
      for (const { payload, contentType, device } of messages) {
        const [first] = payload as { bn: string; bt: number }[];
        assert.equal(first?.bn, `urn:dev:itwin-iot:${device}:`);
        assert.equal(typeof first?.bt, 'number');
        assert.equal(contentType, 'application/senml+json');
      }
    });

    it('shows how far it is', async () => {
      await start({ deliver: 'sequence' }, { stored: 400, chunkSize: 100 });
      simulator.faults.slow({ ms: 400, method: 'getData' });
      runtime.send('node', { operation: 'getData', params: series() });
      await runtime.messages('out', 4);
      assert.ok(
        runtime.statuses('node').some((text) => /^replaying [1-4]00$/.test(text)),
        runtime.statuses('node').join('|'),
      );
      await until('how it went', () => /^answered \d/.test(runtime.statuses('node').at(-1) ?? ''));
    });

    for (const transport of ['WebSocket', 'TCP'] as const) {
      for (const deliver of ['whole', 'sequence'] as const) {
        it(`is complete and each point once when the connection is cut in its middle: ${transport}, ${deliver}`, async () => {
          await simulate({ stored: 1000, chunkSize: 100 });
          await deploy({ deliver }, { url: transport === 'TCP' ? simulator.tcpUrl : simulator.socketUrl });
          for (const afterEvents of [3, 6]) simulator.faults.cutMidFrame({ method: 'getData', afterEvents, times: 1 });
          runtime.send('node', { operation: 'getData', params: series() });
          await runtime.messages('complete', 1);
          const points = runtime.received('out').flatMap(({ payload }) => Object.keys(payload as object));
          assert.deepEqual(points, stored());
          assert.equal(callsOf('getData').length, 3);
          assert.equal(runtime.received('errors').length, 0);
        });
      }
    }

    it('fails when one of its answers cannot be read, rather than being incomplete', async () => {
      await start({}, { stored: 500, chunkSize: 100 });
      simulator.faults.malformedFrame({ method: 'getData', afterEvents: 2, times: 1 });
      const error = await fails('getData', series());
      assert.equal(error.code, 'INVALID_RESPONSE');
      assert.match(error.message, /not valid JSON: points may be missing/);
      assert.equal(runtime.received('out').length, 0);
      assert.equal(Object.keys((await ask('getData', series())).payload as object).length, 500);
    });

    it('ends at once when the flow is stopped, and sends nothing afterwards', async () => {
      await start({ deliver: 'sequence' }, { stored: 1000, chunkSize: 100 });
      simulator.faults.slow({ ms: 150, method: 'getData' });
      runtime.send('node', { operation: 'getData', params: series() });
      await runtime.messages('out', 2);
      const begin = Date.now();
      const sent = runtime.received('out').length;
      const node = runtime.node('node');
      const { send } = node;
      let after = 0;
      node.send = (...args: Parameters<typeof send>) => {
        after++;
        send.apply(node, args);
      };
      await runtime.stop();
      assert.ok(Date.now() - begin < 1000, `${Date.now() - begin} ms`);
      await until('no connection', () => simulator.counters.openConnections === 0);
      assert.equal(runtime.received('out').length, sent);
      assert.equal(after, 0);
    });

    for (const errorStyle of ['error', 'code'] as const) {
      it(`is refused in words of the platform: ${errorStyle}`, async () => {
        await start({}, { errorStyle });
        const error = await fails('getData', { ...series(), sensor: '/nobody/here/node' });
        assert.match(error.message, /iTwin IoT refused: there is no sensor \/nobody/);
        assert.match((await fails('getData', { ...series(), unit: 'furlong' })).message, /has no unit "furlong"/);
        await until('the status says so', () => /no unit "furlong"/.test(runtime.statuses('node').at(-1) ?? ''));
      });
    }
  });

  it('answers two queries at once on one socket, each its own', async () => {
    await start({}, { stored: 500, chunkSize: 50 });
    for (const mote of [1, 2, 3]) {
      runtime.send('node', {
        operation: 'getData',
        params: { ...series(), sensor: sensor(mote) },
        topic: sensor(mote),
      });
    }
    const answers = await runtime.messages('out', 3);
    for (const { topic, payload } of answers) {
      const wanted = simulator.observations(String(topic)).map(({ timestamp, values }) => [timestamp, values.T]);
      assert.deepEqual(Object.entries(payload as object), wanted);
    }
    assert.equal(simulator.counters.connections, 1);
  });

  it('hands on what a series holds, whatever it is, and no prototype', async () => {
    await simulate();
    const data = JSON.parse(
      '{"2026-01-01T00:00:00.000Z": 1, "__proto__": {"a": 1}, "yesterday": [null], "": null}',
    ) as object;
    const answers = [{ data }, { data: null }, { data: {} }, { requestStatus: 'finished', data: { z: 1 } }];
    const server = also(
      await serveRpc((method) => (method === 'authenticate' ? { result: {} } : { results: answers })),
    );
    await deploy({}, { url: server.url });
    const { payload } = await ask('getData', { sensor: '/s', metric: 'T', unit: 'C' });
    assert.deepEqual(Object.keys(payload as object).sort(), ['', '2026-01-01T00:00:00.000Z', 'yesterday', 'z']);
    assert.equal(Object.getPrototypeOf(payload), Object.prototype);
  });
});
