import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NETWORK_ERROR_CODES, OWN_ERROR_CODES, PlatformError } from '../../nodes/core/errors';
import { htmlInstead } from '../../nodes/core/http/answer';
import { networkError, statusError } from '../../nodes/core/http/errors';
import { isDoubtful, mayBeTakenLater } from '../../nodes/core/outbox/verdict';
import { errorText } from '../../nodes/editor/error-text';
import { lookUpIn } from '../../scripts/operation-help';
import { projectRoot } from '../support/packed-package';

const CODES = [...OWN_ERROR_CODES, ...NETWORK_ERROR_CODES];

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

interface Row {
  codes: string[];
  kept: string;
}

/** The rows of the table in docs/errors.md. */
const rows: Row[] = [...read('docs/errors.md').matchAll(/^\| (`.+?) \|.*\| ?(.*?) ?\|$/gm)].map(
  ([, codes = '', kept = '']) => ({ codes: [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => String(code)), kept }),
);

const rowOf = (code: string): Row => rows.find(({ codes }) => codes.includes(code)) ?? assert.fail(code);

describe('the codes of errors', () => {
  it('have a row each in docs/errors.md, which has none of a code that there is not', () => {
    const described = rows.flatMap(({ codes }) => codes);
    const ofTls = described.filter((code) => code.includes('CERT'));
    assert.deepEqual(described.filter((code) => !ofTls.includes(code)).sort(), [...CODES].sort());
  });

  it('that the README names are such codes', () => {
    const [, section = ''] = read('README.md').split('## Troubleshooting');
    const named = [...section.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, codes = '']) =>
      [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => String(code)),
    );
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter((code) => !CODES.some((each) => each === code) && !code.includes('CERT')),
      [],
    );
  });

  for (const language of ['en-US', 'de', 'id', 'ja'])
    it(`have a text in ${language}, and there is none of a code that there is not`, () => {
      const catalogue = JSON.parse(read(`locales/${language}/common.json`));
      const lookUp = lookUpIn(catalogue);
      for (const code of CODES) {
        const { summary, detail } = errorText(lookUp, { code, message: 'what was said' });
        assert.notEqual(summary, 'what was said', code);
        assert.equal(detail, 'what was said', code);
      }
      const { errors } = catalogue.common as { errors: object };
      const ours = Object.keys(errors).filter((key) => key === key.toUpperCase() && key !== 'TLS');
      assert.deepEqual(ours.sort(), [...CODES].sort());
    });

  describe('are kept by an upload node as docs/errors.md says:', () => {
    const context = { platform: 'xDP', baseUrl: 'https://example.com' };
    const byStatus = (status: number): PlatformError => statusError(status, {}, '', context);
    const bySystem = (code: string): PlatformError => networkError(Object.assign(new Error(code), { code }), context);
    const samples: PlatformError[] = [
      ...[401, 403, 404, 409, 429].map(byStatus),
      ...NETWORK_ERROR_CODES.map(bySystem),
      bySystem('CERT_HAS_EXPIRED'),
      new PlatformError('INVALID_PARAMETER', 'no such metric'),
    ];

    const fateOf = (error: PlatformError): string => {
      if (!mayBeTakenLater(error)) return 'fails';
      return isDoubtful(error) ? 'steps aside' : 'waits';
    };

    for (const error of samples)
      it(`${error.code} (${error.statusCode ?? 'no answer'})`, () => {
        assert.equal(rowOf(error.code).kept, fateOf(error));
      });

    it('INVALID_RESPONSE, by what came', () => {
      const fates = [htmlInstead('postRecordings', 200), byStatus(302)].map(fateOf);
      assert.deepEqual(fates, ['steps aside', 'waits']);
      assert.equal(rowOf('INVALID_RESPONSE').kept, 'steps aside; after a redirect, waits');
    });

    it('PLATFORM_ERROR, by the status', () => {
      const statusesOf = (fate: string): number[] =>
        [400, 402, 405, 413, 414, 415, 422, 500, 502, 503, 504].filter((status) => fateOf(byStatus(status)) === fate);
      assert.deepEqual(statusesOf('fails'), [400, 402, 413, 414, 415, 422]);
      assert.deepEqual(statusesOf('steps aside'), [405, 500]);
      assert.deepEqual(statusesOf('waits'), [502, 503, 504]);
      assert.equal(
        rowOf('PLATFORM_ERROR').kept,
        '400, 402, 413, 414, 415, 422 fail; 502 to 504 wait; others step aside',
      );
    });
  });
});
