import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../../nodes/core/errors';
import { fromSenml } from '../../../nodes/core/senml/reader';
import { NOW, resolve } from './set-up';

const short = (pack: unknown) =>
  resolve(pack).map(({ device, name, value, unit, time }) => [device, name, value, unit, time]);

describe('SenML into values (RFC 8428 §4.6)', () => {
  for (const pack of [
    [],
    [{ bn: 'urn:dev:xdp:1:', bv: 5 }],
    [{ bn: 'urn:dev:xdp:1:temp', v: undefined }],
    [{ bn: 'urn:dev:xdp:1:' }, { bt: 1_276_020_076 }],
  ])
    it(`are at least one: ${JSON.stringify(pack)} is refused`, () => {
      assert.throws(() => resolve(pack), { code: 'INVALID_PARAMETER', message: 'the SenML pack holds no value' });
    });

  describe('the examples of section 5', () => {
    it('5.1.1: a single data point, about now', () => {
      const pack = [{ n: 'urn:dev:ow:10e2073a01080063', u: 'Cel', v: 23.1 }];
      assert.deepEqual(short(pack), [
        ['urn:dev:ow:10e2073a01080063', 'urn:dev:ow:10e2073a01080063', 23.1, 'Cel', undefined],
      ]);
    });

    it('5.1.2: voltage and current under one base name', () => {
      const pack = [
        { bn: 'urn:dev:ow:10e2073a01080063:', n: 'voltage', u: 'V', v: 120.1 },
        { n: 'current', u: 'A', v: 1.2 },
      ];
      assert.deepEqual(short(pack), [
        ['10e2073a01080063', 'voltage', 120.1, 'V', undefined],
        ['10e2073a01080063', 'current', 1.2, 'A', undefined],
      ]);
    });

    it('5.1.2: the same with base time, base unit and the five seconds before', () => {
      const pack = [
        {
          bn: 'urn:dev:ow:10e2073a0108006:',
          bt: 1.276020076001e9,
          bu: 'A',
          bver: 5,
          n: 'voltage',
          u: 'V',
          v: 120.1,
        },
        { n: 'current', t: -5, v: 1.2 },
        { n: 'current', t: -4, v: 1.3 },
        { n: 'current', t: -3, v: 1.4 },
        { n: 'current', t: -2, v: 1.5 },
        { n: 'current', t: -1, v: 1.6 },
        { n: 'current', v: 1.7 },
      ];
      const id = '10e2073a0108006';
      assert.deepEqual(short(pack), [
        [id, 'voltage', 120.1, 'V', '2010-06-08T18:01:16.001Z'],
        [id, 'current', 1.2, 'A', '2010-06-08T18:01:11.001Z'],
        [id, 'current', 1.3, 'A', '2010-06-08T18:01:12.001Z'],
        [id, 'current', 1.4, 'A', '2010-06-08T18:01:13.001Z'],
        [id, 'current', 1.5, 'A', '2010-06-08T18:01:14.001Z'],
        [id, 'current', 1.6, 'A', '2010-06-08T18:01:15.001Z'],
        [id, 'current', 1.7, 'A', '2010-06-08T18:01:16.001Z'],
      ]);
    });

    it('5.1.3: several sensors of one device, told apart by unit', () => {
      const pack = [
        { bn: 'urn:dev:ow:10e2073a01080063', bt: 1.320067464e9, bu: '%RH', v: 20 },
        { u: 'lon', v: 24.30621 },
        { u: 'lat', v: 60.07965 },
        { t: 60, v: 20.3 },
        { u: 'lon', t: 60, v: 24.30622 },
        { u: '%EL', t: 150, v: 98 },
      ];
      const name = 'urn:dev:ow:10e2073a01080063';
      assert.deepEqual(short(pack), [
        [name, name, 20, '%RH', '2011-10-31T13:24:24.000Z'],
        [name, name, 24.30621, 'lon', '2011-10-31T13:24:24.000Z'],
        [name, name, 60.07965, 'lat', '2011-10-31T13:24:24.000Z'],
        [name, name, 20.3, '%RH', '2011-10-31T13:25:24.000Z'],
        [name, name, 24.30622, 'lon', '2011-10-31T13:25:24.000Z'],
        [name, name, 98, '%EL', '2011-10-31T13:26:54.000Z'],
      ]);
    });

    it('5.1.5: different data types', () => {
      const pack = [
        { bn: 'urn:dev:ow:10e2073a01080063:', n: 'temp', u: 'Cel', v: 23.1 },
        { n: 'label', vs: 'Machine Room' },
        { n: 'open', vb: false },
        { n: 'nfv-reader', vd: 'aGkgCg' },
      ];
      assert.deepEqual(
        short(pack).map(([, name, value]) => [name, value]),
        [
          ['temp', 23.1],
          ['label', 'Machine Room'],
          ['open', false],
          ['nfv-reader', 'aGkgCg'],
        ],
      );
    });

    it('5.1.6: a collection of resources', () => {
      const pack = [
        { bn: '2001:db8::2/', bt: 1.320078429e9, n: 'temperature', v: 25.2, u: 'Cel' },
        { n: 'humidity', v: 30, u: '%RH' },
        { bn: '2001:db8::1/', n: 'temperature', v: 12.3, u: 'Cel' },
        { n: 'humidity', v: 67, u: '%RH' },
      ];
      assert.deepEqual(
        resolve(pack).map(({ device, name, value }) => [device, name, value]),
        [
          ['2001:db8::2/', 'temperature', 25.2],
          ['2001:db8::2/', 'humidity', 30],
          ['2001:db8::1/', 'temperature', 12.3],
          ['2001:db8::1/', 'humidity', 67],
        ],
      );
    });
  });

  it('adds base values and base sums; either alone counts from zero (§4.5.4)', () => {
    const pack = [
      { bn: 'd:', bv: 20, n: 'a', v: 1.5 },
      { n: 'b', v: -20 },
      { n: 'c', s: 3, bs: 100 },
      { n: 'd', s: 5 },
      { n: 'e', vs: 'text stays' },
    ];
    assert.deepEqual(
      resolve(pack).map(({ value }) => value),
      [21.5, 0, 103, 105, 'text stays'],
    );
  });

  it('takes a new base from the record that brings it, the others go on', () => {
    const pack = [
      { bn: 'urn:dev:xdp:1:', bt: 1_700_000_000, bu: 'V', n: 'a', v: 1 },
      { bn: 'urn:dev:xdp:2:', n: 'a', v: 2 },
      { bt: 1_700_000_100, n: 'b', v: 3 },
    ];
    assert.deepEqual(short(pack), [
      ['1', 'a', 1, 'V', '2023-11-14T22:13:20.000Z'],
      ['2', 'a', 2, 'V', '2023-11-14T22:13:20.000Z'],
      ['2', 'b', 3, 'V', '2023-11-14T22:15:00.000Z'],
    ]);
  });

  it('takes base values from a record that has nothing else', () => {
    const pack = [
      { bn: 'urn:dev:xdp:5:', bt: 1_700_000_000 },
      { n: 'a', v: 1 },
    ];
    assert.deepEqual(short(pack), [['5', 'a', 1, undefined, '2023-11-14T22:13:20.000Z']]);
  });

  it('counts times below 2^28 from now, also before it (§4.5.3)', () => {
    const time = (record: object): unknown => resolve([{ n: 'a', v: 1, ...record }])[0]?.time;
    assert.equal(time({ t: 0 }), '2026-06-01T12:00:00.000Z');
    assert.equal(time({ t: -5 }), '2026-06-01T11:59:55.000Z');
    assert.equal(time({ bt: -60, t: 0.25 }), '2026-06-01T11:59:00.250Z');
    assert.equal(time({ t: 2 ** 28 }), '1978-07-04T21:24:16.000Z');
    assert.equal(time({}), undefined);
  });

  it('means one moment by "now" in all of a pack', () => {
    let clock = NOW;
    const pack = [
      { n: 'a', v: 1, t: 0 },
      { n: 'b', v: 2, t: 0 },
      { n: 'c', v: 3, t: -1 },
    ];
    const times = fromSenml(pack, () => clock++).map(({ time }) => time);
    assert.deepEqual(times, ['2026-06-01T12:00:00.000Z', '2026-06-01T12:00:00.000Z', '2026-06-01T11:59:59.000Z']);
  });

  it('ignores fields it does not know, and refuses those that must be understood (§4.4)', () => {
    assert.equal(resolve([{ n: 'a', v: 1, foo: 'bar' }]).length, 1);
    assert.throws(() => resolve([{ n: 'a', v: 1, foo_: 'bar' }]), /record 1 .*"foo_"/);
    assert.throws(() => resolve([{ n: 'a', v: 1, bver: 11 }]), /record 1 .*version 11/);
    assert.equal(resolve([{ n: 'a', v: 1, bver: 10 }]).length, 1);
  });

  it('takes a sum beside a value, which it leaves out (§4.2)', () => {
    assert.deepEqual(
      resolve([{ n: 'a', v: 1, s: 100 }]).map(({ name, value }) => [name, value]),
      [['a', 1]],
    );
  });

  const bad: [title: string, pack: unknown, words: RegExp][] = [
    [
      'a value that is no number',
      [
        { n: 'a', v: 1 },
        { n: 'b', v: '2' },
      ],
      /record 2 of the SenML pack has a "v" that is not a number/,
    ],
    ['an infinite time', [{ n: 'a', v: 1, t: Number.POSITIVE_INFINITY }], /record 1 .*"t"/],
    ['a base time that is no number', [{ n: 'a', v: 1, bt: '2026' }], /record 1 .*"bt"/],
    ['a boolean that is none: it must not become false', [{ n: 'a', vb: 'true' }], /record 1 .*"vb"/],
    ['a record that is no object', [{ n: 'a', v: 1 }, null], /record 2 .*not an object/],
    ['a name without value and sum', [{ n: 'a' }], /record 1 .*neither a value nor a sum/],
    ['two values', [{ n: 'a', v: 1, vs: 'x' }], /record 1 .*several values \(v, vs\)/],
    ['a name that is no text', [{ bn: 'x:', n: 5, v: 1 }], /record 1 .*"n" that is not a text/],
    ['bytes that are none', [{ n: 'a', vd: 'a+b/' }], /record 1 .*"vd"/],
    ['no name at all', [{ v: 1 }], /record 1 .*neither "bn" nor "n"/],
    ['a time no calendar has', [{ n: 'a', v: 1, t: 1e300 }], /record 1 .*"t"/],
  ];
  for (const [title, pack, words] of bad) {
    it(`refuses ${title}, and names the record`, () => {
      assert.throws(
        () => resolve(pack),
        (error: PlatformError) => {
          assert.equal(error.code, 'INVALID_PARAMETER');
          assert.match(error.message, words);
          return true;
        },
      );
    });
  }
});
