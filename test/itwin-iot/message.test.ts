import { strict as assert } from 'node:assert';
import { entityMessage, pointMessage, valueMessages } from '../../nodes/itwin-iot/message';
import { senmlUnit } from '../../nodes/itwin-iot/units';

const NAMES = { sensor: '/fn/6C4F6D/node/x/1/device/t:1/sensor', metric: 'T', unit: 'C' };
const TIME = '2026-01-01T00:00:00.250Z';

describe('messages of iTwin IoT', () => {
  it('hold an observation as the platform writes it', () => {
    const { _msgid, ...fields } = pointMessage(NAMES, TIME, { [TIME]: [1, 2] }, false, 'native');
    assert.match(String(_msgid), /^[0-9a-f]{16}$/);
    assert.deepEqual(fields, {
      payload: { [TIME]: [1, 2] },
      topic: NAMES.sensor,
      device: NAMES.sensor,
      event: 'data',
      time: TIME,
    });
    assert.equal(pointMessage(NAMES, TIME, { [TIME]: 1 }, true, 'native').replayed, true);
  });

  for (const [value, field] of [
    [21.5, { v: 21.5 }],
    [true, { vb: true }],
    ['wet', { vs: 'wet' }],
    [[1, 2], { vs: '[1,2]' }],
  ] as const) {
    it(`hold an observation as SenML: ${JSON.stringify(value)}`, () => {
      const { payload, contentType, replayed } = pointMessage(NAMES, TIME, { [TIME]: value }, true, 'senml');
      assert.deepEqual(payload, [
        {
          bn: 'urn:dev:itwin-iot:/fn/6C4F6D/node/x/1/device/t:1/sensor:',
          bt: Date.parse(TIME) / 1000,
          n: 'T',
          u: 'Cel',
          ...field,
        },
      ]);
      assert.equal(contentType, 'application/senml+json');
      assert.equal(replayed, true);
    });
  }

  it('leave a unit out that RFC 8428 and RFC 8798 do not have', () => {
    const { payload } = pointMessage({ ...NAMES, unit: 'F' }, TIME, { [TIME]: 1 }, false, 'senml');
    assert.equal('u' in ((payload as object[])[0] as object), false);
  });

  it('hold the object of an entity, or its values as SenML', () => {
    const entity = { id: '/a/node', type: 'THREAD', props: { NAME: 'North', SIZE: 4, ACCESSIBLE: true, GONE: null } };
    const { _msgid, ...fields } = entityMessage(entity, 'nodes', false, 'native');
    assert.deepEqual(fields, {
      payload: entity,
      topic: '/a/node',
      device: '/a/node',
      event: 'nodes',
    });
    const { payload, replayed } = entityMessage(entity, 'nodes', true, 'senml');
    assert.equal(replayed, true);
    assert.deepEqual(payload, [
      { bn: 'urn:dev:itwin-iot:/a/node:', n: 'type', vs: 'THREAD' },
      { n: 'props.NAME', vs: 'North' },
      { n: 'props.SIZE', v: 4 },
      { n: 'props.ACCESSIBLE', vb: true },
    ]);
  });

  it('know the units of the platform text by id or name', () => {
    for (const [unit, wanted] of [
      ['C', 'Cel'],
      ['kelvin', 'K'],
      ['m', 'm'],
      ['millimeter', 'mm'],
      ['Pa', 'Pa'],
      ['F', undefined],
      ['', undefined],
      ['constructor', undefined],
      [undefined, undefined],
      [5, undefined],
    ] as const) {
      assert.equal(senmlUnit(unit), wanted, String(unit));
    }
  });

  it('hold the value of an observation, with all that a chart wants to know', () => {
    const names = { of: () => 'Tilt 2' };
    const [{ _msgid, ...fields } = { _msgid: '' }] = valueMessages(NAMES, TIME, { [TIME]: 21.5 }, true, names);
    assert.deepEqual(fields, {
      payload: 21.5,
      topic: `${NAMES.sensor}/T`,
      device: NAMES.sensor,
      metric: 'T',
      unit: 'C',
      name: 'Tilt 2',
      event: 'data',
      time: TIME,
      timestamp: Date.parse(TIME),
      replayed: true,
    });
    for (const none of [null, Number.NaN, []])
      assert.deepEqual(valueMessages(NAMES, TIME, { [TIME]: none }, false, names), []);
  });

  it('hold each value of an observation that has several', () => {
    const found = valueMessages(NAMES, TIME, { [TIME]: { x: 1, flags: [true, 'wet'] } }, false, {
      of: () => undefined,
    });
    assert.deepEqual(
      found.map(({ payload, metric, topic }) => [payload, metric, topic]),
      [
        [1, 'T.x', `${NAMES.sensor}/T.x`],
        [true, 'T.flags.0', `${NAMES.sensor}/T.flags.0`],
        ['wet', 'T.flags.1', `${NAMES.sensor}/T.flags.1`],
      ],
    );
  });

  it('hold the object of an entity also where values are asked for: it is none', () => {
    const entity = { id: '/a/node', props: { SIZE: 4 } };
    assert.equal(entityMessage(entity, 'nodes', false, 'value').payload, entity);
  });
});
