import { strict as assert } from 'node:assert';
import { type ItwinEdge, type ItwinSimulator, startItwinSimulator } from '../../../simulators/itwin-iot';
import { createFlowRuntime, type FlowNode, type FlowRuntime } from '../../support/flow';
import { startWebSockets } from '../../support/sockets';
import { threadFlow, threadNode } from '../../support/thread';
import { until } from '../../support/until';

describe('itwin-iot-thread-in and -out', () => {
  let runtime: FlowRuntime;
  let simulator: ItwinSimulator;
  let edge: ItwinEdge;

  before(async () => {
    runtime = await createFlowRuntime('itwin-iot');
  });
  beforeEach(async () => {
    simulator = await startItwinSimulator({ live: false });
    edge = simulator.edge;
  });
  afterEach(async () => {
    const began = Date.now();
    await runtime.stop();
    assert.ok(Date.now() - began < 2000, 'closes within two seconds');
    await until('no connection is left', () => edge.counters.openConnections === 0);
    await simulator.stop();
  });
  after(() => runtime.dispose());

  const portIn = (properties: Record<string, unknown> = {}): FlowNode => ({
    id: 'in',
    type: 'itwin-iot-thread-in',
    port: '1',
    ...properties,
  });
  const portOut = (properties: Record<string, unknown> = {}): FlowNode => ({
    id: 'write',
    type: 'itwin-iot-thread-out',
    port: '1',
    wires: [],
    ...properties,
  });
  const start = async (...nodes: FlowNode[]): Promise<void> => {
    await runtime.deploy(threadFlow(threadNode(edge), ...nodes));
    for (const { id } of nodes) await runtime.status(id, 'connected');
  };
  const payloads = (): unknown[] => runtime.received('out').map(({ payload }) => payload);

  it('hands on what the device says, as text', async () => {
    await start(portIn());
    edge.devicePort(1).fromDevice('45.93,27.97\r\n');
    edge.devicePort(1).fromDevice(Buffer.from('grüße'));
    const [first, second] = await runtime.messages('out', 2);
    const { payload, topic, event } = first ?? {};
    assert.deepEqual({ payload, topic, event }, { payload: '45.93,27.97\r\n', topic: 'port/1', event: 'message' });
    assert.equal(second?.payload, 'grüße');
    assert.deepEqual(runtime.statuses('in').slice(0, 3), ['', 'connecting', 'connected']);
  });

  it('hands on what the device says as bytes, to each node its own', async () => {
    await start(portIn({ encoding: 'buffer', port: 3 }), portIn({ id: 'in2', encoding: 'buffer', port: '3' }));
    edge.devicePort(3).fromDevice('a\r\n');
    edge.devicePort(3).fromDevice(Buffer.of(0xff, 0x00, 0xc3));
    const messages = await runtime.messages('out', 4);
    const bytes = messages.map(({ payload }) => payload as Buffer);
    assert.deepEqual(
      bytes,
      ['a\r\n', 'a\r\n']
        .map(Buffer.from as (text: string) => Buffer)
        .concat([Buffer.of(255, 0, 195), Buffer.of(255, 0, 195)]),
    );
    assert.equal(messages[0]?.topic, 'port/3');
    bytes[0]?.fill(0);
    assert.equal(String(bytes[1]), 'a\r\n');
    assert.equal(edge.counters.connections, 1);
  });

  it('hands on what was half a character when the connection broke, marked as such', async () => {
    await start(portIn());
    edge.devicePort(1).fromDevice(Buffer.from('grü').subarray(0, 3));
    await runtime.messages('out', 1);
    edge.faults.cutConnections();
    const messages = await runtime.messages('out', 2);
    assert.deepEqual(
      messages.map(({ payload }) => payload),
      ['gr', '\ufffd'],
    );
  });

  it('shares one socket a port between nodes that read and nodes that write', async () => {
    await start(
      portIn(),
      portIn({ id: 'in2' }),
      portOut(),
      portOut({ id: 'write2' }),
      portIn({ id: 'other', port: 2 }),
    );
    assert.equal(edge.counters.connections, 2);
    assert.deepEqual([edge.devicePort(1).clients, edge.devicePort(2).clients], [1, 1]);
    runtime.send('write', { payload: 'one' });
    runtime.send('write2', { payload: 'two' });
    await runtime.messages('complete', 2);
    await until('the device has both', () => edge.devicePort(1).received.length === 2);
  });

  it('writes text, numbers and truth values as text, bytes as text where they are', async () => {
    await start(portOut());
    for (const payload of ['hello', 42.5, true, Buffer.from('grüße'), new Uint8Array([0x31])])
      runtime.send('write', { payload });
    await runtime.messages('complete', 5);
    await until('the device has them', () => edge.devicePort(1).received.length === 5);
    assert.deepEqual(edge.devicePort(1).received, ['hello', '42.5', 'true', 'grüße', '1']);
  });

  it('writes bytes as a binary message where the encoding says so', async () => {
    await start(portOut({ encoding: 'buffer' }));
    for (const payload of [Buffer.of(0xff, 0x0d), 'text', 7]) runtime.send('write', { payload });
    await runtime.messages('complete', 3);
    await until('the device has them', () => edge.devicePort(1).received.length === 3);
    assert.deepEqual(edge.devicePort(1).received, [Buffer.of(0xff, 0x0d), Buffer.from('text'), Buffer.from('7')]);
  });

  const refusals: [what: string, payload: unknown, wanted: RegExp][] = [
    [
      'an object',
      { a: 1 },
      /the payload is of type object: a port takes text or a Buffer; convert it to text first, for instance with a json node/,
    ],
    ['an array', [1, 2], /the payload is an array: a port takes text or a Buffer/],
    ['nothing', undefined, /there is nothing to send: set msg.payload/],
    ['null', null, /there is nothing to send: set msg.payload/],
    ['bytes that are no text', Buffer.of(0xff), /bytes that are not valid UTF-8: choose the encoding "buffer"/],
  ];
  it('says why it cannot write a payload, and writes none of it', async () => {
    await start(portOut());
    for (const [at, [what, payload, wanted]] of refusals.entries()) {
      runtime.send('write', { payload });
      const error = (await runtime.errors('errors', at + 1))[at];
      assert.equal(error?.code, 'INVALID_PARAMETER', what);
      assert.match(error?.message ?? '', wanted);
    }
    runtime.send('write', { payload: 'end' });
    await until('the device has it', () => edge.devicePort(1).received.length > 0);
    assert.deepEqual(edge.devicePort(1).received, ['end']);
  });

  it('carries 64 KiB of any bytes to the device and back', async () => {
    await start(portIn({ port: 2, encoding: 'buffer' }), portOut({ port: 2, encoding: 'buffer' }));
    const bytes = Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * 11) % 256));
    runtime.send('write', { payload: bytes });
    const [message] = await runtime.messages('out', 1);
    assert.deepEqual(message?.payload, bytes);
  });

  it('hands on a burst of 10,000 messages in order, and leaves the process its turns', async () => {
    await start(portIn());
    let turns = 0;
    let counting = true;
    const tick = (): void => {
      turns++;
      if (counting) setImmediate(tick);
    };
    tick();
    for (let n = 0; n < 10_000; n++) edge.devicePort(1).fromDevice(String(n));
    await runtime.messages('out', 10_000);
    counting = false;
    assert.deepEqual(
      payloads(),
      Array.from({ length: 10_000 }, (_, n) => String(n)),
    );
    assert.ok(turns > 100, `${turns} turns`);
  });

  for (const [what, strike] of [
    ['cut', async () => edge.faults.cutConnections()],
    ['restart', () => edge.faults.restart({ downFor: 20 })],
  ] as const) {
    it(`connects again after a ${what}, reported once`, async () => {
      await start(portIn(), portOut());
      for (let round = 1; round <= 3; round++) {
        const connections = edge.counters.connections;
        await strike();
        await until(
          'it is there again',
          () => edge.counters.connections > connections && edge.devicePort(1).clients === 1,
        );
        edge.devicePort(1).fromDevice(`round ${round}`);
        await runtime.messages('out', round);
      }
      assert.deepEqual(payloads(), ['round 1', 'round 2', 'round 3']);
      const errors = await runtime.errors('errors', 1);
      assert.equal(errors.length, 1);
      assert.equal(errors[0]?.source.id, 'in');
    });
  }

  it('fails at once while the THREAD is away, and sends nothing of that later', async () => {
    await start(portIn(), portOut());
    await edge.faults.refuse();
    await runtime.status('write', 'waiting');
    for (let n = 0; n < 5; n++) runtime.send('write', { payload: `away ${n}` });
    const errors = (await runtime.errors('errors', 6)).filter(({ source }) => source.id === 'write');
    assert.equal(errors.length, 5);
    for (const { code, message } of errors) {
      assert.equal(code, 'DISCONNECTED');
      assert.match(message, /not sent, and not kept to be sent later: ws:.*\/ws\/port\/1 is not connected: /);
    }
    await edge.faults.listenAgain();
    await runtime.status('write', 'connected');
    runtime.send('write', { payload: 'now' });
    await until('the device has it', () => edge.devicePort(1).received.length > 0);
    assert.deepEqual(edge.devicePort(1).received, ['now']);
    assert.equal(runtime.received('complete').length, 1);
  });

  it('leaves no connection over deploys, and goes on after each', async () => {
    for (let deploy = 0; deploy < 5; deploy++) {
      await start(portIn(), portOut());
      await until('one connection', () => edge.counters.openConnections === 1);
      edge.devicePort(1).fromDevice(`deploy ${deploy}`);
      const [message] = await runtime.messages('out', 1);
      assert.equal(message?.payload, `deploy ${deploy}`);
    }
    assert.equal(edge.counters.connections, 5);
  });

  it('closes at once while the THREAD does not answer', async () => {
    edge.faults.halfOpen();
    await runtime.deploy(threadFlow(threadNode(edge, { timeout: 60 }), portIn(), portOut()));
    await until('it dials', () => edge.counters.openConnections === 1);
    assert.equal(runtime.statuses('in').at(-1), 'connecting');
  });

  it('says that the URL is wrong', async () => {
    const wsUrl = edge.wsUrl.replace('/ws', '/elsewhere');
    await runtime.deploy(threadFlow(threadNode(edge, { wsUrl }), portIn()));
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'NOT_FOUND');
    assert.match(
      error?.message ?? '',
      /THREAD at ws:.*\/elsewhere\/port\/1 answers with HTTP 404 and opens no WebSocket; is the URL right\?/,
    );
    await runtime.status('in', 'waiting');
  });

  for (const [property, value, wanted] of [
    ['port', '4', /"port" must be one of 1, 2, 3, but is "4"/],
    ['port', '${FARFIELD_UNSET}', /environment variable FARFIELD_UNSET, named in "port", is not set/],
    ['encoding', 'hex', /"encoding" must be one of utf8, buffer, but is "hex"/],
  ] as const) {
    it(`says what is wrong with ${property} "${value}", and connects nothing`, async () => {
      await runtime.deploy(threadFlow(threadNode(edge), portIn({ [property]: value }), portOut({ [property]: value })));
      for (const { code, message } of await runtime.errors('errors', 2)) {
        assert.equal(code, 'INVALID_CONFIGURATION');
        assert.match(message, wanted);
      }
      assert.equal(edge.counters.connections, 0);
    });
  }

  it('outlives a peer that breaks every rule', async () => {
    const server = await startWebSockets();
    try {
      await runtime.deploy(threadFlow(threadNode({ url: edge.url, wsUrl: server.url }), portIn(), portOut()));
      for (let round = 0; round < 3; round++) {
        const peer = await server.next();
        (peer as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.of(0x83, 0x81, 1, 2));
      }
      const [error] = await runtime.errors('errors', 1);
      assert.equal(error?.code, 'INVALID_RESPONSE');
      await runtime.stop();
    } finally {
      await server.close();
    }
  });
});
