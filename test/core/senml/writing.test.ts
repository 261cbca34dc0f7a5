import { strict as assert } from 'node:assert';
import { isEmptyPack, SENML_CONTENT_TYPE, seriesWriter, toSenml } from '../../../nodes/core/senml/pack';
import { resolve } from './set-up';

describe('SenML out of a measurement', () => {
  it('has base name and base time once, names, values by type and units where they are known', () => {
    const pack = toSenml({
      platform: 'xdp',
      device: '27435',
      time: '2019-09-12T04:57:51.484Z',
      values: { voltage: 6.2, on: false, state: 'ok', count: 0 },
      units: { voltage: 'V' },
    });
    assert.deepEqual(pack, [
      { bn: 'urn:dev:xdp:27435:', bt: 1_568_264_271.484, n: 'voltage', u: 'V', v: 6.2 },
      { n: 'on', vb: false },
      { n: 'state', vs: 'ok' },
      { n: 'count', v: 0 },
    ]);
  });

  it('keeps microseconds, which Date would drop', () => {
    const bt = (time: string) => toSenml({ platform: 'xdp', device: '1', time, values: { a: 1 } })[0]?.bt;
    assert.equal(bt('2019-09-12T04:57:51.484665Z'), 1_568_264_271.484665);
    assert.equal(bt('2019-09-12T04:57:51.000001Z'), 1_568_264_271.000001);
    assert.equal(bt('2019-09-12T04:57:51Z'), 1_568_264_271);
    assert.equal(bt('2019-09-12T06:57:51.5+02:00'), 1_568_264_271.5);
  });

  it('leaves the time out when it is unknown, unreadable, or so old that SenML would read it as relative to now', () => {
    for (const time of [undefined, '', 'yesterday', '1970-01-01T00:00:05Z', '1969-12-31T23:59:59.5Z']) {
      const [record] = toSenml({ platform: 'xdp', device: '1', time, values: { a: 1 } });
      assert.equal(record && 'bt' in record, false, String(time));
    }
  });

  it('joins nested names with a dot and leaves null out', () => {
    const pack = toSenml({
      platform: 'xdp',
      device: '1',
      values: { position: { lat: -37.1, lng: 146.2 }, empty: null, list: [5, { x: true }], none: {} },
      units: { 'position.lat': 'lat' },
    });
    assert.deepEqual(
      pack.map(({ n, v, vb, u }) => [n, v ?? vb, u]),
      [
        ['position.lat', -37.1, 'lat'],
        ['position.lng', 146.2, undefined],
        ['list.0', 5, undefined],
        ['list.1.x', true, undefined],
      ],
    );
  });

  it('makes names that RFC 8428 §4.5.1 allows', () => {
    const pack = toSenml({ platform: 'xdp', device: 'a b/ü', values: { 'Größe (m²)': 1, _x: 2, '': 3, '-a': 4 } });
    assert.equal(pack[0]?.bn, 'urn:dev:xdp:a_x20_b/_xfc_:');
    for (const { n } of pack) assert.match(pack[0]?.bn + String(n), /^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/);
  });

  it('keeps ids and names that begin with another character, as those of iTwin IoT do', () => {
    const [record] = toSenml({ platform: 'itwin-iot', device: '/api/13DC2F/node', values: { _battery: 1 } });
    assert.deepEqual([record?.bn, record?.n], ['urn:dev:itwin-iot:/api/13DC2F/node:', '_battery']);
  });

  it('keeps names apart whose characters SenML has not, and reads them back', () => {
    const names = [
      'Größe (m²)',
      'Größe [m²]',
      'é',
      'è',
      '_',
      '__',
      '_xe9_',
      '_x5é',
      '_x',
      '',
      '_x_',
      'a b',
      'a_b',
      '😀',
      '__proto__',
    ];
    const values = Object.fromEntries(names.map((name, index) => [name, index]));
    const pack = toSenml({ platform: 'xdp', device: 'tür 1', values });
    assert.equal(new Set(pack.map(({ n }) => n)).size, names.length);
    const back = resolve(JSON.parse(JSON.stringify(pack)));
    assert.deepEqual(Object.fromEntries(back.map(({ name, value }) => [name, value])), values);
    assert.equal(back[0]?.device, 'tür 1');
    assert.equal(pack.find(({ v }) => v === names.indexOf('a_b'))?.n, 'a_b');
  });

  it('keeps a key with a dot apart from a nested one', () => {
    const pack = toSenml({ platform: 'xdp', device: '1', values: { 'a.b': 1, a: { b: 2 }, 'c.d': 3 } });
    assert.deepEqual(
      pack.map(({ n, v }) => [n, v]),
      [
        ['a_x2e_b', 1],
        ['a.b', 2],
        ['c.d', 3],
      ],
    );
  });

  it('keeps the microseconds of a time with an offset', () => {
    const [record] = toSenml({
      platform: 'xdp',
      device: '1',
      time: '2019-09-12T06:57:51.484665+02:00',
      values: { a: 1 },
    });
    assert.equal(record?.bt, 1_568_264_271.484665);
  });

  it('is an empty pack when there is no value', () => {
    assert.deepEqual(toSenml({ platform: 'xdp', device: '1', time: '2019-09-12T04:57:51Z', values: { a: null } }), []);
  });

  it('leaves NaN out, and tells a pack of which nothing is left', () => {
    const payload = toSenml({ platform: 'xdp', device: '1', values: { a: Number.NaN, b: null } });
    assert.deepEqual(payload, []);
    assert.ok(isEmptyPack({ payload, contentType: SENML_CONTENT_TYPE }));
    assert.ok(!isEmptyPack({ payload: [] }));
    assert.ok(!isEmptyPack({ payload: [{ n: 'a', v: 1 }], contentType: SENML_CONTENT_TYPE }));
  });

  it('comes back as it went out, devices and names with colons included', () => {
    for (const device of ['27435', '00:13:50:05:00:92:84:1F', 'tu.id-1/2']) {
      const values = { temperature: 21.5, 'a:b': 1, state: 'ok', on: true, 'nested.x': -3 };
      const pack = toSenml({ platform: 'itron', device, time: '2019-09-12T04:57:51.484Z', values });
      const back = resolve(JSON.parse(JSON.stringify(pack)));
      assert.deepEqual(Object.fromEntries(back.map(({ name, value }) => [name, value])), values);
      assert.deepEqual(new Set(back.map((each) => each.device)), new Set([device]));
      assert.deepEqual(new Set(back.map((each) => each.time)), new Set(['2019-09-12T04:57:51.484Z']));
    }
  });
});

describe('SenML out of a series', () => {
  const names = { platform: 'itwin-iot', device: '/fn/6C4F6D/node/a/sensor', name: 'dx' };

  it('has base name and base time once; the times of the others count from there', () => {
    const pack = seriesWriter({ ...names, unit: 'm' })({
      '2016-12-15T23:38:07.000Z': 77.5,
      '2016-12-15T23:38:12.250Z': 77.7,
      '2016-12-15T23:38:02.000Z': 77.3,
    });
    assert.deepEqual(pack, [
      { bn: 'urn:dev:itwin-iot:/fn/6C4F6D/node/a/sensor:', bt: 1_481_845_087, n: 'dx', u: 'm', v: 77.5 },
      { n: 'dx', u: 'm', t: 5.25, v: 77.7 },
      { n: 'dx', u: 'm', t: -5, v: 77.3 },
    ]);
  });

  it('goes on in the next piece from the base of the first', () => {
    const write = seriesWriter(names);
    assert.deepEqual(write({}), []);
    const pieces = [write({ '2016-12-15T23:38:07Z': 1 }), write({ '2016-12-15T23:38:08Z': 2 })];
    assert.deepEqual(pieces[1], [{ n: 'dx', t: 1, v: 2 }]);
    assert.deepEqual(
      resolve(pieces.flat()).map(({ time, value }) => [time, value]),
      [
        ['2016-12-15T23:38:07.000Z', 1],
        ['2016-12-15T23:38:08.000Z', 2],
      ],
    );
  });

  it('keeps microseconds, exactly', () => {
    const pack = seriesWriter(names)({ '2019-09-12T04:57:51.484665Z': 1, '2019-09-12T04:57:51.484667Z': 2 });
    assert.deepEqual(
      pack.map(({ bt, t }) => bt ?? t),
      [1_568_264_271.484665, 0.000002],
    );
  });

  it('writes texts and truth values by their type, objects as their JSON, and leaves out what is none', () => {
    const times = [...Array(6).keys()].map((n) => `2016-12-15T23:38:0${n}Z`);
    const values = [null, 'wet', true, undefined, { x: 1 }, 0];
    const pack = seriesWriter(names)(Object.fromEntries(times.map((time, n) => [time, values[n]])));
    assert.deepEqual(
      pack.map(({ v, vs, vb }) => v ?? vs ?? vb),
      ['wet', true, '{"x":1}', 0],
    );
    assert.equal(pack[0]?.bt, Date.parse(times[1] as string) / 1000);
  });

  it('leaves out points without a time that SenML can say', () => {
    const pack = seriesWriter(names)({ yesterday: 1, '1970-01-01T00:00:05Z': 2, '2016-12-15T23:38:07Z': 3 });
    assert.deepEqual(
      pack.map(({ v }) => v),
      [3],
    );
  });

  it('comes back as it went out, a year in steps of milliseconds included', () => {
    const start = Date.UTC(2025, 0, 1);
    const points = Object.fromEntries(
      [0, 1, 999, 86_400_001, 31_535_999_999].map((ms, n) => [new Date(start + ms).toISOString(), n]),
    );
    const back = resolve(JSON.parse(JSON.stringify(seriesWriter(names)(points))));
    assert.deepEqual(Object.fromEntries(back.map(({ time, value }) => [time, value])), points);
    assert.ok(
      back.every(({ platform, device, name }) => platform === 'itwin-iot' && device === names.device && name === 'dx'),
    );
  });
});
