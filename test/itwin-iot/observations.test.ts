import { strict as assert } from 'node:assert';
import { PlatformError } from '../../nodes/core/errors';
import { seriesWriter, toSenml } from '../../nodes/core/senml/pack';
import { observationsOf } from '../../nodes/itwin-iot/itwin-iot-upload/observations';

const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);
const PRESENT = '2026-06-01T12:00:00.000Z';
const SENSOR = '/fn/6C4F6D/node/dgsimlogger/032432/device/tilt4/sensor';
const OTHER = '/api/B08851/node/dynamic/AB10E2/device/D76619/sensor';

const make = (payload: unknown, sensorId: unknown = SENSOR) =>
  observationsOf(payload, { sensorId, operation: 'uploadData' }, () => NOW);

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

describe('observations of a payload', () => {
  it('are those of the platform text, unchanged', () => {
    const observation = {
      sensorId: '/trimble4d/nodeId/node/deviceId/device/sensorId/sensor',
      timestamp: '2018-06-04T19:35:35.400Z',
      values: {
        e: 100.0,
        e_adjusted: 101.0,
        n: 100.0,
        n_adjusted: 101.0,
        h: 100.0,
        h_adjusted: 101.0,
        ha: 45.0,
        za: 60.0,
        sd: 100.0,
        sd_corrected: 101.0,
        T: 23.0,
        P: 101325,
      },
    };
    assert.deepEqual(make(observation), [observation]);
    assert.deepEqual(make([observation, observation]), [observation, observation]);
    const rest = {
      sensorId: OTHER,
      timestamp: '2024-02-20T04:35:23.653Z',
      values: { Alignment_Left_SD: 0.23, Alignment_Right_SD: 0.84 },
    };
    assert.deepEqual(make(rest), [rest]);
  });

  it('are a bare object with the values of metrics, with sensor and present time', () => {
    assert.deepEqual(make({ T: 21.5, RH: 40 }), [
      { sensorId: SENSOR, timestamp: PRESENT, values: { T: 21.5, RH: 40 } },
    ]);
  });

  it('take sensor and time out of a bare object where it has them', () => {
    const timestamp = '2026-05-31T00:00:00Z';
    const wanted = [{ sensorId: OTHER, timestamp, values: { T: 1 } }];
    assert.deepEqual(make({ T: 1, timestamp, sensorId: OTHER }), wanted);
    assert.deepEqual(make({ T: 1, time: timestamp, sensorId: OTHER }), wanted);
  });

  it('leave a metric called "time" beside a timestamp in the values', () => {
    const [observation] = make({ T: 1, time: 5, timestamp: PRESENT });
    assert.deepEqual(observation?.values, { T: 1, time: 5 });
  });

  it('fill in what one leaves out, and never change what it names', () => {
    assert.deepEqual(make({ values: { T: 1 } }), [{ sensorId: SENSOR, timestamp: PRESENT, values: { T: 1 } }]);
    assert.equal(make({ sensorId: OTHER, values: { T: 1 } }, SENSOR)[0]?.sensorId, OTHER);
    assert.equal(make({ sensorId: '', values: { T: 1 } }, SENSOR)[0]?.sensorId, SENSOR);
  });

  it('refuse a member beside "values" that would be dropped, and a misspelt sensor', () => {
    const said = (item: object): string => refusal(() => make(item));
    assert.match(said({ values: { T: 1 }, sensorid: OTHER }), /also has "sensorid"; is "sensorId" meant\?/);
    assert.match(said({ values: { T: 1 }, RH: 5 }), /also has "RH"/);
    assert.match(said({ values: { T: 1 }, timestamp: PRESENT, time: 5 }), /also has "time"/);
    assert.match(said({ T: 1, sensorid: '5' }), /has "sensorid": write "sensorId"/);
  });

  it('are a list of either kind, in order', () => {
    const list = make([{ sensorId: OTHER, values: { T: 1 } }, { T: 2 }]);
    assert.deepEqual(
      list.map(({ sensorId, values }) => [sensorId, values]),
      [
        [OTHER, { T: 1 }],
        [SENSOR, { T: 2 }],
      ],
    );
  });

  it('do not change the payload', () => {
    const payload = Object.freeze({ T: 1, time: PRESENT, sensorId: SENSOR });
    make(payload);
    assert.deepEqual(payload, { T: 1, time: PRESENT, sensorId: SENSOR });
  });

  it('hold numbers: digits are read as such, what has no value is left out', () => {
    assert.deepEqual(make({ T: '21.5', RH: null, P: undefined, x: '' })[0]?.values, { T: 21.5 });
    assert.deepEqual(make({ T: 0 })[0]?.values, { T: 0 });
  });

  for (const bad of [true, 'warm', NaN, Infinity, { deep: 1 }, [1], 5n]) {
    it(`refuse ${typeof bad === 'object' ? JSON.stringify(bad) : String(bad)} as a value: they are "raw numerical values"`, () => {
      assert.match(
        refusal(() => make({ T: 1, state: bad })),
        /parameter "state" of uploadData must be a number/,
      );
      assert.match(
        refusal(() => make([{ T: 1 }, { values: { T: 1, state: bad } }])),
        /parameter "state" of uploadData \(item 2 of 2\) must be a number/,
      );
    });
  }

  for (const none of [
    {},
    { T: null },
    { time: PRESENT },
    { values: {} },
    { values: [1, 2] },
    { values: 5 },
    new Date(),
  ]) {
    it(`refuse ${JSON.stringify(none)}, which holds no value`, () => {
      assert.match(
        refusal(() => make(none)),
        /the values of uploadData must be an object with a number for each raw metric/,
      );
    });
  }

  const times: [given: unknown, timestamp: string][] = [
    ['2018-06-04T19:35:35.400Z', '2018-06-04T19:35:35.400Z'],
    ['2018-06-04T21:35:35.4+02:00', '2018-06-04T19:35:35.400Z'],
    [1_528_140_935_400, '2018-06-04T19:35:35.400Z'],
    [new Date(1_528_140_935_400), '2018-06-04T19:35:35.400Z'],
    [undefined, PRESENT],
    [null, PRESENT],
    ['', PRESENT],
  ];
  for (const [given, timestamp] of times) {
    it(`have timestamps in ISO 8601 and UTC: ${String(given)}`, () => {
      assert.equal(make({ T: 1, timestamp: given })[0]?.timestamp, timestamp);
      assert.equal(make({ T: 1, time: given })[0]?.timestamp, timestamp);
    });
  }

  it('refuse a time that is none, naming the item', () => {
    for (const given of ['yesterday', '5', {}, true, NaN]) {
      assert.match(
        refusal(() => make([{ T: 1 }, { T: 1, timestamp: given }])),
        /"timestamp" of uploadData \(item 2 of 2\) must be an ISO 8601 time or Unix milliseconds/,
      );
    }
  });

  it('say where a sensor that is missing may be put', () => {
    for (const none of [undefined, null, '']) {
      assert.match(
        refusal(() => observationsOf({ T: 1 }, { sensorId: none, operation: 'uploadObservations' })),
        /uploadObservations needs the parameter "sensorId": .*dialog.*observation.*msg\.params\.sensorId.*msg\.device/,
      );
    }
  });

  it('refuse what cannot be the id of a sensor', () => {
    for (const bad of [{}, true, ['/api/1/sensor']]) {
      assert.match(
        refusal(() => make({ T: 1 }, bad)),
        /parameter "sensorId" of uploadData must be a text/,
      );
    }
  });

  it('are not the points of getData or of a subscription, which name neither sensor nor metric', () => {
    const points = { '2016-12-15T23:38:07.000Z': 77.5, '2016-12-16T07:13:07.000Z': 77.7 };
    assert.match(
      refusal(() => make(points)),
      /holds values by time, but names no sensor and no metric: .*SenML/,
    );
    assert.match(
      refusal(() => make([{ T: 1 }, points])),
      /\(item 2 of 2\)/,
    );
  });

  for (const payload of [undefined, null, 5, 'text', true, [], Buffer.from('bytes')]) {
    it(`refuse ${JSON.stringify(payload)}, of which nothing can be uploaded`, () => {
      assert.match(
        refusal(() => make(payload)),
        /the payload (must be an observation|is an empty list)/,
      );
    });
  }

  it('name the item of a list that is no object', () => {
    assert.match(
      refusal(() => make([{ T: 1 }, 5, { T: 1 }])),
      /\(item 2 of 3\)/,
    );
  });

  it('are refused in the name of the operation alone, whatever their place', () => {
    assert.throws(() => make([{ T: 1 }, { T: 'warm' }]), {
      operation: 'uploadData',
      message: 'parameter "T" of uploadData (item 2 of 2) must be a number, but is "warm"',
    });
  });

  describe('of a SenML pack', () => {
    it('are one for each sensor and time, with its values by metric', () => {
      const pack = [
        { bn: `urn:dev:itwin-iot:${SENSOR}:`, bt: 1_700_000_000, n: 'T', u: 'Cel', v: 1 },
        { n: 'P', v: 2 },
        { n: 'T', t: 5, v: 3 },
        { bn: `urn:dev:itwin-iot:${OTHER}:`, n: 'T', v: 4 },
      ];
      assert.deepEqual(make(pack, undefined), [
        { sensorId: SENSOR, timestamp: '2023-11-14T22:13:20.000Z', values: { T: 1, P: 2 } },
        { sensorId: SENSOR, timestamp: '2023-11-14T22:13:25.000Z', values: { T: 3 } },
        { sensorId: OTHER, timestamp: '2023-11-14T22:13:20.000Z', values: { T: 4 } },
      ]);
    });

    it('keep the sensor of this platform before the node’s own, and take that for any other device', () => {
      assert.equal(make([{ bn: `urn:dev:itwin-iot:${OTHER}:`, n: 'T', v: 1 }], SENSOR)[0]?.sensorId, OTHER);
      assert.equal(make([{ bn: 'urn:dev:xdp:27435:', n: 'T', v: 1 }], SENSOR)[0]?.sensorId, SENSOR);
      assert.equal(make([{ n: 'T', v: 1 }], SENSOR)[0]?.sensorId, SENSOR);
      assert.match(
        refusal(() => observationsOf([{ n: 'T', v: 1 }], { sensorId: undefined, operation: 'uploadData' })),
        /"sensorId" \(SenML pack\)/,
      );
    });

    it('have the same present time all over where the pack gives none', () => {
      let clock = NOW;
      const pack = [
        { n: 'T', t: 0, v: 1 },
        { n: 'P', t: 0, v: 2 },
      ];
      const made = observationsOf(pack, { sensorId: SENSOR, operation: 'uploadData' }, () => clock++);
      assert.deepEqual(made, [{ sensorId: SENSOR, timestamp: PRESENT, values: { T: 1, P: 2 } }]);
    });

    it('lose no value that has the metric, sensor and time of another', () => {
      const pack = [
        { bn: `urn:dev:itwin-iot:${SENSOR}:`, n: 'T', v: 1 },
        { n: 'T', v: 2 },
      ];
      assert.deepEqual(
        make(pack).map(({ values }) => values),
        [{ T: 1 }, { T: 2 }],
      );
    });

    it('refuse texts and booleans by their metric, and a broken record by its number', () => {
      for (const value of [{ vs: 'ok' }, { vb: true }]) {
        assert.match(
          refusal(() =>
            make([
              { n: 'T', v: 1 },
              { n: 'state', ...value },
            ]),
          ),
          /parameter "state" of uploadData \(SenML pack\) must be a number/,
        );
      }
      assert.match(
        refusal(() =>
          make([
            { n: 'T', v: 1 },
            { n: 'P', v: 'x' },
          ]),
        ),
        /record 2 of the SenML pack/,
      );
    });

    it('are what another node of ours made, slashes of the sensor id included', () => {
      for (const device of [SENSOR, OTHER, '/instantel/3E216E/node/demo_sensor/UM9169/device/demo-1/sensor']) {
        const time = '2026-05-31T10:00:00.500Z';
        const values = { P_raw: 101325, dT: -0.5 };
        const pack = toSenml({ platform: 'itwin-iot', device, time, values });
        assert.deepEqual(make(JSON.parse(JSON.stringify(pack)), undefined), [
          { sensorId: device, timestamp: time, values },
        ]);
        const points = { [time]: 1, '2026-05-31T10:00:05.000Z': 2 };
        const write = seriesWriter({ platform: 'itwin-iot', device, name: 'T', unit: 'Cel' });
        assert.deepEqual(
          make(write(points), undefined),
          Object.entries(points).map(([timestamp, T]) => ({ sensorId: device, timestamp, values: { T } })),
        );
      }
    });
  });
});
