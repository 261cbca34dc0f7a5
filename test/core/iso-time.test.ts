import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { isoTime } from '../../nodes/core/iso-time';

describe('an ISO 8601 time in UTC', () => {
  const times: [given: unknown, time: string][] = [
    ['2019-09-03T08:30:29.858Z', '2019-09-03T08:30:29.858Z'],
    ['2019-09-03T08:30:29Z', '2019-09-03T08:30:29Z'],
    ['2019-09-12T04:57:51.484665Z', '2019-09-12T04:57:51.484665Z'],
    ['2019-09-03T10:30:29+02:00', '2019-09-03T08:30:29.000Z'],
    ['2024-02-19T12:50:48.705+00:00', '2024-02-19T12:50:48.705Z'],
    ['2019-09-03', '2019-09-03T00:00:00.000Z'],
    [1_567_499_429_858, '2019-09-03T08:30:29.858Z'],
    ['1567499429858', '2019-09-03T08:30:29.858Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [-1, '1969-12-31T23:59:59.999Z'],
    [new Date(1_567_499_429_858), '2019-09-03T08:30:29.858Z'],
  ];
  for (const [given, time] of times) {
    it(`is ${time} for ${inspect(given)}`, () => assert.equal(isoTime(given), time));
  }

  it('reads a time without a zone as the clock on the wall says it', () => {
    assert.equal(isoTime('2019-09-03T08:30:29'), new Date(2019, 8, 3, 8, 30, 29).toISOString());
    assert.equal(isoTime('2019-09-03 08:30'), new Date(2019, 8, 3, 8, 30).toISOString());
  });

  const none = [
    undefined,
    null,
    '',
    '5',
    '20190903',
    '9'.repeat(30),
    'tomorrow',
    'Sep 3 2019',
    '2019-13-01T00:00:00Z',
    '2019-09-03Tnoon',
    true,
    {},
    [],
  ];
  for (const given of [...none, NaN, 1e300, new Date(NaN)]) {
    it(`is none in ${inspect(given)}`, () => assert.equal(isoTime(given), undefined));
  }
});
