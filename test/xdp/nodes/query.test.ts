import { strict as assert } from 'node:assert';
import {
  OBSERVATION_TOPIC,
  startXdpSimulator,
  type XdpSimulator,
  type XdpSimulatorOptions,
} from '../../../simulators/xdp';
import { requestFlow, xdpCredentials } from '../../support/flow';
import { flowRuntime } from '../../support/flow-suite';

describe('xdp-query', () => {
  let simulator: XdpSimulator;
  const runtime = flowRuntime('xdp', () => simulator.stop());

  const deploy = (properties: Record<string, unknown>): Promise<void> =>
    runtime.deploy(
      requestFlow(simulator, { type: 'xdp-query', stream: 'recordings', ...properties }),
      xdpCredentials(simulator),
    );
  const start = async (properties: Record<string, unknown> = {}, options: XdpSimulatorOptions = {}): Promise<void> => {
    simulator = await startXdpSimulator({ live: false, stored: 12, ...options });
    await deploy(properties);
  };

  it('gives all stored recordings in one message and the offsets to go on from', async () => {
    await start();
    runtime.send('node', { topic: 'mine', payload: 'gone' });
    const [answer] = await runtime.messages('out', 1);
    const payload = answer?.payload as { source: string }[];
    assert.equal(payload.length, 12);
    assert.ok(payload.every(({ source }) => source === OBSERVATION_TOPIC));
    assert.equal(answer?.topic, 'mine');
    assert.equal(answer?.operation, 'recordings');
    assert.deepEqual(Object.keys(answer?.offsets as object), [OBSERVATION_TOPIC]);
    runtime.send('node', { offsets: answer?.offsets });
    const [, second] = await runtime.messages('out', 2);
    assert.deepEqual(second?.payload, []);
    await runtime.messages('complete', 2);
  });

  for (const deliver of ['whole', 'sequence'])
    it(`says that it is SenML, delivered ${deliver}`, async () => {
      await start({ output: 'senml', deliver });
      runtime.send('node', {});
      const [answer] = await runtime.messages('out', 1);
      assert.equal(answer?.contentType, 'application/senml+json');
    });

  it('gives one message an item with parts that join understands', async () => {
    await start({ deliver: 'sequence' });
    runtime.send('node', { payload: '', custom: { kept: true } });
    const messages = await runtime.messages('out', 12);
    const parts = messages.map((message) => message.parts as { id: string; index: number; count?: number });
    assert.deepEqual(
      parts.map(({ index }) => index),
      [...Array(12).keys()],
    );
    assert.equal(new Set(parts.map(({ id }) => id)).size, 1);
    assert.equal(parts.at(-1)?.count, 12);
    assert.ok(parts.slice(0, -1).every(({ count }) => count === undefined));
    assert.ok(messages.every(({ offset, device, event }) => offset && device && event === 'ObservationRecorded'));
    assert.deepEqual(messages[3]?.custom, { kept: true });
    assert.notEqual(messages[3]?.custom, messages[4]?.custom);
  });

  it('begins behind the offsets of the message, and before them behind those of the dialog', async () => {
    const behind = (index: number) => ({ [OBSERVATION_TOPIC]: String(simulator.recordings()[index]?.offset) });
    const options = { firstOffset: '9223372036854770000' };
    await start({}, options);
    runtime.send('node', { offsets: behind(8) });
    const [answer] = await runtime.messages('out', 1);
    assert.equal(lengthOf(answer?.payload), 3);
    await deploy({ offsets: JSON.stringify(behind(4)), offsetsType: 'json' });
    runtime.send('node', { offsets: behind(8) });
    const [other] = await runtime.messages('out', 1);
    assert.equal(lengthOf(other?.payload), 7);
  });

  it('refuses an offset that JavaScript has already rounded', async () => {
    await start();
    runtime.send('node', { offsets: { [OBSERVATION_TOPIC]: 2 ** 60 } });
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'INVALID_PARAMETER');
    assert.match(error?.message ?? '', /offset of ".*" in "offsets" must be a text/);
  });

  it('names the events of streams whose items do not tell themselves', async () => {
    await start({ stream: 'observation-types' });
    runtime.send('node', {});
    const [answer] = await runtime.messages('out', 1);
    assert.deepEqual(answer?.events, ['ObservationTypeUpdated']);
  });

  it('takes the stream from msg.operation when none is chosen, and says what there is', async () => {
    await start({ stream: '' });
    runtime.send('node', { operation: 'end-device-types' });
    const [answer] = await runtime.messages('out', 1);
    assert.equal(answer?.operation, 'end-device-types');
    runtime.send('node', { operation: 'nonsense' });
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /unknown stream "nonsense"; xdp-query has: end-devices, /);
  });

  it('reports an unreadable event and delivers all others', async () => {
    await start();
    simulator.faults.malformedFrame({ times: 1, path: '/recordings', afterEvents: 5 });
    runtime.send('node', {});
    const [answer] = await runtime.messages('out', 1);
    assert.equal(lengthOf(answer?.payload), 11);
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /not valid JSON/);
  });

  it('reports unreadable events once a reading, with their number and the message', async () => {
    await start();
    for (const afterEvents of [2, 5, 7])
      simulator.faults.malformedFrame({ times: 1, path: '/recordings', afterEvents });
    runtime.send('node', { mark: 'mine' });
    const [answer] = await runtime.messages('out', 1);
    assert.equal(lengthOf(answer?.payload), 9);
    runtime.send('node', { mark: 'next' });
    await runtime.messages('out', 2);
    const errors = runtime.received('errors');
    assert.equal(errors.length, 1);
    assert.equal(errors[0]?.mark, 'mine');
    const { error } = errors[0] ?? assert.fail();
    assert.match(String((error as Error).message), /not valid JSON.*\(the first of 3 like this\)/);
  });

  it('fails when the connection is cut, and the message is not passed on', async () => {
    await start();
    simulator.faults.cutMidFrame({ times: 1, path: '/recordings', afterEvents: 5 });
    runtime.send('node', {});
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /cannot reach xDP|ended before/);
    assert.equal(runtime.received('out').length, 0);
  });
});

function lengthOf(payload: unknown): number | undefined {
  return Array.isArray(payload) ? payload.length : undefined;
}
