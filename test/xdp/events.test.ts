import { strict as assert } from 'node:assert';
import { PlatformError } from '../../nodes/core/errors';
import { isHeartbeat, parseEvent } from '../../nodes/xdp/client/events';
import type { StreamName } from '../../nodes/xdp/streams';

const parse = (event: string | undefined, data: string, stream: StreamName = 'recordings') =>
  parseEvent({ event, data }, stream);

describe('an event of xDP', () => {
  it('is its name and the inner data, unchanged (the examples of the platform text)', () => {
    const position =
      '{"data":{"nwkAddr":23352963,"position":{"lat":-37.110457,"lng":146.158180},"time":"2019-09-11T23:44:56.121Z"}}';
    assert.deepEqual(parse('PositionUpdated', position, 'end-devices'), {
      name: 'PositionUpdated',
      data: { nwkAddr: 23352963, position: { lat: -37.110457, lng: 146.15818 }, time: '2019-09-11T23:44:56.121Z' },
      offset: undefined,
      source: undefined,
      storedDone: false,
    });
    const recording =
      '{"data":{"data":{"voltage":6.2},"nwkAddr":27435,"source":"electric-fence-data-up-json","time":"2019-09-12T04:57:51.484665Z"}}';
    const event = parse('ObservationRecorded', recording);
    assert.equal(event.source, 'electric-fence-data-up-json');
    assert.equal(event.data.time, '2019-09-12T04:57:51.484665Z');
    assert.equal(event.storedDone, false);
  });

  it('of the kind Stored…Done names its source as "topic" (example) or "source" (table)', () => {
    for (const member of ['topic', 'source']) {
      const data = `{"data":{"${member}":"electric-fence-data-up-json"},"offset":77773267795971}`;
      const event = parse('StoredObservationRecordedEventsDone', data);
      assert.equal(event.storedDone, true);
      assert.equal(event.source, 'electric-fence-data-up-json');
      assert.equal(event.offset, '77773267795971');
    }
    const noSource = parse('StoredObservationRecordedEventsDone', '{"data":{}}');
    assert.equal(noSource.source, undefined);
  });

  it('has a source in the stream of recordings only: elsewhere topics have no offsets', () => {
    const data = '{"data":{"topic":"t","source":"s","name":"n"}}';
    assert.equal(parse('ObservationTypeUpdated', data, 'observation-types').source, undefined);
    assert.equal(parse('ObservationRecorded', '{"data":{"topic":"t"}}').source, undefined);
  });

  const offsets: [title: string, text: string, offset: string | undefined][] = [
    ['a number', '77773267795971', '77773267795971'],
    ['nothing at all', '0', '0'],
    ['beyond 2^53, digit for digit', '9007199254740993', '9007199254740993'],
    ['far beyond', '123456789012345678901234567890', '123456789012345678901234567890'],
    ['negative', '-9007199254740993', '-9007199254740993'],
    ['with a fraction', '1.5', '1.5'],
    ['a text', '"a:b/9007199254740993"', 'a:b/9007199254740993'],
    ['null', 'null', undefined],
    ['a structure, since offsets are opaque', '{"segment":1,"at":[2]}', '{"segment":1,"at":[2]}'],
  ];
  for (const [title, text, offset] of offsets) {
    it(`has its offset as text: ${title}`, () => {
      assert.equal(parse('ObservationRecorded', `{"data":{"source":"s"},"offset":${text}}`).offset, offset);
      assert.equal(parse('ObservationRecorded', `{"offset":${text},"data":{"source":"s","offset":1}}`).offset, offset);
    });
  }

  it('without an event line is called "message"', () => {
    assert.equal(parse(undefined, '{"data":{}}').name, 'message');
  });

  for (const data of [
    '',
    'null',
    '5',
    '"text"',
    '[]',
    '{}',
    '{"data":null}',
    '{"data":[]}',
    '{"data":"x"}',
    '{"data":{"key":"2B7E',
  ]) {
    it(`that cannot be read (${data || 'empty'}) is an error naming stream and type, without its content`, () => {
      assert.throws(
        () => parse('SecretsUpdated', data, 'end-devices'),
        (error) => {
          assert.ok(error instanceof PlatformError);
          assert.equal(error.code, 'INVALID_RESPONSE');
          assert.match(error.message, /an event "SecretsUpdated" of the stream end-devices/);
          assert.doesNotMatch(error.message, /2B7E/);
          return true;
        },
      );
    });
  }
});

describe('a heartbeat', () => {
  it('has empty data and no event type', () => {
    assert.equal(isHeartbeat({ data: '' }), true);
    assert.equal(isHeartbeat({ data: '', event: undefined }), true);
    assert.equal(isHeartbeat({ data: '', event: 'NameUpdated' }), false);
    assert.equal(isHeartbeat({ data: '{}' }), false);
  });
});
