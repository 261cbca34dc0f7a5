import { strict as assert } from 'node:assert';
import { KEY, setUpProvision } from './set-up';

const KEY_BASE64 = Buffer.from(KEY, 'hex').toString('base64');

describe('xdp-provision', () => {
  const { runtime, start, put, provisioned } = setUpProvision();
  const str = (value: string) => ({ type: 'str', value });

  it('puts an end device whose address comes from its EUI, keys given as hexadecimal', async () => {
    const simulator = await start({
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
    assert.equal(answer?.device, '11259375');
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
    const [answer] = await runtime.messages('out', 1);
    assert.equal(provisioned()[0]?.path, '/end-devices/29261297');
    assert.equal(answer?.device, '29261297');
  });

  it('leaves msg.device alone where an operation is about no device', async () => {
    await start({ operation: 'putEndDeviceType' });
    runtime.send('node', { device: 'mine', params: { topic: 'a', name: 'A' } });
    const [answer] = await runtime.messages('out', 1);
    assert.equal(answer?.device, 'mine');
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
});
