import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../../nodes/core/errors';
import { checkForeign, groupValues } from '../../../nodes/core/senml/groups';
import type { SenmlRecord } from '../../../nodes/core/senml/pack';
import { fromSenml } from '../../../nodes/core/senml/reader';

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

describe('one name in two units', () => {
  it('is refused, and both are named', () => {
    const pack = [
      { bn: 'urn:dev:ow:10e2073a01080063', bu: '%RH', v: 20 },
      { u: 'lon', v: 24.3 },
    ];
    assert.throws(() => group(...pack), /two units \(%RH, lon\)/);
    group({ bn: 'urn:dev:xdp:1:', n: 'a', u: 'V', v: 1 }, { bn: 'urn:dev:xdp:2:', n: 'a', u: 'A', v: 1 });
  });
});

describe('SenML of another platform', () => {
  const group = (platform: string | undefined, device: string | undefined) => ({
    platform,
    device,
    time: undefined,
    values: {},
  });

  it('is refused when its values are of several devices, which are named', () => {
    assert.throws(
      () => checkForeign([group('xdp', '1'), group('itwin-iot', '/a'), group('xdp', '2')], 'itwin-iot'),
      (error: PlatformError) => error.code === 'INVALID_PARAMETER' && /\(xdp 1, xdp 2\)/.test(error.message),
    );
  });

  it('is taken when they are of one device, of devices of the own platform, or of none that is named', () => {
    checkForeign([group('xdp', '1'), group('xdp', '1'), group('itwin-iot', '/a')], 'itwin-iot');
    checkForeign([group('xdp', '1'), group('xdp', '2')], 'xdp');
    checkForeign([group(undefined, undefined), group(undefined, undefined)], 'xdp');
  });
});
