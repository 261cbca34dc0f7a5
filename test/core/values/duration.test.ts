import { strict as assert } from 'node:assert';
import { durationText } from '../../../nodes/core/values/duration';

describe('durationText', () => {
  const cases: [seconds: number, text: string][] = [
    [0, '1 s'],
    [45, '45 s'],
    [60, '1 min'],
    [12 * 60 + 40, '12 min'],
    [3600, '1 h'],
    [3 * 3600 + 5 * 60 + 59, '3 h 5 min'],
    [26 * 3600, '1 d 2 h'],
    [90 * 86_400, '90 d'],
  ];
  for (const [seconds, text] of cases) {
    it(`says ${text} for ${seconds} s`, () => assert.equal(durationText(seconds * 1000), text));
  }
});
