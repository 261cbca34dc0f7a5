import { strict as assert } from 'node:assert';
import { nearestName } from '../../../nodes/core/values/nearest-name';

describe('the name that was meant', () => {
  const names = ['nwkAddr', 'source', 'time'];
  const meant: [given: string, name: string | undefined][] = [
    ['nwkaddr', 'nwkAddr'],
    ['nwk_addr', 'nwkAddr'],
    ['nwkAdr', 'nwkAddr'],
    ['sorce', 'source'],
    ['Time', 'time'],
    ['temperature', undefined],
    ['x', undefined],
    ['t'.repeat(100_000), undefined],
  ];
  for (const [given, name] of meant) {
    it(`is ${name} for ${given.slice(0, 20)}`, () => assert.equal(nearestName(given, names), name));
  }
});
