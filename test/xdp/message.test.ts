import { strict as assert } from 'node:assert';
import { parseEvent } from '../../nodes/xdp/client/events';
import { eventMessage, valueMessages } from '../../nodes/xdp/message';
import type { StreamName } from '../../nodes/xdp/streams';

const message = (
  event: string,
  envelope: unknown,
  {
    stream = 'recordings',
    output = 'native',
    replayed = false,
  }: { stream?: StreamName; output?: 'native' | 'senml'; replayed?: boolean } = {},
) => {
  const { _msgid, ...fields } = eventMessage(
    parseEvent({ event, data: JSON.stringify(envelope) }, stream),
    stream,
    output,
    replayed,
  );
  return fields;
};

const RECORDING = {
  data: { data: { voltage: 6.2, on: true }, nwkAddr: 27435, source: 'fence', time: '2019-09-12T04:57:51.484665Z' },
  offset: '9007199254740993',
};

describe('the message of an xDP event', () => {
  it('has the inner data as payload, unchanged, with topic, device, event, time and offset', () => {
    assert.deepEqual(message('ObservationRecorded', RECORDING), {
      payload: RECORDING.data,
      topic: 'fence',
      device: '27435',
      event: 'ObservationRecorded',
      time: '2019-09-12T04:57:51.484665Z',
      offset: '9007199254740993',
    });
  });

  it('says replayed only of stored events', () => {
    assert.equal(message('ObservationRecorded', RECORDING, { replayed: true }).replayed, true);
    assert.equal('replayed' in message('ObservationRecorded', RECORDING), false);
    const few = { data: { nwkAddr: 1 } };
    assert.equal(message('NwkAddrRemoved', few, { stream: 'end-devices', replayed: true }).replayed, true);
    assert.equal('replayed' in message('NwkAddrRemoved', few, { stream: 'end-devices' }), false);
  });

  it('has only the fields that are known', () => {
    assert.deepEqual(message('StoredEndDeviceEventsDone', { data: {} }, { stream: 'end-devices' }), {
      payload: {},
      topic: 'end-devices',
      event: 'StoredEndDeviceEventsDone',
    });
    assert.deepEqual(message('NameUpdated', { data: { nwkAddr: 0, name: 'Gate' } }, { stream: 'end-devices' }), {
      payload: { nwkAddr: 0, name: 'Gate' },
      topic: 'end-devices',
      event: 'NameUpdated',
      device: '0',
    });
  });

  it('keeps the offset of a Done event, for a flow that keeps cursors of its own', () => {
    const done = message('StoredObservationRecordedEventsDone', { data: { topic: 'fence' }, offset: 77773267795971 });
    assert.equal(done.offset, '77773267795971');
    assert.equal(done.topic, 'fence');
  });

  describe('as SenML', () => {
    const senml = (event: string, envelope: unknown, stream: StreamName = 'recordings') =>
      message(event, envelope, { stream, output: 'senml' });

    it('is a pack of the recorded values, with the same fields beside it', () => {
      const { payload, contentType, topic, device, offset, time } = senml('ObservationRecorded', RECORDING);
      assert.deepEqual(payload, [
        { bn: 'urn:dev:xdp:27435:', bt: 1_568_264_271.484665, n: 'voltage', v: 6.2 },
        { n: 'on', vb: true },
      ]);
      assert.deepEqual(
        [contentType, topic, device, offset, time],
        ['application/senml+json', 'fence', '27435', '9007199254740993', '2019-09-12T04:57:51.484665Z'],
      );
    });

    it('has units where the platform text states one, and none for observations, whose layout is free', () => {
      const battery = { data: { nwkAddr: 1, time: '2019-09-12T04:57:51Z', voltage: 3 } };
      assert.deepEqual(senml('BatteryLevelUpdated', battery, 'end-devices').payload, [
        { bn: 'urn:dev:xdp:1:', bt: 1_568_264_271, n: 'voltage', u: 'V', v: 3 },
      ]);
      const position = { data: { nwkAddr: 1, position: { lat: -37.1, lng: 146.2 } } };
      assert.deepEqual(senml('PositionUpdated', position, 'end-devices').payload, [
        { bn: 'urn:dev:xdp:1:', n: 'position.lat', u: 'lat', v: -37.1 },
        { n: 'position.lng', u: 'lon', v: 146.2 },
      ]);
    });

    it('makes one true value of an event that only says something happened', () => {
      assert.deepEqual(senml('NwkAddrRemoved', { data: { nwkAddr: 1 } }, 'end-devices').payload, [
        { bn: 'urn:dev:xdp:1:', n: 'NwkAddrRemoved', vb: true },
      ]);
    });

    it('names types by their topic', () => {
      const updated = { data: { topic: 'fence-json', name: 'Fences' } };
      assert.deepEqual(senml('EndDeviceTypeUpdated', updated, 'end-device-types').payload, [
        { bn: 'urn:dev:xdp:fence-json:', n: 'name', vs: 'Fences' },
      ]);
    });

    it('leaves a Done event as it is: it holds no value', () => {
      const done = senml('StoredObservationRecordedEventsDone', { data: { topic: 'fence' } });
      assert.deepEqual(done.payload, { topic: 'fence' });
      assert.equal('contentType' in done, false);
    });

    it('of a recording without data is still a pack', () => {
      for (const data of [{}, null, 5]) {
        const { payload } = senml('ObservationRecorded', { data: { data, nwkAddr: 1, source: 's' } });
        assert.ok(Array.isArray(payload));
      }
    });
  });

  describe('as values', () => {
    const values = (event: string, envelope: unknown, field = '', stream: StreamName = 'recordings') =>
      valueMessages(parseEvent({ event, data: JSON.stringify(envelope) }, stream), field, true, {
        of: (id) => (id === '27435' ? 'North gate' : undefined),
      }).map(({ _msgid, ...fields }) => fields);
    const RICH = {
      data: {
        data: { humidity: 45.5, state: 'open', on: true, air: { temperature: 21 }, gone: null },
        nwkAddr: 27435,
        source: 'fence',
        time: '2019-09-12T04:57:51.484665Z',
      },
      offset: '9007199254740993',
    };

    it('is a message for each number, with all that a chart wants to know', () => {
      const common = {
        device: '27435',
        event: 'ObservationRecorded',
        name: 'North gate',
        time: '2019-09-12T04:57:51.484665Z',
        timestamp: 1_568_264_271_484,
        offset: '9007199254740993',
        replayed: true,
      };
      assert.deepEqual(values('ObservationRecorded', RICH), [
        { payload: 45.5, topic: '27435/humidity', metric: 'humidity', ...common },
        { payload: 21, topic: '27435/air.temperature', metric: 'air.temperature', ...common },
      ]);
    });

    for (const [field, payload] of [
      ['humidity', 45.5],
      ['state', 'open'],
      ['on', true],
      ['air.temperature', 21],
    ] as const) {
      it(`is the one member that is asked for: ${field}`, () => {
        const [message, ...others] = values('ObservationRecorded', RICH, field);
        assert.deepEqual([message?.payload, message?.topic, others], [payload, `27435/${field}`, []]);
      });
    }

    it('is nothing when the reading has no such member, no number, or says that all stored ones have come', () => {
      assert.deepEqual(values('ObservationRecorded', RICH, 'gone'), []);
      assert.deepEqual(values('ObservationRecorded', RICH, 'toString'), []);
      assert.deepEqual(values('ObservationRecorded', { data: { data: { a: 'b' }, nwkAddr: 1, source: 's' } }), []);
      assert.deepEqual(values('StoredObservationRecordedEventsDone', { data: { topic: 'fence', n: 5 } }), []);
    });

    it('takes a bare number for one, and has the unit where the platform text states it', () => {
      const [bare] = values('ObservationRecorded', { data: { data: 7, nwkAddr: 1, source: 's' } });
      assert.deepEqual([bare?.payload, bare?.topic, bare?.time, bare?.timestamp], [7, '1/value', undefined, undefined]);
      const battery = { data: { nwkAddr: 1, time: '2019-09-12T04:57:51Z', voltage: 3 } };
      const [volts] = values('BatteryLevelUpdated', battery, '', 'end-devices');
      assert.deepEqual([volts?.payload, volts?.metric, volts?.unit], [3, 'voltage', 'V']);
    });
  });
});
