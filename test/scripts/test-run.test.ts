import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTests, NAMED } from '../../scripts/test/files';
import type { Outcome } from '../../scripts/test/protocol';
import { firstVersion } from '../../scripts/test/versions';
import { startWorker } from '../../scripts/test/worker-process';

describe('npm test', function () {
  this.timeout(120_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'farfield-run-'));
  });
  after(() => rm(folder, { recursive: true }));

  const run = async (text: string, last = false): Promise<Outcome> => {
    const file = join(folder, `${text.length}.test.ts`);
    await writeFile(file, text);
    const worker = startWorker(firstVersion(), {}, 100);
    const outcome = await worker.run({ file, colors: false, last });
    worker.end();
    return outcome;
  };

  const countsOf = ({ passed, failed, skipped }: Outcome): number[] => [passed, failed, skipped];

  it('finds each file once, and knows no file that there is not', () => {
    const paths = findTests([]).map(({ path }) => path);
    assert.deepEqual(
      findTests(['test/scripts', 'test/scripts/test-run.test.ts']).map(({ path }) => path),
      paths.filter((path) => path.startsWith('test/scripts/')),
    );
    assert.equal(new Set(paths).size, paths.length);
    assert.ok(paths.includes('test/scripts/test-run.test.ts'));
    assert.deepEqual(
      NAMED.filter((path) => !existsSync(path)),
      [],
    );
  });

  it('counts what passes, fails and is left out, with all that was printed and the failures alone', async () => {
    const outcome = await run(`describe('a file', () => {
      it('passes', () => console.log('a word'));
      it('fails', () => { throw new Error('no good'); });
      it('is to come');
    });`);
    assert.deepEqual(countsOf(outcome), [1, 1, 1]);
    assert.match(outcome.output, /a word/);
    assert.match(outcome.output, /passes/);
    assert.match(outcome.failures, /a file\n\s+fails:\n\s+Error: no good/);
    assert.doesNotMatch(outcome.failures, /a word/);
  });

  it('counts a file that cannot be loaded as failed', async () => {
    const outcome = await run(`import './nowhere';`);
    assert.deepEqual(countsOf(outcome), [0, 1, 0]);
    assert.match(outcome.failures, /nowhere/);
  });

  it('counts a file that ends its process as failed, with its last words', async () => {
    const outcome = await run(`it('ends', () => { console.log('last words'); process.exit(0); });`);
    assert.deepEqual(countsOf(outcome), [0, 1, 0]);
    assert.match(outcome.failures, /it ended with 0/);
    assert.match(outcome.failures, /last words/);
  });

  it('counts what is left behind by the last file of a process as failed', async () => {
    const outcome = await run(`it('leaves a timer', () => { setInterval(() => undefined, 1000); });`, true);
    assert.deepEqual(countsOf(outcome), [1, 1, 0]);
    assert.match(outcome.failures, /left behind/);
  });
});
