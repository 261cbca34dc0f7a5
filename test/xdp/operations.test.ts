import { strict as assert } from 'node:assert';
import type { Operation, Values } from '../../nodes/core/operation/operation';
import { resolveParameters } from '../../nodes/core/operation/parameters';
import { buildRequest } from '../../nodes/core/operation/request-builder';
import { operations, streamOperation } from '../../nodes/xdp/operations';
import { END_DEVICE_EVENT_TYPES, EVENT_TYPES, isStoredDone, STREAMS } from '../../nodes/xdp/streams';
import table from '../fixtures/operations.json';

/** A row of the agreed table. */
interface Row {
  platform: string;
  node: string;
  operation: string;
  transport: string;
  method: string;
  path: string;
  query?: string[];
  body?: string[];
  required?: string[];
}

const rows = (table as Row[]).filter(({ platform }) => platform === 'xdp');
const label = ({ node, operation }: Row): string => `${node} ${operation}`;

const find = (id: string, node = 'xdp-provision'): Operation => {
  const found = operations.find((each) => each.id === id && each.node === node);
  assert.ok(found, `${node} ${id}`);
  return found;
};

const namesIn = ({ params }: Operation, place: string): string[] =>
  params
    .filter((each) => each.in === place)
    .map(({ name }) => name)
    .sort();

describe('xDP operations', () => {
  it('are those of the agreed table, no more, no fewer, none twice', () => {
    assert.equal(rows.length, 18);
    assert.deepEqual(operations.map(({ node, id }) => `${node} ${id}`).sort(), rows.map(label).sort());
  });

  for (const row of rows) {
    it(`${label(row)} agree with the table in transport, method, path and parameters`, () => {
      const operation = find(row.operation, row.node);
      assert.equal(operation.transport, row.transport);
      assert.equal(operation.method, row.method);
      assert.equal(operation.path, row.path);
      assert.deepEqual(namesIn(operation, 'query'), (row.query ?? []).toSorted());
      assert.deepEqual(namesIn(operation, 'body'), (row.body ?? []).toSorted());
      assert.deepEqual(
        namesIn(operation, 'path'),
        [...row.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string).sort(),
      );
      const required = operation.params.filter((each) => each.required).map(({ name }) => name);
      assert.deepEqual(required.sort(), (row.required ?? []).toSorted());
    });
  }

  it('make requests whose path and query hold the parameters', () => {
    const request = (operation: Operation, message: Values) =>
      buildRequest(operation, resolveParameters(operation, { dialog: {}, message, payload: undefined }));
    assert.equal(request(find('deleteEndDevice'), { nwkAddr: '27435' }).path, '/end-devices/27435');
    assert.equal(request(find('deleteEndDeviceSession'), { nwkAddr: 0 }).path, '/end-devices/0/session');
    assert.equal(request(find('deleteEndDeviceType'), { topic: 'a/b' }).path, '/end-device-types/a%2Fb');
    const stream = request(streamOperation('xdp-query', 'recordings'), { offsets: { t: '78108275245056' } });
    assert.deepEqual(stream.query, [
      ['finite', 'true'],
      ['offsets[t]', '78108275245056'],
    ]);
  });

  describe('putEndDevice', () => {
    const put = (payload: Values): Values =>
      resolveParameters(find('putEndDevice'), { dialog: {}, message: {}, payload });

    it('derives nwkAddr from devEUI where it is not given', () => {
      const values = put({ devEUI: '1234567890ABCDEF', endDeviceTopic: 't' });
      assert.equal(values.nwkAddr, 0x00abcdef);
      assert.equal(values.devEUI, 'EjRWeJCrze8=');
    });

    it('takes a given nwkAddr before the derived one, as the example of the platform text needs it', () => {
      assert.equal(put({ nwkAddr: 29261297, devEUI: 'EjRWeJCrze8=', endDeviceTopic: 't' }).nwkAddr, 29261297);
    });

    it('needs one of the two, and a topic', () => {
      assert.throws(() => put({ endDeviceTopic: 't' }), /needs the parameter "nwkAddr"/);
      assert.throws(() => put({ nwkAddr: 1 }), /needs the parameter "endDeviceTopic"/);
    });

    it('takes nwkAddr and version as UInt32', () => {
      for (const name of ['nwkAddr', 'version']) {
        const base = { nwkAddr: 1, endDeviceTopic: 't' };
        assert.equal(put({ ...base, [name]: 0xffff_ffff })[name], 0xffff_ffff);
        for (const bad of [-1, 2 ** 32, 1.5]) {
          assert.throws(() => put({ ...base, [name]: bad }), new RegExp(`"${name}" .*from 0 to 4294967295`));
        }
      }
    });

    it('takes keys as Base64 or hexadecimal digits and never quotes one', () => {
      for (const name of ['appKey', 'nwkKey', 'appSKey', 'fNwkSIntKey', 'nwkSEncKey', 'sNwkSIntKey']) {
        const values = put({ nwkAddr: 1, endDeviceTopic: 't', [name]: '2B7E151628AED2A6ABF7158809CF4F3C' });
        assert.equal(values[name], 'K34VFiiu0qar9xWICc9PPA==');
        const secrets = buildRequest(find('putEndDevice'), values).secrets ?? [];
        assert.ok(secrets.includes('K34VFiiu0qar9xWICc9PPA=='));
        assert.throws(
          () => put({ nwkAddr: 1, endDeviceTopic: 't', [name]: '2B7E1516' }),
          (error: Error) => error.message.includes(`"${name}"`) && !error.message.includes('2B7E'),
        );
      }
    });

    it('takes a position with lat and lng within their ranges', () => {
      const position = (value: unknown) => put({ nwkAddr: 1, endDeviceTopic: 't', position: value }).position;
      assert.deepEqual(position({ lat: -90, lng: 180 }), { lat: -90, lng: 180 });
      for (const bad of [{}, { lat: 91, lng: 0 }, { lat: 0, lng: -181 }, { lat: '1', lng: 2 }, { lat: NaN, lng: 0 }]) {
        assert.throws(() => position(bad), /"position" .*"lat".*"lng"/);
      }
    });

    it('takes a UUID as nonce', () => {
      const nonce = 'A90CEA95-69D7-41EE-81C9-9EAEC123B406';
      assert.equal(put({ nwkAddr: 1, endDeviceTopic: 't', secretsUpdatedNonce: nonce }).secretsUpdatedNonce, nonce);
      assert.throws(() => put({ nwkAddr: 1, endDeviceTopic: 't', secretsUpdatedNonce: 'x' }), /must be a UUID/);
    });

    it('puts nwkAddr into the path and not into the body', () => {
      const operation = find('putEndDevice');
      const request = buildRequest(operation, put({ nwkAddr: 7, endDeviceTopic: 't', name: 'n' }));
      assert.equal(request.path, '/end-devices/7');
      assert.deepEqual(JSON.parse(String(request.body)), { endDeviceTopic: 't', name: 'n' });
    });
  });

  describe('postEndDeviceEvents', () => {
    const post = (events: unknown): Values =>
      resolveParameters(find('postEndDeviceEvents'), { dialog: {}, message: {}, payload: events });

    it('takes the payload as list of events and sends one a line', () => {
      const events = [
        { nwkAddr: 1, version: 1, type: 'VersionUpdated' },
        { nwkAddr: 1, name: 'x', type: 'NameUpdated' },
      ];
      const { body } = buildRequest(find('postEndDeviceEvents'), post(events));
      assert.equal(body, events.map((event) => JSON.stringify(event)).join('\n'));
    });

    it('takes every documented type, and names the place of anything else without quoting it', () => {
      post(END_DEVICE_EVENT_TYPES.map((type) => ({ type, nwkAddr: 1 })));
      for (const bad of [
        {},
        { type: 'versionUpdated', key: '2B7E1516' },
        { type: 'StoredEndDeviceEventsDone' },
        null,
        'x',
      ]) {
        assert.throws(
          () => post([{ type: 'NameUpdated', nwkAddr: 1 }, bad]),
          (error: Error) =>
            /"events" .*\[1\] must be an object whose "type"/.test(error.message) && !/2B7E/.test(error.message),
        );
      }
      assert.throws(() => post([]), /at least one event/);
    });
  });

  it('an event is checked by the table of its type, and no value is quoted', () => {
    const post = (event: object): string => {
      try {
        resolveParameters(find('postEndDeviceEvents'), { dialog: {}, message: {}, payload: [event] });
        return 'taken';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const time = '2019-09-11T23:44:56.121Z';
    const good = [
      { type: 'BatteryLevelUpdated', nwkAddr: 1, time, voltage: 3 },
      { type: 'NoncesUpdated', nwkAddr: 1, devNonce: 0, joinNonce: 0xffff_ffff },
      { type: 'NwkAddrUpdated', nwkAddr: 1, devEUI: 'EjRWeJCrze8=' },
      { type: 'PositionUpdated', nwkAddr: 1, position: { lat: -37.1, lng: 146.1 }, time },
      { type: 'SecretsUpdated', nwkAddr: 1, secrets: { appKey: '2B7E151628AED2A6ABF7158809CF4F3C' } },
    ];
    for (const event of good) assert.equal(post(event), 'taken', event.type);
    const bad: [event: object, words: RegExp][] = [
      [{ type: 'NameUpdated', name: 'x' }, /\[0\] needs "nwkAddr"/],
      [{ type: 'NameUpdated', nwkAddr: '1', name: 'x' }, /\[0\]\.nwkAddr must be a whole number/],
      [{ type: 'NameUpdated', nwkAddr: 1, nmae: 'x' }, /has "nmae", .*is "name" meant/],
      [{ type: 'NameUpdated', nwkAddr: 1, name: 5 }, /\.name must be a text/],
      [{ type: 'BatteryLevelUpdated', nwkAddr: 1, time: 'noon', voltage: 3 }, /\.time must be an ISO 8601/],
      [{ type: 'VersionUpdated', nwkAddr: 1, version: -1 }, /\.version must be/],
      [{ type: 'PositionUpdated', nwkAddr: 1, position: { lat: 91, lng: 0 } }, /\.position must hold/],
      [{ type: 'NwkAddrUpdated', nwkAddr: 1, devEUI: 'EjRW' }, /\.devEUI must be 8 bytes/],
      [{ type: 'SecretsUpdated', nwkAddr: 1, secrets: { appKey: 'EjRWeJCrze8=' } }, /\.appKey must be hexadecimal/],
    ];
    for (const [event, words] of bad) {
      assert.match(post(event), words);
      assert.doesNotMatch(post(event), /EjRW/);
    }
  });

  it('an event takes keys and devEUI as Base64 or as hexadecimal digits, and sends what its table wants', () => {
    const events = [
      { type: 'SecretsUpdated', nwkAddr: 1, secrets: { appKey: 'EjRWeJCrze8SNFZ4kKvN7w==', other: '2b7e' } },
      { type: 'NwkAddrUpdated', nwkAddr: 1, devEUI: '1234567890ABCDEF' },
    ];
    const values = resolveParameters(find('postEndDeviceEvents'), { dialog: {}, message: {}, payload: events });
    assert.deepEqual(values.events, [
      { ...events[0], secrets: { appKey: '1234567890ABCDEF1234567890ABCDEF', other: '2b7e' } },
      { ...events[1], devEUI: 'EjRWeJCrze8=' },
    ]);
  });

  it('provisionKeys makes a request that is not repeated', () => {
    const { repeatable } = find('putObservationType');
    assert.ok(typeof repeatable === 'function');
    assert.equal(repeatable({ provisionKeys: true }), false);
    assert.equal(repeatable({}), true);
    const values = { topic: 't', name: 'n', secretPath: 's', view: 'v', provisionKeys: true };
    assert.equal(buildRequest(find('putObservationType'), values).repeatable, false);
  });

  it('putSecret sends its value as text and counts it as secret', () => {
    const operation = find('putSecret');
    const values = resolveParameters(operation, {
      dialog: {},
      message: { path: 'secrets.dashboards-events.key', value: '2B7E151628AED2A6ABF7158809CF4F3C' },
      payload: undefined,
    });
    const request = buildRequest(operation, values);
    assert.equal(request.path, '/secrets/secrets.dashboards-events.key');
    assert.equal(request.headers?.['content-type'], 'text/plain');
    assert.deepEqual(request.secrets, ['2B7E151628AED2A6ABF7158809CF4F3C']);
  });

  it('repeat no POST: a reading would be there twice', () => {
    for (const operation of operations) {
      if (operation.method === 'POST') assert.equal(operation.repeatable, undefined, operation.id);
    }
  });
});

describe('xDP streams', () => {
  it('each have event types, exactly one of them a Stored…Done', () => {
    for (const stream of STREAMS) {
      assert.equal(EVENT_TYPES[stream].filter(isStoredDone).length, 1, stream);
    }
  });

  it('tell a Done event by its name', () => {
    assert.equal(isStoredDone('StoredObservationRecordedEventsDone'), true);
    assert.equal(isStoredDone('ObservationRecorded'), false);
    assert.equal(isStoredDone('StoredUpdated'), false);
    assert.equal(isStoredDone('NotStoredDone'), false);
  });
});
