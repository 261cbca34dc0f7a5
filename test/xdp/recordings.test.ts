import { strict as assert } from 'node:assert';
import { PlatformError } from '../../nodes/core/errors';
import { toSenml } from '../../nodes/core/senml/pack';
import { recordingsOf } from '../../nodes/xdp/xdp-record/recordings';

const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);
const PRESENT = '2026-06-01T12:00:00.000Z';
const DEFAULTS = { source: 'fence', nwkAddr: 27435 };

const make = (payload: unknown, defaults: { source?: unknown; nwkAddr?: unknown } = DEFAULTS) =>
  recordingsOf(payload, { source: undefined, nwkAddr: undefined, ...defaults }, () => NOW);

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof PlatformError);
    assert.equal(error.code, 'INVALID_PARAMETER');
    return error.message;
  }
  return assert.fail('should have been refused');
};

describe('recordings of a payload', () => {
  it('are a recording as xDP streams it, unchanged', () => {
    const recording = {
      data: { voltage: 6.2 },
      nwkAddr: 23352963,
      source: 'waterstate',
      time: '2019-09-12T04:57:51.484665Z',
    };
    assert.deepEqual(make(recording), [recording]);
  });

  it('are a bare reading with source, nwkAddr and the present time', () => {
    assert.deepEqual(make({ voltage: 6.2 }), [
      { data: { voltage: 6.2 }, nwkAddr: 27435, source: 'fence', time: PRESENT },
    ]);
  });

  it('take the time of a bare reading out of its values', () => {
    assert.deepEqual(make({ voltage: 6.2, time: '2026-05-31T00:00:00Z' }), [
      { data: { voltage: 6.2 }, nwkAddr: 27435, source: 'fence', time: '2026-05-31T00:00:00Z' },
    ]);
  });

  it('leave every other member of a bare reading in it, those named like ours too', () => {
    const [recording] = make({ source: 'grid', nwkAddr: 5, data: 'text' });
    assert.deepEqual(recording?.data, { source: 'grid', nwkAddr: 5, data: 'text' });
    assert.equal(recording?.source, 'fence');
    assert.equal(recording?.nwkAddr, 27435);
  });

  it('fill into a recording what it leaves out', () => {
    assert.deepEqual(make({ data: { a: 1 } }), [{ data: { a: 1 }, nwkAddr: 27435, source: 'fence', time: PRESENT }]);
  });

  it('refuse a member beside "data" that would be dropped, and name the one that was meant', () => {
    const said = (item: object): string => refusal(() => make(item));
    assert.match(said({ data: { a: 1 }, nwkaddr: 5 }), /also has "nwkaddr"; is "nwkAddr" meant\?/);
    assert.match(said({ data: { a: 1 }, temperature: 5 }), /also has "temperature" .*wrap the reading: \{"data"/);
    assert.match(
      refusal(() => make([{ a: 1 }, { data: {}, sorce: 'x' }])),
      /\(item 2 of 2\).*"source" meant/,
    );
    assert.deepEqual(make({ data: { data: { a: 1 }, b: 2 } })[0]?.data, { data: { a: 1 }, b: 2 });
  });

  it('say that seconds are no milliseconds', () => {
    assert.match(
      refusal(() => make({ a: 1, time: 1_567_499_429 })),
      /seconds: multiply by 1000/,
    );
  });

  it('take a hexadecimal address with 0x only', () => {
    assert.equal(make({ data: { a: 1 }, nwkAddr: '0x12E00003' })[0]?.nwkAddr, 0x12e00003);
    for (const bad of ['12E00003', '00189440']) {
      assert.match(
        refusal(() => make({ data: { a: 1 }, nwkAddr: bad })),
        /0x/,
      );
      assert.match(
        refusal(() => make([{ bn: `urn:dev:xdp:${bad}:`, n: 'a', v: 1 }])),
        /0x/,
      );
    }
  });

  it('are a list of either kind, in order', () => {
    const list = make([{ data: { a: 1 }, nwkAddr: 1 }, { b: 2 }]);
    assert.deepEqual(
      list.map(({ data, nwkAddr }) => [data, nwkAddr]),
      [
        [{ a: 1 }, 1],
        [{ b: 2 }, 27435],
      ],
    );
  });

  it('do not change the payload', () => {
    const payload = Object.freeze({ voltage: 1, time: PRESENT });
    make(payload);
    assert.deepEqual(payload, { voltage: 1, time: PRESENT });
  });

  const times: [given: unknown, time: string][] = [
    ['2019-09-03T08:30:29.858Z', '2019-09-03T08:30:29.858Z'],
    ['2019-09-03T08:30:29.858123Z', '2019-09-03T08:30:29.858123Z'],
    ['2019-09-03T10:30:29+02:00', '2019-09-03T08:30:29.000Z'],
    [1_567_499_429_858, '2019-09-03T08:30:29.858Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [new Date(1_567_499_429_858), '2019-09-03T08:30:29.858Z'],
    [undefined, PRESENT],
    [null, PRESENT],
    ['', PRESENT],
  ];
  for (const [given, time] of times) {
    it(`have times in ISO 8601 and UTC: ${String(given)}`, () => {
      assert.equal(make({ a: 1, time: given })[0]?.time, time);
    });
  }

  for (const given of ['5', 'tomorrow', '2019-13-01T00:00:00Z', 'Sep 3 2019', {}, true, 1e300, NaN, new Date(NaN)]) {
    it(`refuse a time that is none: ${JSON.stringify(given)}`, () => {
      assert.match(
        refusal(() => make({ a: 1, time: given })),
        /"time" must be an ISO 8601 time or Unix milliseconds/,
      );
    });
  }

  it('take nwkAddr as digits too, within UInt32', () => {
    assert.equal(make({ a: 1 }, { source: 'fence', nwkAddr: '4294967295' })[0]?.nwkAddr, 0xffff_ffff);
    for (const bad of [-1, 2 ** 32, 'x', 1.5]) {
      assert.match(
        refusal(() => make({ a: 1 }, { source: 'fence', nwkAddr: bad })),
        /"nwkAddr".*0 to 4294967295/,
      );
    }
  });

  it('say which parameter is missing and where to put it', () => {
    assert.match(
      refusal(() => make({ a: 1 }, { source: 'fence' })),
      /needs the parameter "nwkAddr".*msg\.device/,
    );
    assert.match(
      refusal(() => make({ a: 1 }, { nwkAddr: 1 })),
      /needs the parameter "source".*msg\.params\.source/,
    );
  });

  it('name the item of a list that is wrong', () => {
    assert.match(
      refusal(() => make([{ a: 1 }, 5, { a: 1 }])),
      /\(item 2 of 3\)/,
    );
    assert.match(
      refusal(() => make([{ a: 1 }, { a: 1, time: 'x' }])),
      /"time" \(item 2 of 2\)/,
    );
  });

  for (const payload of [undefined, null, 5, 'text', true, []]) {
    it(`refuse ${JSON.stringify(payload)}, of which nothing can be recorded`, () => {
      assert.match(
        refusal(() => make(payload)),
        /payload/,
      );
    });
  }

  describe('of a SenML pack', () => {
    it('are one for each device and time, with its values by name', () => {
      const pack = [
        { bn: 'urn:dev:xdp:1:', bt: 1_700_000_000, n: 'a', v: 1 },
        { n: 'b', vs: 'x' },
        { n: 'a', t: 5, v: 2 },
        { bn: 'urn:dev:xdp:2:', n: 'a', vb: true },
      ];
      assert.deepEqual(make(pack, { source: 'fence' }), [
        { data: { a: 1, b: 'x' }, nwkAddr: 1, source: 'fence', time: '2023-11-14T22:13:20.000Z' },
        { data: { a: 2 }, nwkAddr: 1, source: 'fence', time: '2023-11-14T22:13:25.000Z' },
        { data: { a: true }, nwkAddr: 2, source: 'fence', time: '2023-11-14T22:13:20.000Z' },
      ]);
    });

    it('lose no value that has the name, device and time of another', () => {
      const pack = [
        { bn: 'urn:dev:xdp:1:', n: 'a', v: 1 },
        { n: 'b', v: 10 },
        { n: 'a', v: 2 },
        { n: 'b', v: 20 },
        { n: 'a', v: 3 },
      ];
      assert.deepEqual(
        make(pack, { source: 'fence' }).map(({ data }) => data),
        [{ a: 1, b: 10 }, { a: 2, b: 20 }, { a: 3 }],
      );
    });

    it('lose no value whose time differs by less than a millisecond', () => {
      const pack = [
        { bn: 'urn:dev:xdp:1:', bt: 1_700_000_000, n: 'a', t: 0.0001, v: 1 },
        { n: 'a', t: 0.0002, v: 2 },
      ];
      assert.deepEqual(
        make(pack, { source: 'fence' }).map(({ data }) => data),
        [{ a: 1 }, { a: 2 }],
      );
    });

    it('have the present time where the pack gives none', () => {
      assert.equal(make([{ bn: 'urn:dev:xdp:1:', n: 'a', v: 1 }], { source: 'fence' })[0]?.time, PRESENT);
    });

    it('need the node’s nwkAddr where the device is not one of xDP', () => {
      const pack = [{ bn: 'urn:dev:itron:00:13:50:05:', n: 'a', v: 1 }];
      assert.equal(make(pack)[0]?.nwkAddr, 27435);
      assert.match(
        refusal(() => make(pack, { source: 'fence' })),
        /needs the parameter "nwkAddr"/,
      );
    });

    it('are what another node of ours made of a reading', () => {
      const pack = toSenml({
        platform: 'xdp',
        device: '7',
        time: '2026-05-31T10:00:00.5Z',
        values: { a: 1, b: { c: 2 } },
      });
      assert.deepEqual(make(pack, { source: 'fence' }), [
        { data: { a: 1, 'b.c': 2 }, nwkAddr: 7, source: 'fence', time: '2026-05-31T10:00:00.500Z' },
      ]);
    });

    it('refuse one of several devices that are not of xDP, whatever their names look like', () => {
      const packs = [
        [
          { bn: '2001:db8::2/', n: 't', v: 1 },
          { bn: '2001:db8::1/', n: 't', v: 2 },
        ],
        [
          { bn: 'urn:dev:mac:0024befffe804ff1/', n: 't', v: 1 },
          { bn: 'urn:dev:mac:0024befffe804ff2/', n: 't', v: 2 },
        ],
        [
          { n: 'urn:dev:ow:10e2073a01080063', v: 1 },
          { n: 'urn:dev:ow:10e2073a01080064', v: 2 },
        ],
        [
          { n: '2001:db8::2/t', v: 1 },
          { n: '2001:db8::1/t', v: 2 },
        ],
        [
          { bn: 'kitchen/', n: 't', v: 1 },
          { bn: 'bath/', n: 't', v: 2 },
        ],
      ];
      for (const pack of packs)
        assert.match(
          refusal(() => make(pack)),
          /several devices .*would all go to the same device/,
        );
      assert.deepEqual(
        make([
          { n: 'kitchen', v: 1 },
          { n: 'bath', v: 2 },
        ])[0]?.data,
        { kitchen: 1, bath: 2 },
      );
    });

    it('keep a name that JavaScript has a meaning for', () => {
      const [recording] = make([
        { bn: 'urn:dev:xdp:1:', n: '__proto__', v: 1 },
        { n: 'a', v: 2 },
      ]);
      assert.equal(JSON.stringify(recording?.data), '{"__proto__":1,"a":2}');
    });

    it('refuse a broken one by its record', () => {
      assert.match(
        refusal(() =>
          make([
            { n: 'a', v: 1 },
            { n: 'b', v: 'x' },
          ]),
        ),
        /record 2 of the SenML pack/,
      );
    });
  });
});
