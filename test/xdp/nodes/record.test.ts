import { strict as assert } from 'node:assert';
import { startXdpSimulator, type XdpSimulator, type XdpSimulatorOptions } from '../../../simulators/xdp';
import { requestFlow, xdpCredentials } from '../../support/flow';
import { flowRuntime } from '../../support/flow-suite';
import { until } from '../../support/until';

const SOURCE = 'waterstate-data-up-json';

describe('xdp-record', () => {
  let simulator: XdpSimulator;
  const runtime = flowRuntime('xdp', () => simulator.stop());

  const deploy = (properties: Record<string, unknown> = {}): Promise<void> =>
    runtime.deploy(
      requestFlow(simulator, { type: 'xdp-record', source: SOURCE, nwkAddr: '23352963', ...properties }),
      xdpCredentials(simulator),
    );
  const start = async (properties?: Record<string, unknown>, options: XdpSimulatorOptions = {}): Promise<void> => {
    simulator = await startXdpSimulator({ live: false, ...options });
    await deploy(properties);
  };
  const received = (): { data: unknown; nwkAddr: number; source: string; time: string }[] =>
    simulator.counters.received.map(({ data, nwkAddr, source, time }) => ({ data, nwkAddr, source, time }));
  const values = (): unknown[] => received().map(({ data }) => (data as { n?: number }).n);
  const posts = (): number => simulator.counters.requests['POST /recordings/events'] ?? 0;

  it('wraps a bare reading with source, address and the present time', async () => {
    await start();
    const before = Date.now();
    runtime.send('node', { payload: { height: 300, temperature: 10 }, topic: 'tank' });
    const [answer] = await runtime.messages('out', 1);
    const [recording] = received();
    assert.deepEqual(recording?.data, { height: 300, temperature: 10 });
    assert.equal(recording?.nwkAddr, 23352963);
    assert.equal(recording?.source, SOURCE);
    assert.ok(Date.parse(recording?.time ?? '') >= before);
    assert.match(recording?.time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(answer?.statusCode, 204);
    assert.equal(answer?.topic, 'tank');
    assert.equal(answer?.operation, 'postRecordings');
    await runtime.messages('complete', 1);
  });

  it('sends the two recordings of the platform text as two JSON lines in one request', async () => {
    await start();
    const lines = [
      { data: { height: 300, temperature: 10 }, nwkAddr: 23352963, source: SOURCE, time: '2019-09-03T08:30:29.858Z' },
      { data: { height: 150, temperature: 0 }, nwkAddr: 23352963, source: SOURCE, time: '2019-09-03T08:31:29.858Z' },
    ];
    runtime.send('node', { payload: lines });
    await runtime.messages('out', 1);
    assert.deepEqual(received(), lines);
    assert.equal(posts(), 1);
  });

  it('takes what xdp-events gives: the address as text in msg.device', async () => {
    await start({ source: '', nwkAddr: '' });
    runtime.send('node', { payload: { n: 1 }, device: '7', params: { source: SOURCE } });
    await runtime.messages('out', 1);
    assert.equal(received()[0]?.nwkAddr, 7);
  });

  it('takes a SenML pack: one recording for each device and time', async () => {
    await start({ nwkAddr: '' });
    const payload = [
      { bn: 'urn:dev:xdp:7:', bt: 1567499429.858, n: 'height', u: 'm', v: 300 },
      { n: 'temperature', v: 10 },
      { n: 'height', t: 60, v: 150 },
    ];
    runtime.send('node', { payload });
    await runtime.messages('out', 1);
    assert.deepEqual(received(), [
      { data: { height: 300, temperature: 10 }, nwkAddr: 7, source: SOURCE, time: '2019-09-03T08:30:29.858Z' },
      { data: { height: 150 }, nwkAddr: 7, source: SOURCE, time: '2019-09-03T08:31:29.858Z' },
    ]);
  });

  const refused: [string, Record<string, unknown>, unknown, RegExp][] = [
    ['a reading without a source', { source: '' }, { n: 1 }, /postRecordings needs the parameter "source"/],
    [
      'an address in hexadecimal that JavaScript would read as 12000',
      { nwkAddr: '12E00003', nwkAddrType: 'num' },
      { n: 1 },
      /"nwkAddr".*0x12E00003/,
    ],
    ['a value that JSON has not', {}, { n: Number.NaN }, /"recording\.data\.n", which is NaN/],
    ['a reading without an address', { nwkAddr: '' }, { n: 1 }, /postRecordings needs the parameter "nwkAddr"/],
    ['a text', {}, 'hello', /the payload must be a reading, a recording, a list of them or a SenML pack/],
    ['an empty list', {}, [], /the payload is an empty list/],
    [
      'a bad time in the second of two',
      {},
      [{ n: 1 }, { n: 2, time: 'yesterday' }],
      /"time" \(item 2 of 2\) must be an ISO 8601 time/,
    ],
  ];
  for (const [what, properties, payload, wanted] of refused) {
    it(`refuses ${what} and sends nothing`, async () => {
      await start(properties);
      runtime.send('node', { payload });
      const [error] = await runtime.errors('errors', 1);
      assert.equal(error?.code, 'INVALID_PARAMETER');
      assert.match(error?.message ?? '', wanted);
      assert.equal(posts(), 0);
    });
  }

  it('collects messages into a batch and completes each of them', async () => {
    await start({ batchSize: 10, batchTime: 60_000 });
    for (let n = 0; n < 20; n++) runtime.send('node', { payload: { n } });
    await runtime.messages('out', 20);
    await runtime.messages('complete', 20);
    assert.equal(posts(), 2);
    assert.deepEqual(values(), [...Array(20).keys()]);
  });

  it('sends what there is when the batch time is over', async () => {
    await start({ batchSize: 1000, batchTime: 50 });
    for (let n = 0; n < 3; n++) runtime.send('node', { payload: { n } });
    await runtime.messages('out', 3);
    assert.equal(posts(), 1);
  });

  it('offline fail: a batch may be collected for longer than a request may take', async () => {
    simulator = await startXdpSimulator({ live: false });
    const flow = requestFlow(simulator, {
      type: 'xdp-record',
      source: SOURCE,
      nwkAddr: '7',
      batchSize: 100,
      batchTime: 1500,
    });
    const quick = flow.map((node) => (node.id === 'account' ? { ...node, timeout: 1 } : node));
    await runtime.deploy(quick, xdpCredentials(simulator));
    runtime.send('node', { payload: { n: 1 } });
    await runtime.messages('out', 1);
    assert.deepEqual(values(), [1]);
  });

  it('isolates a refused message, so that the rest of its batch arrives', async () => {
    await start({ batchSize: 3, batchTime: 60_000 });
    simulator.faults.status({ status: 400, times: 1, method: 'POST', path: '/recordings' });
    runtime.send('node', { payload: { n: 0 } });
    runtime.send('node', { payload: { n: 1 } });
    runtime.send('node', { payload: { n: 2 } });
    await runtime.messages('out', 3);
    assert.deepEqual(values(), [0, 1, 2]);
    assert.equal(runtime.received('errors').length, 0);
  });

  it('offline fail: the error comes at once and nothing is sent later', async () => {
    await start();
    await simulator.faults.refuse();
    runtime.send('node', { payload: { n: 1 } });
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'ECONNREFUSED');
    await simulator.faults.listenAgain();
    runtime.send('node', { payload: { n: 2 } });
    await runtime.messages('complete', 1);
    assert.deepEqual(values(), [2]);
  });

  it('offline memory: keeps the order, says how many wait, and completes after the platform accepted', async () => {
    await start({ offline: 'memory' });
    await simulator.faults.refuse();
    for (let n = 0; n < 50; n++) runtime.send('node', { payload: { n } });
    await runtime.status('node', 'queued 50 ECONNREFUSED');
    assert.equal(runtime.received('complete').length, 0);
    assert.equal((await runtime.errors('errors', 1)).length, 1);
    await simulator.faults.listenAgain();
    await runtime.messages('complete', 50);
    assert.deepEqual(values(), [...Array(50).keys()]);
    assert.equal(runtime.received('errors').length, 1);
  });

  it('offline memory: whenFull decides between the new message and the oldest', async () => {
    await start({ offline: 'memory', maxItems: 3, whenFull: 'drop-oldest' });
    await simulator.faults.refuse();
    for (let n = 0; n < 5; n++) runtime.send('node', { payload: { n } });
    const errors = await runtime.errors('errors', 3);
    assert.equal(errors.filter(({ code }) => code === 'QUEUE_FULL').length, 2);
    await simulator.faults.listenAgain();
    await runtime.messages('out', 3);
    await simulator.faults.refuse();
    await deploy({ offline: 'memory', maxItems: 3, whenFull: 'reject' });
    for (let n = 0; n < 5; n++) runtime.send('node', { payload: { n } });
    await runtime.errors('errors', 3);
    await simulator.faults.listenAgain();
    await runtime.messages('out', 3);
    assert.deepEqual(values().slice(-3), [0, 1, 2]);
  });

  it('offline disk: done once on disk; 500 records outlive a restart of the node and arrive in order', async () => {
    await start({ id: 'record-disk', offline: 'disk' });
    await simulator.faults.refuse();
    const flow = requestFlow(simulator, { type: 'xdp-record', source: SOURCE, nwkAddr: '7', offline: 'disk' });
    await runtime.deploy(flow, xdpCredentials(simulator));
    for (let n = 0; n < 500; n++) runtime.send('node', { payload: { n } });
    await runtime.messages('complete', 500);
    assert.equal(received().length, 0);
    await runtime.deploy(flow, xdpCredentials(simulator));
    await runtime.status('node', 'queued 500');
    await simulator.faults.listenAgain();
    await until('all have arrived', () => received().length === 500);
    assert.deepEqual(values(), [...Array(500).keys()]);
    await runtime.messages('out', 500);
  });

  it('keeps messages while the credentials are refused and sends them when they are good again', async () => {
    await start({ offline: 'memory' });
    simulator.faults.wrongCredentials();
    runtime.send('node', { payload: { n: 1 } });
    await runtime.status('node', 'unauthorized');
    simulator.faults.clear();
    await runtime.messages('out', 1);
    assert.deepEqual(values(), [1]);
  });

  it('fails messages that wait when the node closes, instead of forgetting them in silence', async () => {
    await start({ offline: 'memory' });
    await simulator.faults.refuse();
    runtime.send('node', { payload: { n: 1 } });
    // The outage itself is an error too.
    await runtime.errors('errors', 1);
    await runtime.status('node', 'queued 1');
    const codes: unknown[] = [];
    runtime.node('node').error = (error: unknown) => codes.push((error as { code?: string }).code ?? error);
    await runtime.stop();
    assert.match(String(codes[0]), /^1 messages for .* were not sent: the node was closed/);
    assert.deepEqual(codes.slice(1), ['CLOSED']);
  });
});
