import { strict as assert } from 'node:assert';
import type { FlowMessage } from '../../nodes/core/node-red/node';
import { entityMessage, pointMessage } from '../../nodes/itwin-iot/message';
import { senmlUnit } from '../../nodes/itwin-iot/units';

const NAMES = { sensor: '/fn/6C4F6D/node/x/1/device/t:1/sensor', metric: 'T', unit: 'C' };
const TIME = '2026-01-01T00:00:00.250Z';

/** A message without its id, which no two share. */
function fieldsOf({ _msgid, ...fields }: FlowMessage): object {
  assert.match(String(_msgid), /./);
  return fields;
}

describe('messages of iTwin IoT', () => {
  it('hold an observation as the platform writes it', () => {
    assert.deepEqual(fieldsOf(pointMessage(NAMES, TIME, { [TIME]: [1, 2] }, false, 'native')), {
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
    assert.deepEqual(fieldsOf(entityMessage(entity, 'nodes', false, 'native')), {
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
});
