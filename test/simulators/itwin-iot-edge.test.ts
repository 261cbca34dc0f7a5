import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ItwinEdge, ItwinSimulator } from '../../simulators/itwin-iot/index';
import { simulate, stopAll, until } from './itwin-iot-support';

describe('the Edge THREAD of iTwin IoT', () => {
  let simulator: ItwinSimulator;
  let edge: ItwinEdge;

  beforeEach(async () => {
    simulator = await simulate();
    edge = simulator.edge;
  });

  afterEach(stopAll);

  async function call(operation: string, body?: unknown): Promise<{ status: number; json: unknown }> {
    const [method = '', path = ''] = operation.split(' ');
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(`${edge.url}${path}`, { method, body: text });
    const answer = await response.text();
    return { status: response.status, json: response.status === 200 ? (JSON.parse(answer) as unknown) : answer };
  }

  const answer = async (operation: string, body?: unknown) => {
    const { status, json } = await call(operation, body);
    assert.equal(status, 200, `${operation} ${JSON.stringify(body)}`);
    return json;
  };
  const refuses = async (operation: string, ...bodies: unknown[]) => {
    for (const body of bodies)
      assert.equal((await call(operation, body)).status, 400, `${operation} ${JSON.stringify(body)}`);
  };

  it('tells what it is and measures, without authorization', async () => {
    assert.deepEqual(await answer('GET /serialNumber'), { content: '6C4F6D' });
    assert.deepEqual(await answer('GET /chargeInputVoltage'), { value: 14.5288 });
    assert.deepEqual(await answer('GET /chargeInputCurrent'), { value: 0.0225 });
    assert.deepEqual(await answer('GET /batteryVoltage'), { value: 13.7456 });
    assert.deepEqual(await answer('GET /tempRead'), { value: 36.75 });
    assert.deepEqual(await answer('GET /pressRead'), { value: 101788.50996 });
    assert.deepEqual(await answer('GET /timeAccurate'), { value: true });
    for (const path of ['/stateOfCharge', '/version', '/firmware', '/hardware']) assert.ok(await answer(`GET ${path}`));
  });

  it('has a clock that can be set', async () => {
    await answer('POST /time', { time: '2019-11-19T15:41:30.000Z' });
    const { time } = (await answer('GET /time')) as { time: string };
    assert.match(time, /^2019-11-19T15:4[1-9]/);
    await refuses('POST /time', { time: 'noon' }, {});
  });

  it('saves its battery between low 0 to 40 and high 60 to 100, both or neither', async () => {
    assert.deepEqual(await answer('GET /batterySaver'), { value: false, low: 0, high: 100 });
    await answer('PUT /batterySaver', { value: true });
    assert.deepEqual(await answer('GET /batterySaver'), { value: true, low: 10, high: 100 });
    await answer('PUT /batterySaver', { value: true, low: 40, high: 60 });
    assert.deepEqual(edge.state.batterySaver, { value: true, low: 40, high: 60 });
    await refuses(
      'PUT /batterySaver',
      { value: true, low: 10 },
      { value: true, high: 80 },
      { value: true, low: 41, high: 80 },
      { value: true, low: 10, high: 59 },
      { value: 'true' },
      { low: 10, high: 80 },
    );
  });

  it('switches and reads the voltage of ports 1 to 3', async () => {
    await answer('POST /deviceVoltage', { portNumber: 3, value: 2 });
    assert.deepEqual(await answer('GET /deviceAdcRead?port=3&option=0'), { value: 15.02 });
    assert.deepEqual(await answer('GET /deviceAdcRead?port=3&option=1'), { value: 0.0131 });
    assert.deepEqual(await answer('GET /deviceAdcRead?port=1&option=0'), { value: 0 });
    assert.deepEqual(await answer('GET /deviceAdcRead420?port=2'), { value: -0.00429 });
    await refuses('POST /deviceVoltage', { portNumber: 0, value: 1 }, { portNumber: 1, value: 3 }, { portNumber: 1 });
    for (const query of ['port=4&option=0', 'port=1&option=2', 'port=1'])
      await refuses(`GET /deviceAdcRead?${query}`, undefined);
    await refuses('GET /deviceAdcRead420', undefined);
  });

  it('sets the interface of a port, USB on port 1 only', async () => {
    await answer('POST /deviceRsSel', { portNumber: 1, content: 'USB' });
    assert.equal(edge.devicePort(1).mode, 'USB');
    await refuses('POST /deviceRsSel', { portNumber: 2, content: 'USB' }, { portNumber: 1, content: 'RS422' });
  });

  it('sets, tells and removes the properties of a port', async () => {
    await answer('PUT /configure?port=1', {
      COMM_TYPE: 'USB',
      PORT: 1212,
      HOST: '192.168.254.3',
      DELIMITERS_HEX: ['0D0A'],
    });
    const properties = {
      BAUD_RATE: 9600,
      DATA_BITS: 8,
      PARITY_BIT: 'NONE',
      COMM_TYPE: 'USB',
      DELIMITERS_HEX: ['0D0A'],
    };
    assert.deepEqual(await answer('GET /configure?port=1'), { ...properties, PORT: 1212, HOST: '192.168.254.3' });
    await answer('DELETE /configure?port=1', { resources: ['HOST', 'PORT'] });
    assert.deepEqual(await answer('GET /configure?port=1'), properties);
    await refuses(
      'PUT /configure?port=1',
      { BAUD_RATE: 300 },
      { DATA_BITS: 9 },
      { PARITY_BIT: 'X' },
      { DELIMITERS_HEX: 'x' },
    );
    await refuses('DELETE /configure?port=1', {});
    await refuses('PUT /configure?port=4', {});
  });

  it('prefers a network, sleeps, flashes, and updates itself', async () => {
    assert.deepEqual(await answer('GET /interfacePriority'), { content: 'eth0' });
    await answer('PUT /interfacePriority/cellular');
    assert.deepEqual(await answer('GET /interfacePriority'), { content: 'ppp0' });
    await answer('PUT /interfacePriority/ethernet');
    await answer('POST /sleep', { duration: 10000 });
    await refuses('POST /sleep', { duration: -1 }, { duration: '10' });
    await answer('POST /observation');
    await answer('POST /update?version=7.18.0');
    await answer('POST /update?file=/tmp/snoopy-1.2.3.jar');
    await answer('POST /update');
    await refuses('POST /update?version=1&file=2', undefined);
    const { interfacePriority, sleeps, flashes, updates } = edge.state;
    assert.deepEqual([interfacePriority, sleeps, flashes, updates.length], ['eth0', [10000], 1, 3]);
  });

  it('takes the LED and the cloud connection as strings, the device connection as a boolean', async () => {
    await answer('POST /accessible', { value: 'true' });
    await answer('PUT /cloudConnection', { value: 'false' });
    await answer('PUT /deviceConnection?port=3', { value: false });
    assert.equal(edge.state.accessible, true);
    assert.deepEqual(await answer('GET /cloudConnection'), { value: false });
    assert.deepEqual(await answer('GET /deviceConnection?port=3'), { value: false });
    assert.deepEqual(await answer('GET /deviceConnection?port=2'), { value: true });
    await refuses('POST /accessible', { value: true });
    await refuses('PUT /cloudConnection', { value: false });
    await refuses('PUT /deviceConnection?port=3', { value: 'false' });
  });

  it('sends a message to the device of a port', async () => {
    await answer('POST /message', { portNumber: '1', message: 'hello world' });
    await answer('POST /message', { portNumber: 1, message: 'again' });
    assert.deepEqual(edge.devicePort(1).received, ['hello world', 'again']);
    await refuses('POST /message', { portNumber: 1, content: 'hello' }, { portNumber: 5, message: 'x' });
  });

  describe("a port's WebSocket", () => {
    const open = async (port: number) => {
      const socket = new WebSocket(`${edge.wsUrl}/port/${port}`);
      await once(socket, 'open');
      return socket;
    };
    const next = async (socket: WebSocket) => {
      const [data, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
      return isBinary ? data : data.toString();
    };

    it('carries what the device sends to every client of its port, as text or as bytes', async () => {
      const [first, second, other] = await Promise.all([open(1), open(1), open(3)]);
      other.on('message', () => assert.fail('another port'));
      const both = Promise.all([next(first), next(second)]);
      edge.devicePort(1).fromDevice('45.93,27.97\r\n');
      assert.deepEqual(await both, ['45.93,27.97\r\n', '45.93,27.97\r\n']);
      const bytes = next(first);
      edge.devicePort(1).fromDevice(Buffer.of(0xff, 0x00, 0xc3));
      assert.deepEqual(await bytes, Buffer.of(0xff, 0x00, 0xc3));
    });

    it('carries what a client sends to the device, as text or as bytes', async () => {
      const socket = await open(3);
      socket.send('hello');
      socket.send(Buffer.of(0xff, 0x0d));
      await until(() => edge.devicePort(3).received.length === 2);
      assert.deepEqual(edge.devicePort(3).received, ['hello', Buffer.of(0xff, 0x0d)]);
    });

    it('has a device on port 2 that sends back whatever it gets', async () => {
      const socket = await open(2);
      const back = next(socket);
      socket.send('ping');
      assert.equal(await back, 'ping');
    });

    it('carries nothing while the device connection is disabled', async () => {
      const socket = await open(2);
      socket.on('message', () => assert.fail('it passed'));
      await answer('PUT /deviceConnection?port=2', { value: false });
      socket.send('lost');
      edge.devicePort(2).fromDevice('lost');
      const pong = once(socket, 'pong');
      socket.ping();
      await pong;
      assert.deepEqual(edge.devicePort(2).received, []);
    });

    it('is there for ports 1 to 3 only', async () => {
      const socket = new WebSocket(`${edge.wsUrl}/port/4`);
      assert.match(((await once(socket, 'error')) as [Error])[0].message, /404/);
    });

    it('carries the real readings of mote 1 from port 1 while they come live', async () => {
      simulator = await simulate({ live: true, speed: 500 });
      edge = simulator.edge;
      assert.match(String(await next(await open(1))), /^\d+(?:\.\d+)?,\d+(?:\.\d+)?\r\n$/);
    });

    it('breaks, or says nothing any more, with faults of the THREAD alone', async () => {
      const socket = await open(1);
      const closed = once(socket, 'close');
      simulator.faults.cutConnections();
      edge.faults.cutMidFrame({ path: '/ws/port/1', times: 1 });
      edge.devicePort(1).fromDevice('half of this');
      assert.equal((await closed)[0], 1006);
      const silent = await open(1);
      silent.on('message', () => assert.fail('it spoke'));
      edge.faults.halfOpen({ path: '/ws/port/1' });
      edge.faults.clear();
      edge.devicePort(1).fromDevice('lost');
      const other = await open(1);
      const heard = next(other);
      edge.devicePort(1).fromDevice('heard');
      assert.equal(await heard, 'heard');
      edge.faults.status({ status: 503, times: 1 });
      assert.equal((await call('GET /version')).status, 503);
      await edge.faults.refuse();
      await assert.rejects(fetch(`${edge.url}/version`));
      assert.equal((await fetch(simulator.socketUrl.replace('ws', 'http'))).status, 426);
    });
  });
});
