import { strict as assert } from 'node:assert';
import { nextTurn } from '../../../nodes/core/timing';
import { startXdpSimulator, type XdpSimulator, type XdpSimulatorOptions } from '../../../simulators/xdp';
import { requestFlow, xdpCredentials } from '../../support/flow';
import { flowRuntime } from '../../support/flow-suite';

const KEY = '2b7e151628aed2a6abf7158809cf4f3c';
const KEY_BASE64 = Buffer.from(KEY, 'hex').toString('base64');

describe('xdp-provision', () => {
  let simulator: XdpSimulator;
  const runtime = flowRuntime('xdp', () => simulator.stop());

  const start = async (properties: Record<string, unknown>, options: XdpSimulatorOptions = {}): Promise<void> => {
    simulator = await startXdpSimulator({ live: false, ...options });
    await runtime.deploy(requestFlow(simulator, { type: 'xdp-provision', ...properties }), xdpCredentials(simulator));
  };
  const provisioned = () =>
    simulator.counters.provisioned.map(({ method, path, query, body }) => ({ method, path, query, body }));
  const str = (value: string) => ({ type: 'str', value });

  it('puts an end device whose address comes from its EUI, keys given as hexadecimal', async () => {
    await start({
      operation: 'putEndDevice',
      params: {
        endDeviceTopic: str('agri-ace-data-up-mac-payload'),
        devEUI: str('12 34 56 78 90 ab cd ef'),
        appKey: str(KEY),
      },
    });
    runtime.send('node', { payload: { name: 'Device 1', version: '1', unknown: 1 } });
    const [answer] = await runtime.messages('out', 1);
    assert.equal(answer?.statusCode, 204);
    assert.equal(answer?.payload, null);
    assert.deepEqual(provisioned(), [
      {
        method: 'PUT',
        path: '/end-devices/11259375',
        query: '',
        body: {
          endDeviceTopic: 'agri-ace-data-up-mac-payload',
          name: 'Device 1',
          devEUI: 'EjRWeJCrze8=',
          appKey: KEY_BASE64,
          version: 1,
        },
      },
    ]);
    assert.equal(
      simulator.endDevices().some(({ nwkAddr }) => nwkAddr === 11259375),
      true,
    );
  });

  it('takes an address given explicitly before the derived one', async () => {
    await start({ operation: 'putEndDevice' });
    runtime.send('node', {
      payload: { nwkAddr: 29261297, devEUI: 'EjRWeJCrze8=', endDeviceTopic: 'x-data-up-mac-payload' },
    });
    await runtime.messages('out', 1);
    assert.equal(provisioned()[0]?.path, '/end-devices/29261297');
  });

  /** Every other operation of the table, by msg.operation alone: what is sent is what the platform text shows. */
  const cases: {
    operation: string;
    params?: object;
    payload?: unknown;
    sent: { method: string; path: string; query?: string; body?: unknown };
  }[] = [
    {
      operation: 'putEndDeviceType',
      params: { topic: 'a b/c-data-up-mac-payload', name: 'A' },
      sent: { method: 'PUT', path: '/end-device-types/a%20b%2Fc-data-up-mac-payload', body: { name: 'A' } },
    },
    {
      operation: 'deleteEndDeviceType',
      params: { topic: 'x-data-up-mac-payload' },
      sent: { method: 'DELETE', path: '/end-device-types/x-data-up-mac-payload' },
    },
    {
      operation: 'putObservationType',
      params: { topic: 'electric-fence-data-up-json', provisionKeys: true },
      payload: {
        name: 'Fences',
        secretPath: 'secrets.electric-fence.key',
        view: 'function(){throw new Error("evaluated")}',
      },
      sent: {
        method: 'PUT',
        path: '/observation-types/electric-fence-data-up-json',
        query: 'provisionKeys=true',
        body: {
          name: 'Fences',
          secretPath: 'secrets.electric-fence.key',
          view: 'function(){throw new Error("evaluated")}',
        },
      },
    },
    {
      operation: 'deleteObservationType',
      params: { topic: 'x-data-up-json' },
      sent: { method: 'DELETE', path: '/observation-types/x-data-up-json' },
    },
    { operation: 'deleteEndDevice', params: { nwkAddr: '7' }, sent: { method: 'DELETE', path: '/end-devices/7' } },
    {
      operation: 'deleteEndDeviceSession',
      params: { nwkAddr: 7 },
      sent: { method: 'DELETE', path: '/end-devices/7/session' },
    },
    {
      operation: 'putSecret',
      params: { path: 'secrets.dashboards-events.key', value: KEY },
      sent: { method: 'PUT', path: '/secrets/secrets.dashboards-events.key', body: KEY },
    },
    {
      operation: 'postEndDeviceEvents',
      payload: [
        { nwkAddr: 1, version: 1, type: 'VersionUpdated' },
        { nwkAddr: 1, name: 'One', type: 'NameUpdated' },
      ],
      sent: {
        method: 'POST',
        path: '/end-devices/events',
        body: [
          { nwkAddr: 1, version: 1, type: 'VersionUpdated' },
          { nwkAddr: 1, name: 'One', type: 'NameUpdated' },
        ],
      },
    },
  ];
  for (const { operation, params, payload, sent } of cases) {
    it(`sends ${operation} as the platform text shows it`, async () => {
      await start({});
      // What is deleted must be there.
      await put('putEndDeviceType', { topic: 'x-data-up-mac-payload', name: 'X' });
      await put('putObservationType', {
        topic: 'x-data-up-json',
        name: 'X',
        secretPath: 'secrets.x.key',
        view: 'function(){}',
      });
      await put('putEndDevice', { nwkAddr: 7, endDeviceTopic: 'x-data-up-mac-payload' });
      const before = provisioned().length;
      await put(operation, params, payload);
      assert.deepEqual(provisioned().slice(before), [{ query: '', body: undefined, ...sent }]);
    });
  }
  const put = async (operation: string, params?: object, payload?: unknown): Promise<void> => {
    const count = runtime.received('out').length;
    runtime.send('node', { operation, params, payload });
    await Promise.race([
      runtime.messages('out', count + 1),
      runtime.errors('errors', 1).then(([error]) => assert.fail(`${operation}: ${error?.message}`)),
    ]);
  };

  it('reads parameters from flow context, JSONata and the environment', async () => {
    process.env.FARFIELD_TEST_TOPIC = 'env-data-up-mac-payload';
    try {
      await start({
        operation: 'putEndDevice',
        params: {
          nwkAddr: { type: 'flow', value: 'address' },
          endDeviceTopic: { type: 'env', value: 'FARFIELD_TEST_TOPIC' },
          name: { type: 'jsonata', value: 'payload.first & " " & payload.last' },
        },
      });
      runtime.node('node').context().flow.set('address', 7);
      runtime.send('node', { payload: { first: 'Ada', last: 'L' } });
      await runtime.messages('out', 1);
    } finally {
      delete process.env.FARFIELD_TEST_TOPIC;
    }
    assert.equal(provisioned()[0]?.path, '/end-devices/7');
    assert.deepEqual(provisioned()[0]?.body, { endDeviceTopic: 'env-data-up-mac-payload', name: 'Ada L' });
  });

  const refused: [string, Record<string, unknown>, Record<string, unknown>, RegExp][] = [
    [
      'a missing parameter',
      { operation: 'putEndDeviceType' },
      { payload: { name: 'A' } },
      /putEndDeviceType needs the parameter "topic"/,
    ],
    [
      'a value of the wrong type',
      { operation: 'deleteEndDevice' },
      { params: { nwkAddr: 'abc' } },
      /"nwkAddr" of deleteEndDevice must be a whole number from 0 to 4294967295, but is "abc"/,
    ],
    [
      'an address beyond 32 bits',
      { operation: 'deleteEndDevice' },
      { params: { nwkAddr: 2 ** 32 } },
      /"nwkAddr".*from 0 to 4294967295/,
    ],
    [
      'an unknown operation',
      {},
      { operation: 'putNothing' },
      /unknown operation "putNothing"; xdp-provision has: putEndDevice, /,
    ],
    ['no operation', {}, { payload: {} }, /no operation: choose one in the dialog or set msg.operation/],
    [
      'an unknown context store',
      { operation: 'deleteEndDevice', params: { nwkAddr: { type: 'flow', value: '#:(nowhere)::x' } } },
      {},
      /cannot read the parameter "nwkAddr" \(flow\): the context store "nowhere" does not exist/,
    ],
    [
      'an environment variable that is not set',
      { operation: 'putEndDeviceType', params: { topic: { type: 'str', value: '${FARFIELD_UNSET}' } } },
      { payload: { name: 'A' } },
      /cannot read the parameter "topic" \(str\): the environment variable FARFIELD_UNSET is not set/,
    ],
    [
      'an environment variable that is not set, by its type',
      { operation: 'putEndDeviceType', params: { topic: { type: 'env', value: 'FARFIELD_UNSET' } } },
      { payload: { name: 'A' } },
      /cannot read the parameter "topic" \(env\): the environment variable FARFIELD_UNSET is not set/,
    ],
    [
      'broken JSON in the dialog',
      { operation: 'putEndDevice', params: { position: { type: 'json', value: '{"lat":' } } },
      {},
      /cannot read the parameter "position" \(json\): it is not valid JSON/,
    ],
    [
      'an event without a type',
      { operation: 'postEndDeviceEvents' },
      { payload: [{ nwkAddr: 1 }] },
      /"events" of postEndDeviceEvents \[0\] must be an object whose "type"/,
    ],
  ];
  for (const [what, properties, message, wanted] of refused) {
    it(`refuses ${what} by name and sends nothing`, async () => {
      await start(properties);
      runtime.send('node', message);
      const [error] = await runtime.errors('errors', 1);
      assert.equal(error?.code, 'INVALID_PARAMETER');
      assert.match(error?.message ?? '', wanted);
      assert.equal(provisioned().length, 0);
    });
  }

  it('never shows a key: neither a bad one nor one the server quotes', async () => {
    await start({ operation: 'putEndDevice' });
    runtime.send('node', { payload: { nwkAddr: 1, endDeviceTopic: 'x', appKey: `${KEY}ff` } });
    const [error] = await runtime.errors('errors', 1);
    assert.match(
      error?.message ?? '',
      /"appKey" of putEndDevice must be 16 bytes as Base64 or as 32 hexadecimal digits$/,
    );
    assert.equal((error?.message ?? '').includes(KEY), false);
  });

  it('outlives a message that cannot be cloned for a Catch node', async () => {
    await start({ operation: 'putEndDeviceType' });
    const poison = Object.defineProperty({ payload: {} }, 'trap', {
      enumerable: true,
      get() {
        throw new Error('not to be read');
      },
    });
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    runtime.send('node', poison);
    await put('putEndDeviceType', { topic: 'x', name: 'X' });
    await nextTurn();
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });

  it('passes the status code and the words of the platform on to Catch', async () => {
    await start({ operation: 'putEndDeviceType' });
    simulator.faults.status({ status: 500 });
    runtime.send('node', { payload: { topic: 'x', name: 'X' } });
    const [caught] = await runtime.messages('errors', 1);
    assert.equal(caught?.statusCode, 500);
    assert.equal(caught?.operation, 'putEndDeviceType');
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'PLATFORM_ERROR');
  });

  it('does not log in for every message when even a new token is refused', async () => {
    await start({ operation: 'putEndDeviceType' });
    simulator.faults.status({ status: 401, path: '/end-device-types' });
    for (let n = 0; n < 20; n++) runtime.send('node', { payload: { topic: `x${n}`, name: 'X' } });
    const errors = await runtime.errors('errors', 20);
    assert.ok(errors.every(({ code }) => code === 'UNAUTHORIZED'));
    assert.ok(simulator.counters.logins <= 3, `${simulator.counters.logins} logins`);
  });

  it('repeats a PUT after 503 and honours Retry-After, but not a POST', async () => {
    await start({});
    simulator.faults.status({ status: 503, retryAfter: 0, times: 1, method: 'PUT' });
    await put('putEndDeviceType', { topic: 'x', name: 'X' });
    assert.equal(simulator.counters.requests['PUT /end-device-types/x'], 2);
    simulator.faults.status({ status: 503, times: 1, method: 'POST', path: '/end-devices' });
    runtime.send('node', {
      operation: 'postEndDeviceEvents',
      payload: [{ nwkAddr: 1, version: 1, type: 'VersionUpdated' }],
    });
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /HTTP 503/);
    assert.equal(simulator.counters.requests['POST /end-devices/events'], 1);
  });
});
