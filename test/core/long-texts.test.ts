import { strict as assert } from 'node:assert';
import { plainName, senmlName } from '../../nodes/core/senml/names';
import { seriesWriter, toSenml } from '../../nodes/core/senml/pack';
import { fromSenml } from '../../nodes/core/senml/reader';
import { fromBase64, toBase64 } from '../../nodes/core/values/binary-text';
import { addressProblem, decimalOf, integerOf } from '../../nodes/core/values/integer-text';
import { isoTime, timeProblem, unixSeconds } from '../../nodes/core/values/iso-time';
import { numberText, parseJson } from '../../nodes/core/values/json';
import { listOf } from '../../nodes/core/values/list-text';
import { nearestName } from '../../nodes/core/values/nearest-name';
import { variableName } from '../../nodes/core/values/variables';
import { squareCost } from '../support/cost';

/** Texts that expressions go wrong on: nearly a match, again and again. */
const TEXTS: Readonly<Record<string, (length: number) => string>> = {
  'a time with digits without end': (length) => `2019-09-12T04:57:51.${'1'.repeat(length)}x.`,
  'digits and points': (length) => `.${'1.'.repeat(length / 2)}x`,
  digits: (length) => '1'.repeat(length),
  blanks: (length) => `${' '.repeat(length)}x`,
  colons: (length) => `urn:dev:x${':'.repeat(length)}`,
  'colons and letters': (length) => `urn:dev:x:${'a:'.repeat(length / 2)}`,
  'half an escape': (length) => '_x5'.repeat(length / 3),
  commas: (length) => ', '.repeat(length / 2),
  braces: (length) => `\${${'}'.repeat(length)}x`,
};

const silent =
  (work: (text: string) => unknown) =>
  (text: string): void => {
    try {
      work(text);
    } catch {
      // Refused: only the time counts.
    }
  };

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  isoTime,
  timeProblem,
  unixSeconds,
  integerOf: (text) => integerOf(text, true),
  decimalOf,
  addressProblem,
  listOf,
  variableName,
  fromBase64,
  toBase64: (text) => toBase64(text, 16),
  senmlName,
  plainName,
  nearestName: (text) => nearestName(text, ['nwkAddr']),
  fromSenml: (text) => fromSenml([{ bn: text, n: text, v: 1 }]),
  'toSenml, time': (time) => toSenml({ platform: 'xdp', device: '1', time, values: { a: 1 } }),
  'toSenml, name': (name) => toSenml({ platform: 'xdp', device: name, values: { [name]: 1 } }),
  seriesWriter: (time) => seriesWriter({ platform: 'xdp', device: '1', name: 'a' })({ [time]: 1 }),
  parseJson: (text) => parseJson(text, 'it'),
  numberText: (text) => numberText(JSON.stringify({ text, offset: 5, more: '' }), 'offset'),
};

describe('a text without end', () => {
  for (const [name, reader] of Object.entries(READERS)) {
    it(`costs ${name} no more than its length`, function () {
      // Nine texts, each read up to forty times: on a busy machine that takes its time.
      this.timeout(300_000);
      const work = silent(reader);
      for (const [what, make] of Object.entries(TEXTS)) {
        const prepare = (length: number): (() => void) => work.bind(undefined, make(length));
        assert.equal(squareCost(prepare, 25_000), undefined, what);
      }
    });
  }
});
