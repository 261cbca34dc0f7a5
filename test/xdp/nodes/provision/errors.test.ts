import { strict as assert } from 'node:assert';
import { nextTurn } from '../../../../nodes/core/timing';
import { KEY, setUpProvision } from './set-up';

describe('xdp-provision', () => {
  const { runtime, start, put, provisioned } = setUpProvision();

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
      /"nwkAddr" of deleteEndDevice must be a whole number from 0 to 4294967295 \(.*0xabc\), but is "abc"/,
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
    ['an operation still to be chosen', { operation: 'choose' }, {}, /no operation: choose one in the dialog/],
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
    const simulator = await start({ operation: 'putEndDeviceType' });
    simulator.faults.status({ status: 500 });
    runtime.send('node', { payload: { topic: 'x', name: 'X' } });
    const [caught] = await runtime.messages('errors', 1);
    assert.equal(caught?.statusCode, 500);
    assert.equal(caught?.operation, 'putEndDeviceType');
    const [error] = await runtime.errors('errors', 1);
    assert.equal(error?.code, 'PLATFORM_ERROR');
  });

  it('does not log in for every message when even a new token is refused', async () => {
    const simulator = await start({ operation: 'putEndDeviceType' });
    simulator.faults.status({ status: 401, path: '/end-device-types' });
    for (let n = 0; n < 20; n++) runtime.send('node', { payload: { topic: `x${n}`, name: 'X' } });
    const errors = await runtime.errors('errors', 20);
    assert.ok(errors.every(({ code }) => code === 'UNAUTHORIZED'));
    assert.ok(simulator.counters.logins <= 3, `${simulator.counters.logins} logins`);
  });

  it('repeats a PUT after 503 and honours Retry-After, but not a POST', async () => {
    const simulator = await start({});
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
