import { strict as assert } from 'node:assert';
import { inBody } from '../../../nodes/core/operation/operation';
import { checkParameter } from '../../../nodes/core/operation/parameters';

describe('an address', () => {
  const address = inBody('nwkAddr', { type: 'integer', min: 0, max: 0xffff_ffff, address: true });
  const read = (given: unknown): unknown => checkParameter(address, given, 'putEndDevice');

  const good: [given: unknown, value: number][] = [
    [27435, 27435],
    ['27435', 27435],
    [' 27435 ', 27435],
    ['0', 0],
    ['0x12E00003', 0x12e00003],
    ['0x00189440', 0x00189440],
    ['12000003', 12000003],
  ];
  for (const [given, value] of good) it(`is ${value} for ${given}`, () => assert.equal(read(given), value));

  const bad: [given: unknown, words: RegExp][] = [
    ['12E00003', /hexadecimal is written with "0x" in front: 0x12E00003/],
    ['00189440', /decimal \(189440\) or hexadecimal \(0x00189440\)/],
    ['1e3', /"0x"/],
    ['0x1FFFFFFFF', /whole number/],
    ['-1', /whole number/],
    ['12.0', /whole number/],
    ['abcdefgh', /whole number/],
    ['1'.repeat(100_000), /whole number/],
  ];
  for (const [given, words] of bad) {
    it(`is none, and says why, in ${String(given).slice(0, 20)}`, () => assert.throws(() => read(given), words));
  }
});
