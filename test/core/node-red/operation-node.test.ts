import { strict as assert } from 'node:assert';
import { type ItwinSimulator, startItwinSimulator } from '../../../simulators/itwin-iot';
import { createFlowRuntime, type FlowRuntime } from '../../support/flow';
import { itwinCredentials, itwinFlow } from '../../support/itwin';

describe('a request node with an answer of many items', () => {
  let runtime: FlowRuntime;
  let simulator: ItwinSimulator;

  before(async () => {
    runtime = await createFlowRuntime('itwin-iot');
    simulator = await startItwinSimulator({ live: false, stored: 50 });
  });
  afterEach(() => runtime.stop());
  after(async () => {
    await simulator.stop();
    await runtime.dispose();
  });

  const ask = async (operation: string, deliver: string, params: Record<string, unknown>): Promise<void> => {
    const node = { type: 'itwin-iot-query', operation, deliver, params: {} };
    await runtime.deploy(itwinFlow(simulator, node), itwinCredentials(simulator));
    runtime.send('node', { payload: 'mine', params });
    await runtime.messages('complete', 1);
  };
  const series = (changes: object = {}): Record<string, unknown> => ({
    sensor: simulator.sensorIds[0],
    metric: 'T',
    unit: 'C',
    ...changes,
  });

  it('sends them one by one, the last with their count', async () => {
    await ask('getData', 'sequence', series());
    const messages = runtime.received('out');
    assert.equal((messages.at(-1)?.parts as { count?: number } | undefined)?.count, messages.length);
    assert.equal(messages.flatMap(({ payload }) => Object.keys(payload as object)).length, 50);
  });

  for (const [operation, params] of [
    ['getData', () => series({ startDate: '2099-01-01T00:00:00.000Z' })],
    ['getNodes', () => ({ nodes: ['/fn/NOBODY/node'] })],
  ] as const) {
    it(`sends no message when ${operation} has none, and is done`, async () => {
      await ask(operation, 'sequence', params());
      assert.deepEqual(runtime.received('out'), []);
      assert.deepEqual(runtime.received('errors'), []);
    });
  }

  it('names the operation to Catch nodes, even where a parameter is wrong', async () => {
    const node = { type: 'itwin-iot-query', operation: 'getData', params: {} };
    await runtime.deploy(itwinFlow(simulator, node), itwinCredentials(simulator));
    runtime.send('node', { params: { sensor: '/s' } });
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'INVALID_PARAMETER');
    assert.equal(runtime.received('errors')[0]?.operation, 'getData');
  });

  it('sends the whole even when it is empty', async () => {
    await ask('getData', 'whole', series({ startDate: '2099-01-01T00:00:00.000Z' }));
    assert.deepEqual(
      runtime.received('out').map(({ payload }) => payload),
      [{}],
    );
  });
});
