import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { statusText } from '../../nodes/editor/status-text';

describe('a status in the language of the reader', () => {
  const german = JSON.parse(readFileSync('locales/de/common.json', 'utf8')) as Record<string, unknown>;
  const inGerman = (text: string): string =>
    statusText(text, (key) => (typeof german[key] === 'string' ? german[key] : undefined));

  const texts: [text: string, german: string][] = [
    ['connected', 'verbunden'],
    ['not configured', 'nicht konfiguriert'],
    ['queued 50 ECONNREFUSED', 'in Warteschlange 50 ECONNREFUSED'],
    ['waiting, retry at 14:52:15, ECONNREFUSED', 'wartet, nächster Versuch um 14:52:15, ECONNREFUSED'],
    ['only 1 of 2 sensors: there is no sensor /a, waiting', 'nur 1 von 2 Sensoren: there is no sensor /a, waiting'],
    ['refused: connected, it seems', 'abgelehnt: connected, it seems'],
    ['recorded 50 · 14:35:34', 'gespeichert 50 · 14:35:34'],
    ['INVALID_PARAMETER', 'INVALID_PARAMETER'],
    ['200 · 14:35:34', '200 · 14:35:34'],
  ];
  for (const [text, words] of texts) it(`is "${words}"`, () => assert.equal(inGerman(text), words));
});
