import assert from 'node:assert/strict';
import { END_DEVICE_TOPIC, nwkAddrOf, type XdpSimulator } from '../../simulators/xdp/index';
import { call, dataOf, openStream, readAll, type SeenStream, simulate, stopAll } from './support';

/** The ABP update of the platform text. */
const EXAMPLE = {
  appSKey: 'EjRWeJCrze8SNFZ4kKvN7w==',
  devEUI: 'EjRWeJCrze8=',
  endDeviceTopic: 'agri-ace-data-up-mac-payload',
  fNwkSIntKey: 'q83vEjRWeJCrze8SNFZ4kA==',
  nwkSEncKey: 'q83vEjRWeJCrze8SNFZ4kA==',
  sNwkSIntKey: 'q83vEjRWeJCrze8SNFZ4kA==',
  version: 1,
  name: 'Device 1',
};
const NWK_ADDR = 29261297;

const put = (simulator: XdpSimulator, body: object, nwkAddr: number | string = NWK_ADDR) =>
  call(simulator, 'PUT', `/end-devices/${nwkAddr}`, { body: JSON.stringify(body) });
const eventsOf = (stream: SeenStream, nwkAddr: number) =>
  stream.events.filter((event) => event.event?.endsWith('Done') === false && dataOf(event).nwkAddr === nwkAddr);
const device = (simulator: XdpSimulator, nwkAddr = NWK_ADDR) =>
  simulator.endDevices().find((one) => one.nwkAddr === nwkAddr);

describe('xDP end devices', () => {
  afterEach(stopAll);

  it('are the four motes from the start, named, placed and typed', async () => {
    const simulator = await simulate();
    assert.deepEqual(
      simulator.endDevices().map(({ nwkAddr, name }) => [nwkAddr, name]),
      [
        [23353857, 'Mote 1 (indoor)'],
        [23353858, 'Mote 2 (indoor)'],
        [23353859, 'Mote 3 (outdoor)'],
        [23353860, 'Mote 4 (outdoor)'],
      ],
    );
    for (const { topic, position, devEUI, nwkAddr } of simulator.endDevices()) {
      assert.equal(topic, END_DEVICE_TOPIC);
      assert.equal(typeof position?.lat, 'number');
      const low = Buffer.from(devEUI ?? '', 'base64').readUInt32BE(4);
      assert.equal(low & 0x01ffffff, nwkAddr);
    }
  });

  it('are made by PUT, which streams an event for each field', async () => {
    const simulator = await simulate();
    const stream = await openStream(simulator, '/end-devices/events');
    const position = { lat: -37.1, lng: 146.2 };
    assert.equal((await put(simulator, { ...EXAMPLE, position })).status, 204);
    await stream.until(({ names }) => names.lastIndexOf('NoncesUpdated') > names.indexOf('StoredEndDeviceEventsDone'));
    const events = eventsOf(stream, NWK_ADDR);
    assert.deepEqual(
      events.map(({ event }) => event),
      [
        'NwkAddrUpdated',
        'NameUpdated',
        'TopicUpdated',
        'PositionUpdated',
        'VersionUpdated',
        'SecretsUpdated',
        'NoncesUpdated',
      ],
    );
    const data = events.map(dataOf);
    assert.deepEqual(data[0], { devEUI: EXAMPLE.devEUI, nwkAddr: NWK_ADDR });
    assert.deepEqual(data[1], { name: 'Device 1', nwkAddr: NWK_ADDR });
    assert.deepEqual(data[2], { nwkAddr: NWK_ADDR, topic: EXAMPLE.endDeviceTopic });
    assert.deepEqual(data[3]?.position, position);
    assert.match(String(data[3]?.time), /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    assert.deepEqual(data[4], { nwkAddr: NWK_ADDR, version: 1 });
    assert.deepEqual(data[6], { devNonce: 0, joinNonce: 0, nwkAddr: NWK_ADDR });
    const later = await readAll(simulator, '/end-devices/events');
    assert.deepEqual(eventsOf(later, NWK_ADDR), events);
  });

  it('give their secrets, as hex, only to who asks for them', async () => {
    const simulator = await simulate();
    await put(simulator, EXAMPLE);
    const secretsIn = async (query: string) => {
      const stream = await readAll(simulator, `/end-devices/events${query}`);
      const event = eventsOf(stream, NWK_ADDR).find(({ event }) => event === 'SecretsUpdated');
      return dataOf(event ?? assert.fail());
    };
    for (const query of ['', '?includeDeviceSecrets=false']) {
      const hidden = await secretsIn(query);
      assert.deepEqual(Object.keys(hidden), ['nonce', 'nwkAddr']);
      assert.match(String(hidden.nonce), /^[0-9a-f-]{36}$/);
    }
    assert.deepEqual((await secretsIn('?includeDeviceSecrets=true')).secrets, {
      appSKey: '1234567890ABCDEF1234567890ABCDEF',
      fNwkSIntKey: 'ABCDEF1234567890ABCDEF1234567890',
      nwkSEncKey: 'ABCDEF1234567890ABCDEF1234567890',
      sNwkSIntKey: 'ABCDEF1234567890ABCDEF1234567890',
    });
  });

  it('keep what a later PUT leaves out', async () => {
    const simulator = await simulate();
    await put(simulator, EXAMPLE);
    await put(simulator, { endDeviceTopic: 'other-data-up-mac-payload' });
    assert.equal(device(simulator)?.name, 'Device 1');
    assert.equal(device(simulator)?.topic, 'other-data-up-mac-payload');
  });

  it('begin a new session only when a secret is not what it was', async () => {
    const simulator = await simulate();
    const nonces = JSON.stringify({ type: 'NoncesUpdated', nwkAddr: NWK_ADDR, devNonce: 7, joinNonce: 8 });
    await put(simulator, EXAMPLE);
    await call(simulator, 'POST', '/end-devices/events', { body: nonces });
    await put(simulator, EXAMPLE);
    assert.equal(device(simulator)?.devNonce, 7);
    const secretsUpdatedNonce = '0e8cd0a5-6df5-4f47-9f27-66a2c7e9a1f1';
    await put(simulator, { ...EXAMPLE, appSKey: EXAMPLE.fNwkSIntKey, secretsUpdatedNonce });
    assert.equal(device(simulator)?.devNonce, 0);
    assert.equal(device(simulator)?.joinNonce, 0);
    assert.equal(device(simulator)?.secretsNonce, secretsUpdatedNonce);
  });

  it('are refused with the field that is wrong', async () => {
    const simulator = await simulate();
    const wrong: [object, RegExp][] = [
      [{ name: 'no topic' }, /"endDeviceTopic" is required/],
      [{ ...EXAMPLE, appSKey: 'not base64!' }, /"appSKey"/],
      [{ ...EXAMPLE, devEUI: 'EjRW' }, /"devEUI" must be Base64 of 64 bits/],
      [{ ...EXAMPLE, version: -1 }, /"version"/],
      [{ ...EXAMPLE, position: { lat: 91, lng: 0 } }, /"position"/],
      [{ ...EXAMPLE, position: '1,2' }, /"position"/],
      [{ ...EXAMPLE, secretsUpdatedNonce: 'x' }, /"secretsUpdatedNonce"/],
      [{ ...EXAMPLE, topic: 'x' }, /unknown field "topic"/],
    ];
    for (const [body, problem] of wrong) {
      const answer = await put(simulator, body);
      assert.equal(answer.status, 400);
      assert.match(answer.text, problem);
    }
    for (const nwkAddr of ['x', '-1', '4294967296', '1.5']) {
      assert.equal((await put(simulator, EXAMPLE, nwkAddr)).status, 400);
    }
    assert.equal(device(simulator), undefined);
  });

  it('change by posted events, one a line with its type', async () => {
    const simulator = await simulate();
    const stream = await openStream(simulator, '/end-devices/events');
    const events = [
      { nwkAddr: 1, version: 1, type: 'VersionUpdated' },
      { nwkAddr: 1, time: '2019-09-11T23:44:56.121Z', voltage: 3, type: 'BatteryLevelUpdated' },
    ];
    const body = events.map((event) => JSON.stringify(event)).join('\n');
    assert.equal((await call(simulator, 'POST', '/end-devices/events?provisionKeys=true', { body })).status, 204);
    await stream.until(({ names }) => names.includes('BatteryLevelUpdated'));
    assert.deepEqual(eventsOf(stream, 1).map(dataOf), [
      { nwkAddr: 1, version: 1 },
      { nwkAddr: 1, time: '2019-09-11T23:44:56.121Z', voltage: 3 },
    ]);
    assert.equal(device(simulator, 1)?.voltage, 3);
  });

  it('take all posted events or none, and name the bad line', async () => {
    const simulator = await simulate();
    const good = JSON.stringify({ nwkAddr: 1, version: 1, type: 'VersionUpdated' });
    const bad = [
      '{"nwkAddr":1,"version":1}',
      '{"nwkAddr":1,"version":1,"type":"StoredEndDeviceEventsDone"}',
      '{"nwkAddr":1,"type":"NameUpdated"}',
      '{"nwkAddr":1,"time":"yesterday","voltage":3,"type":"BatteryLevelUpdated"}',
    ];
    for (const wrong of bad) {
      const answer = await call(simulator, 'POST', '/end-devices/events', { body: `${good}\n${wrong}` });
      assert.equal(answer.status, 400);
      assert.match(answer.text, /^line 2: /);
    }
    assert.equal(device(simulator, 1), undefined);
  });

  it('go by DELETE, and then only their removal is left in the stream', async () => {
    const simulator = await simulate();
    const nwkAddr = nwkAddrOf(1);
    const stream = await openStream(simulator, '/end-devices/events');
    assert.equal((await call(simulator, 'DELETE', `/end-devices/${nwkAddr}`)).status, 204);
    await stream.until(({ names }) => names.includes('NwkAddrRemoved'));
    assert.equal(device(simulator, nwkAddr), undefined);
    const later = await readAll(simulator, '/end-devices/events');
    assert.deepEqual(
      eventsOf(later, nwkAddr).map((event) => [event.event, dataOf(event)]),
      [['NwkAddrRemoved', { nwkAddr }]],
    );
    assert.equal((await call(simulator, 'DELETE', `/end-devices/${nwkAddr}`)).status, 404);
  });

  it('lose their session by DELETE of it', async () => {
    const simulator = await simulate();
    const body = JSON.stringify({ type: 'NoncesUpdated', nwkAddr: nwkAddrOf(2), devNonce: 7, joinNonce: 8 });
    await call(simulator, 'POST', '/end-devices/events', { body });
    assert.equal((await call(simulator, 'DELETE', `/end-devices/${nwkAddrOf(2)}/session`)).status, 204);
    assert.equal(device(simulator, nwkAddrOf(2))?.devNonce, 0);
    assert.equal((await call(simulator, 'DELETE', '/end-devices/5/session')).status, 404);
  });
});
