import { strict as assert } from 'node:assert';
import { OBSERVATION_TOPIC, startXdpSimulator, type XdpSimulator } from '../../../simulators/xdp';
import { type FlowNode, xdpAccount, xdpCredentials } from '../../support/flow';
import { flowRuntime } from '../../support/flow-suite';
import { until } from '../../support/until';

describe('xdp-events hands on', () => {
  let simulator: XdpSimulator;
  const runtime = flowRuntime('xdp', () => simulator.stop());

  const start = async (properties: Record<string, unknown>): Promise<void> => {
    simulator = await startXdpSimulator({ live: false, stored: 0 });
    const flow: FlowNode[] = [
      { id: 'flow', type: 'tab' },
      xdpAccount(simulator),
      { id: 'events', type: 'xdp-events', z: 'flow', account: 'account', stream: 'recordings', ...properties },
      { id: 'out', type: 'helper', z: 'flow' },
      { id: 'catch', type: 'catch', z: 'flow', wires: [['errors']] },
      { id: 'errors', type: 'helper', z: 'flow' },
    ].map((node) => (node.id === 'events' ? { ...node, wires: [['out']] } : node));
    await runtime.deploy(flow, xdpCredentials(simulator));
  };

  const TIME = '2026-01-01T00:00:00.250Z';
  const record = (data: unknown, nwkAddr = 7, source = OBSERVATION_TOPIC): unknown =>
    simulator.append({ data, nwkAddr, source, time: TIME } as never);
  const LAST = 99;
  /** Ends with a reading that every choice of these tests lets through. */
  const received = async (read: (message: Record<string, unknown>) => unknown): Promise<unknown[]> => {
    record({ humidity: LAST });
    const isLast = ({ payload }: { payload?: unknown }): boolean => JSON.stringify(payload ?? null).includes(`${LAST}`);
    await until('the last reading has come', () => runtime.received('out').some(isLast));
    return runtime
      .received('out')
      .filter((message) => message.event === 'ObservationRecorded' && !isLast(message))
      .map(read);
  };

  it('each number of a reading as a value, that a chart takes', async () => {
    await start({ output: 'value', resume: false });
    await runtime.status('events', 'connected');
    record({ humidity: 45.5, temperature: 21, state: 'open' });
    const values = await received(({ payload, topic, metric, device, timestamp }) => [
      payload,
      topic,
      metric,
      device,
      timestamp,
    ]);
    assert.deepEqual(values, [
      [45.5, '7/humidity', 'humidity', '7', Date.parse(TIME)],
      [21, '7/temperature', 'temperature', '7', Date.parse(TIME)],
    ]);
    assert.ok(runtime.received('out').every(({ payload }) => typeof payload === 'number'));
  });

  it('the one member that is asked for', async () => {
    await start({ output: 'value', field: 'humidity', resume: false });
    await runtime.status('events', 'connected');
    record({ humidity: 45.5, temperature: 21 });
    record({ temperature: 22 });
    assert.deepEqual(await received(({ payload }) => payload), [45.5]);
  });

  it('what comes of the chosen observation types', async () => {
    await start({ sources: [OBSERVATION_TOPIC], resume: false });
    await runtime.status('events', 'connected');
    record({ a: 1 });
    record({ a: 2 }, 7, 'another-type');
    assert.deepEqual(await received(({ payload }) => (payload as { data: unknown }).data), [{ a: 1 }]);
  });

  it('what comes of the chosen devices, in decimal or hexadecimal', async () => {
    await start({ devices: '7, 0x1a', resume: false });
    await runtime.status('events', 'connected');
    for (const [index, device] of [7, 8, 26].entries()) record({ a: index }, device);
    const devices = await received(({ device }) => device);
    assert.deepEqual(devices, ['7', '26']);
  });

  it('nothing at all, and says why, when a device is none', async () => {
    await start({ devices: ['gate'], resume: false });
    await runtime.status('events', 'not configured');
    const [error] = await runtime.errors('errors', 1);
    assert.match(String(error?.message), /"devices" holds "gate"/);
  });
});
