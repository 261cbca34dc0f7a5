import { strict as assert } from 'node:assert';
import { fromSenml, type SenmlRecord } from '../../nodes/core/senml';
import { groupValues } from '../../nodes/core/senml-groups';

const group = (...pack: SenmlRecord[]) => groupValues(fromSenml(pack));

describe('the values of a SenML pack', () => {
  it('stand together by device and time, in order of their first value', () => {
    const groups = group(
      { bn: 'urn:dev:xdp:1:', bt: 1_700_000_000, n: 'a', v: 1 },
      { bn: 'urn:dev:xdp:2:', n: 'a', vs: 'x' },
      { bn: 'urn:dev:xdp:1:', n: 'b', vb: true },
      { n: 'a', t: 5, v: 2 },
    );
    assert.deepEqual(
      groups.map(({ device, time, values }) => [device, time, values]),
      [
        ['1', '2023-11-14T22:13:20.000Z', { a: 1, b: true }],
        ['2', '2023-11-14T22:13:20.000Z', { a: 'x' }],
        ['1', '2023-11-14T22:13:25.000Z', { a: 2 }],
      ],
    );
  });

  it('stand apart where platforms differ, and where the device is unknown', () => {
    const groups = group(
      { bn: 'urn:dev:xdp:1:', n: 'a', v: 1 },
      { bn: 'urn:dev:itron:1:', n: 'b', v: 2 },
      { bn: '', n: 'c', v: 3 },
      { n: 'd', v: 4 },
    );
    assert.deepEqual(
      groups.map(({ platform, device, values }) => [platform, device, values]),
      [
        ['xdp', '1', { a: 1 }],
        ['itron', '1', { b: 2 }],
        [undefined, undefined, { c: 3, d: 4 }],
      ],
    );
  });

  it('that have the name of one in their group begin another', () => {
    const groups = group(
      { bn: 'urn:dev:xdp:1:', n: 'a', v: 1 },
      { n: 'b', v: 10 },
      { n: 'a', v: 2 },
      { n: 'b', v: 20 },
    );
    assert.deepEqual(
      groups.map(({ values }) => values),
      [
        { a: 1, b: 10 },
        { a: 2, b: 20 },
      ],
    );
  });
});
