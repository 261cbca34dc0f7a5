import { strict as assert } from 'node:assert';
import { threadOperations } from '../../../nodes/itwin-iot/operations/thread';
import { type ItwinEdge, type ItwinSimulator, startItwinSimulator } from '../../../simulators/itwin-iot';
import { createFlowRuntime, type FlowRuntime } from '../../support/flow';
import { threadFlow, threadNode } from '../../support/thread';
import { until } from '../../support/until';

const TYPE = 'itwin-iot-thread-command';

describe(TYPE, () => {
  let runtime: FlowRuntime;
  let simulator: ItwinSimulator;
  let edge: ItwinEdge;
  let asked: number;

  before(async () => {
    runtime = await createFlowRuntime('itwin-iot');
  });
  beforeEach(async () => {
    simulator = await startItwinSimulator({ live: false });
    edge = simulator.edge;
    asked = 0;
  });
  afterEach(async () => {
    await runtime.stop();
    await until('no connection is left', () => edge.counters.openConnections === 0);
    await simulator.stop();
  });
  after(() => runtime.dispose());

  const start = (properties: Record<string, unknown> = {}, thread: Record<string, unknown> = {}): Promise<void> =>
    runtime.deploy(threadFlow(threadNode(edge, thread), { id: 'command', type: TYPE, ...properties }));
  const ask = async (operation: string, params: object = {}): Promise<unknown> => {
    runtime.send('command', { operation, params });
    const answers = await runtime.messages('out', ++asked);
    return answers[asked - 1]?.payload;
  };
  const requests = (): string[] =>
    edge.counters.recentRequests.map(({ method, path, query }) => `${method} ${path}${query && `?${query}`}`);

  /** What is written, and what the THREAD says or does then. */
  const writes: [operation: string, params: object, read: string, params: object, payload: unknown][] = [
    ['setBatterySaver', { value: true, low: 20, high: 80 }, 'getBatterySaver', {}, { value: true, low: 20, high: 80 }],
    ['setBatterySaver', { value: true, low: 0, high: 60 }, 'getBatterySaver', {}, { value: true, low: 0, high: 60 }],
    [
      'setBatterySaver',
      { value: true, low: 40, high: 100 },
      'getBatterySaver',
      {},
      { value: true, low: 40, high: 100 },
    ],
    ['setBatterySaver', { value: true }, 'getBatterySaver', {}, { value: true, low: 10, high: 100 }],
    ['setBatterySaver', { value: 'false' }, 'getBatterySaver', {}, { value: false, low: 0, high: 100 }],
    ['setPortVoltage', { portNumber: 3, value: 2 }, 'readPort', { port: 3, option: 0 }, { value: 15.02 }],
    ['setPortVoltage', { portNumber: '1', value: '1' }, 'readPort', { port: 1, option: 1 }, { value: 0.0131 }],
    ['setPortVoltage', { portNumber: 2, value: 0 }, 'readPort', { port: 2, option: 0 }, { value: 0 }],
    [
      'setPortConfig',
      { port: 1, COMM_TYPE: 'USB', PORT: 1212, HOST: '192.168.254.3', DELIMITERS_HEX: ['0D0A'] },
      'getPortConfig',
      { port: 1 },
      {
        COMM_TYPE: 'USB',
        BAUD_RATE: 9600,
        DATA_BITS: 8,
        PARITY_BIT: 'NONE',
        PORT: 1212,
        HOST: '192.168.254.3',
        DELIMITERS_HEX: ['0D0A'],
      },
    ],
    [
      'setPortConfig',
      { port: 2, BAUD_RATE: '115200', DATA_BITS: 7, PARITY_BIT: 'EVEN' },
      'getPortConfig',
      { port: 2 },
      { COMM_TYPE: 'RS232', BAUD_RATE: 115200, DATA_BITS: 7, PARITY_BIT: 'EVEN' },
    ],
    [
      'deletePortConfig',
      { port: 3, resources: ['PARITY_BIT', 'DATA_BITS'] },
      'getPortConfig',
      { port: 3 },
      { COMM_TYPE: 'RS232', BAUD_RATE: 9600 },
    ],
    ['preferCellular', {}, 'getInterfacePriority', {}, { content: 'ppp0' }],
    ['preferEthernet', {}, 'getInterfacePriority', {}, { content: 'eth0' }],
    ['setCloudConnection', { value: false }, 'getCloudConnection', {}, { value: false }],
    ['setCloudConnection', { value: true }, 'getCloudConnection', {}, { value: true }],
    ['setDeviceConnection', { port: 3, value: false }, 'getDeviceConnection', { port: 3 }, { value: false }],
    ['setDeviceConnection', { port: 2, value: true }, 'getDeviceConnection', { port: 2 }, { value: true }],
    ['update', { version: '7.18.1' }, 'getVersion', {}, { content: '7.18.1' }],
  ];
  for (const [operation, params, read, readParams, payload] of writes) {
    it(`writes with ${operation} ${JSON.stringify(params)} what ${read} gives`, async () => {
      await start();
      assert.deepEqual(await ask(operation, params), {});
      assert.deepEqual(await ask(read, readParams), payload);
    });
  }

  /** What only reads: the platform's own answer, as it is. */
  const reads: [operation: string, params: object, request: string, payload: unknown][] = [
    ['getSerialNumber', {}, 'GET /serialNumber', { content: '6C4F6D' }],
    ['getTimeAccurate', {}, 'GET /timeAccurate', { value: true }],
    ['getInputVoltage', {}, 'GET /chargeInputVoltage', { value: 14.5288 }],
    ['getInputCurrent', {}, 'GET /chargeInputCurrent', { value: 0.0225 }],
    ['getBatteryVoltage', {}, 'GET /batteryVoltage', { value: 13.7456 }],
    ['getStateOfCharge', {}, 'GET /stateOfCharge', { value: 87 }],
    ['getTemperature', {}, 'GET /tempRead', { value: 36.75 }],
    ['getPressure', {}, 'GET /pressRead', { value: 101788.50996 }],
    ['readPortCurrent', { port: 1 }, 'GET /deviceAdcRead420?port=1', { value: -0.00429 }],
    ['getVersion', {}, 'GET /version', { content: '7.17.0' }],
    ['getFirmware', {}, 'GET /firmware', { content: '4.6' }],
    ['getHardware', {}, 'GET /hardware', { content: 'v11' }],
  ];
  for (const [operation, params, request, payload] of reads) {
    it(`reads with ${operation}`, async () => {
      await start();
      assert.deepEqual(await ask(operation, params), payload);
      assert.deepEqual(requests(), [request]);
      const [message] = runtime.received('out');
      assert.equal(message?.statusCode, 200);
      assert.equal(message?.operation, operation);
    });
  }

  it('sets the clock, from a date as well as from text', async () => {
    await start();
    for (const time of ['2019-11-19T15:41:30.000Z', Date.parse('2019-11-19T15:41:30.000Z')]) {
      await ask('setTime', { time });
      assert.match(String(((await ask('getTime')) as { time: string }).time), /^2019-11-19T15:41:3/);
    }
  });

  it('sets the mode of a port, sleeps, flashes, sets the LED and updates from a file or to the latest', async () => {
    await start();
    for (const [portNumber, content] of [
      [1, 'USB'],
      [2, 'RS485'],
      [3, 'OFF'],
    ] as const) {
      await ask('setPortMode', { portNumber, content });
      assert.equal(edge.devicePort(portNumber).mode, content);
    }
    await ask('sleep', { duration: 10000 });
    await ask('flashLed');
    await ask('setLed', { value: true });
    assert.equal(edge.state.accessible, true);
    await ask('setLed', { value: 'false' });
    await ask('update');
    await ask('update', { file: '/tmp/snoopy-1.2.3.jar' });
    const { sleeps, flashes, accessible, updates } = edge.state;
    assert.deepEqual({ sleeps, flashes, accessible }, { sleeps: [10000], flashes: 1, accessible: false });
    assert.deepEqual(updates, [
      { version: undefined, file: undefined },
      { version: undefined, file: '/tmp/snoopy-1.2.3.jar' },
    ]);
  });

  it('sends a message to the device of a port, its parameters from payload or msg.params', async () => {
    await start({ operation: 'sendMessage' });
    runtime.send('command', { payload: { portNumber: '1', message: 'hello world' } });
    runtime.send('command', { params: { portNumber: 1 }, payload: { message: '42' } });
    await runtime.messages('complete', 2);
    assert.deepEqual(edge.devicePort(1).received, ['hello world', '42']);
  });

  it('takes what the dialog sets before the message', async () => {
    await start({
      operation: 'setPortVoltage',
      params: { portNumber: { type: 'num', value: '2' }, value: { type: 'msg', value: 'volts' } },
    });
    runtime.send('command', { volts: 1, params: { portNumber: 3, value: 2 } });
    await runtime.messages('out', 1);
    assert.deepEqual([edge.devicePort(2).voltage, edge.devicePort(3).voltage], [1, 0]);
  });

  const PORTS = /must be a whole number from 1 to 3/;
  const refusals: [operation: string, params: object, message: RegExp][] = [
    ...[
      'readPort',
      'readPortCurrent',
      'getPortConfig',
      'setPortConfig',
      'deletePortConfig',
      'getDeviceConnection',
      'setDeviceConnection',
    ].flatMap((operation): [string, object, RegExp][] => [
      [operation, {}, /needs the parameter "port"/],
      [operation, { port: 0 }, PORTS],
      [operation, { port: 4 }, PORTS],
      [operation, { port: 1.5 }, /must be a whole number/],
    ]),
    ...['setPortVoltage', 'setPortMode', 'sendMessage'].flatMap((operation): [string, object, RegExp][] => [
      [operation, {}, /needs the parameter "portNumber"|needs the parameter/],
      [operation, { portNumber: 0 }, PORTS],
      [operation, { portNumber: 4 }, PORTS],
    ]),
    ['setTime', {}, /needs the parameter "time"/],
    ['setTime', { time: 'noon' }, /must be an ISO 8601 time or Unix milliseconds .*, but is "noon"/],
    ['setBatterySaver', {}, /needs the parameter "value"/],
    ['setBatterySaver', { value: true, low: 20 }, /give both "low" and "high", or neither/],
    ['setBatterySaver', { value: true, high: 80 }, /give both "low" and "high", or neither/],
    [
      'setBatterySaver',
      { value: true, low: -1, high: 80 },
      /"low" of setBatterySaver must be a whole number from 0 to 40/,
    ],
    [
      'setBatterySaver',
      { value: true, low: 41, high: 80 },
      /"low" of setBatterySaver must be a whole number from 0 to 40/,
    ],
    [
      'setBatterySaver',
      { value: true, low: 0, high: 59 },
      /"high" of setBatterySaver must be a whole number from 60 to 100/,
    ],
    [
      'setBatterySaver',
      { value: true, low: 0, high: 101 },
      /"high" of setBatterySaver must be a whole number from 60 to 100/,
    ],
    ['setBatterySaver', { value: 1 }, /must be true or false/],
    ['readPort', { port: 1 }, /needs the parameter "option"/],
    ['readPort', { port: 1, option: 2 }, /"option" of readPort must be one of 0, 1/],
    ['setPortVoltage', { portNumber: 1 }, /needs the parameter "value"/],
    ['setPortVoltage', { portNumber: 1, value: 3 }, /must be one of 0, 1, 2/],
    ['setPortVoltage', { portNumber: 1, value: 12 }, /must be one of 0, 1, 2/],
    ['sleep', {}, /needs the parameter "duration"/],
    ['sleep', { duration: -1 }, /must be a whole number of at least 0/],
    ['sleep', { duration: 0.5 }, /must be a whole number/],
    ['setPortMode', { portNumber: 1, content: 'RS422' }, /must be one of RS232, RS485, ANALOG, USB, OFF/],
    ['setPortMode', { portNumber: 2, content: 'USB' }, /"content" may be USB on port 1 only/],
    ['setPortMode', { portNumber: 3, content: 'USB' }, /"content" may be USB on port 1 only/],
    ['setPortConfig', { port: 1 }, /give at least one property to set/],
    ['setPortConfig', { port: 2, COMM_TYPE: 'USB' }, /"COMM_TYPE" may be USB on port 1 only/],
    ['setPortConfig', { port: 1, COMM_TYPE: 'ANALOG' }, /must be one of RS232, RS485, USB/],
    [
      'setPortConfig',
      { port: 1, BAUD_RATE: 300 },
      /must be one of 230400, 115200, 57600, 38400, 19200, 9600, 4800, 1200/,
    ],
    ['setPortConfig', { port: 1, DATA_BITS: 9 }, /must be one of 8, 7, 6, 5/],
    ['setPortConfig', { port: 1, PARITY_BIT: 'EVIL' }, /must be one of NONE, ODD, EVEN, MARK, SPACE/],
    ['setPortConfig', { port: 1, DELIMITERS_HEX: ['0D0'] }, /must hold hexadecimal bytes such as 0D0A/],
    ['setPortConfig', { port: 1, PORT: 65536 }, /must be a whole number from 1 to 65535/],
    ['deletePortConfig', { port: 1 }, /needs the parameter "resources"/],
    ['deletePortConfig', { port: 1, resources: ['BAUD'] }, /must hold names of properties: COMM_TYPE, BAUD_RATE/],
    ['sendMessage', { portNumber: 1 }, /needs the parameter "message"/],
    ['update', { version: '7.18.0', file: '/tmp/x.jar' }, /give "version" or "file", not both/],
    ['setLed', {}, /needs the parameter "value"/],
    ['setLed', { value: 'green' }, /must be true or false/],
    ['setCloudConnection', { value: 'off' }, /must be true or false/],
    ['setDeviceConnection', { port: 1, value: 0 }, /must be true or false/],
    ['reboot', {}, /unknown operation "reboot"; itwin-iot-thread-command has: getSerialNumber, getTime/],
  ];
  it('refuses what the platform text does not allow, before anything is sent', async () => {
    await start();
    for (const [at, [operation, params, wanted]] of refusals.entries()) {
      runtime.send('command', { operation, params });
      const error = (await runtime.errors('errors', at + 1))[at];
      assert.equal(error?.code, 'INVALID_PARAMETER', `${operation} ${JSON.stringify(params)}: ${error?.message}`);
      assert.match(error?.message ?? '', wanted);
    }
    assert.equal(edge.counters.connections, 0);
  });

  it('has every operation of the table in one of these tests', () => {
    const others = ['setTime', 'getTime', 'setPortMode', 'sleep', 'flashLed', 'setLed', 'sendMessage'];
    const tried = new Set([
      ...writes.flatMap(([write, , read]) => [write, read]),
      ...reads.map(([id]) => id),
      ...others,
    ]);
    assert.deepEqual([...tried].sort(), threadOperations.map(({ id }) => id).sort());
  });

  it('never sends a command twice, and says that the THREAD is away', async () => {
    await start();
    edge.faults.status({ status: 503, retryAfter: 0, times: 1 });
    runtime.send('command', { operation: 'preferCellular' });
    assert.match((await runtime.errors('errors', 1))[0]?.message ?? '', /THREAD failed at preferCellular \(HTTP 503\)/);
    assert.deepEqual(requests(), ['PUT /interfacePriority/cellular']);
    await edge.faults.refuse();
    runtime.send('command', { operation: 'getTime' });
    const error = (await runtime.errors('errors', 2))[1];
    assert.equal(error?.code, 'ECONNREFUSED');
    assert.match(error?.message ?? '', /cannot reach THREAD at http:.*nothing listens there/);
    await runtime.status('command', 'disconnected ECONNREFUSED');
  });

  it('ends a command under way when the node closes', async () => {
    await start();
    edge.faults.halfOpen();
    runtime.send('command', { operation: 'sleep', params: { duration: 1 } });
    await until('it is under way', () => edge.counters.requests['POST /sleep'] === 1);
    const began = Date.now();
    await runtime.stop();
    assert.ok(Date.now() - began < 2000);
  });
});
