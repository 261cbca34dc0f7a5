import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { isoTime, timeProblem } from '../../../nodes/core/values/iso-time';

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
    ['2019-09-12T04:57:51.484665+02:00', '2019-09-12T02:57:51.484665Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2019-09-03T24:00:00Z', '2019-09-04T00:00:00.000Z'],
    ['2019-09-03T10:30:29+0200', '2019-09-03T08:30:29.000Z'],
    ['2019-09-03t08:30:29z', '2019-09-03T08:30:29.000Z'],
    [1e10, '1970-04-26T17:46:40.000Z'],
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
    '2019-02-29',
    '2024-02-30T00:00:00Z',
    '2024-04-31T00:00:00+01:00',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:01Z',
    '2024-01-01T10:60:00Z',
    '2024-01-01T10:00:00+24:00',
    `2024-01-01T10:00:00.${'0'.repeat(60)}Z`,
    1_567_499_429,
    1_567_499_429.858,
    '1567499429',
    '-1y',
    '-h',
    '1h',
    true,
    {},
    [],
  ];
  for (const given of [...none, NaN, 1e300, new Date(NaN)]) {
    it(`is none in ${inspect(given)}`, () => assert.equal(isoTime(given), undefined));
  }

  const ago: [given: string, time: string][] = [
    ['-90s', '2026-06-01T11:58:30.000Z'],
    ['-30m', '2026-06-01T11:30:00.000Z'],
    ['-1h', '2026-06-01T11:00:00.000Z'],
    ['-7d', '2026-05-25T12:00:00.000Z'],
  ];
  for (const [given, time] of ago) {
    it(`is counted from now: ${given}`, () =>
      assert.equal(
        isoTime(given, () => Date.UTC(2026, 5, 1, 12)),
        time,
      ));
  }

  it('says that seconds look like seconds, and nothing of anything else', () => {
    for (const seconds of [1_567_499_429, 1_567_499_429.5, '1567499429', '1567499429.5'])
      assert.match(timeProblem(seconds) ?? '', /seconds: multiply by 1000/);
    for (const other of [0, 1e12, 'tomorrow', '2024-02-30T00:00:00Z', '5', undefined])
      assert.equal(timeProblem(other), undefined);
  });
});
