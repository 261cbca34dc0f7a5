import { strict as assert } from 'node:assert';
import { startXdpSimulator, type XdpSimulator } from '../../../simulators/xdp';
import { requestFlow, xdpAccount, xdpCredentials } from '../../support/flow';
import { flowRuntime } from '../../support/flow-suite';
import { until } from '../../support/until';

const TIME = /\d\d:\d\d:\d\d$/;

describe('statuses of xDP', () => {
  let simulator: XdpSimulator;
  const runtime = flowRuntime('xdp', () => simulator.stop());

  /** @param timeout seconds of the account */
  const start = async (node: Record<string, unknown> & { type: string }, timeout = 30): Promise<void> => {
    simulator = await startXdpSimulator({ live: false });
    const flow = requestFlow(simulator, node);
    const patient = flow.map((each) => (each.id === 'account' ? xdpAccount(simulator, { timeout }) : each));
    await runtime.deploy(patient, xdpCredentials(simulator));
  };
  const latest = (): string => runtime.statuses('node').at(-1) ?? '';
  const provision = { type: 'xdp-provision', operation: 'putEndDeviceType', params: { topic: 'a' } };

  it('say of a request when it was answered, and how', async () => {
    await start(provision);
    runtime.send('node', { params: { name: 'A' } });
    await runtime.status('node', '204 · ');
    assert.match(latest(), TIME);
  });

  it('say why a PUT is tried again while the platform is away, then the code until the next success', async () => {
    await start(provision, 2);
    await simulator.faults.refuse();
    runtime.send('node', { params: { name: 'A' } });
    await runtime.status('node', 'waiting, retry at ');
    assert.match(latest(), /\d\d:\d\d:\d\d, ECONNREFUSED$/);
    await runtime.status('node', 'disconnected ECONNREFUSED');
    await simulator.faults.listenAgain();
    runtime.send('node', { params: { name: 'A' } });
    await runtime.status('node', '204 · ');
  });

  it('show the code of a request that is wrong until the next success', async () => {
    await start(provision);
    runtime.send('node', { params: {} });
    await runtime.status('node', 'INVALID_PARAMETER');
    runtime.send('node', { params: { name: 'A' } });
    await runtime.status('node', '204 · ');
  });

  it('show the code of a payload that is none until the next success, and then when that was', async () => {
    await start({ type: 'xdp-record', source: 'fence', nwkAddr: '7' });
    runtime.send('node', { payload: 45 });
    await runtime.status('node', 'INVALID_PARAMETER');
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /^the payload is a number \(45\); wanted e\.g\. \{"humidity": 45\}/);
    runtime.send('node', { payload: [{ humidity: 45 }, { humidity: 46 }] });
    await runtime.status('node', 'recorded 2 · ');
    assert.match(latest(), TIME);
    runtime.send('node', { payload: { humidity: 45 } });
    await until('the time alone', () => /^recorded \d\d:/.test(latest()));
  });

  it('say what the platform refuses in an upload, though it is connected', async () => {
    await start({ type: 'xdp-record', source: 'fence', nwkAddr: '7' });
    simulator.faults.status({ path: '/recordings/events', status: 400 });
    runtime.send('node', { payload: { humidity: 45 } });
    await runtime.status('node', 'refused 400');
  });

  it('say when a stream is tried again', async () => {
    simulator = await startXdpSimulator({ live: false });
    const events = { type: 'xdp-events', stream: 'recordings', resume: false, output: 'native' };
    await runtime.deploy(requestFlow(simulator, events), xdpCredentials(simulator));
    await runtime.status('node', 'connected');
    await simulator.faults.refuse();
    await runtime.status('node', 'waiting, retry at ');
    assert.match(latest(), /\d\d:\d\d:\d\d, E[A-Z]+$/);
  });
});
