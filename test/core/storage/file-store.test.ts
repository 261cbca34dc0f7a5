import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '../../../nodes/core/errors';
import { isKeptCursor } from '../../../nodes/core/storage/cursor-store';
import { destinationKey } from '../../../nodes/core/storage/destination';
import { createFileStore } from '../../../nodes/core/storage/file-store';

const SCOPE = destinationKey('https://xdp.example/api', 'farm', 'recordings');

describe('cursor file', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'farfield-cursor-'));
    path = join(folder, 'farfield', 'cursors', 'n1.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is none before the first save', async () => {
    assert.equal(await createFileStore(path).load(), undefined);
  });

  it('gives back what was saved, its folders made on the way', async () => {
    await createFileStore(path).save({ scope: SCOPE, cursor: { t: '9007199254740993' } });
    assert.deepEqual(await createFileStore(path).load(), { scope: SCOPE, cursor: { t: '9007199254740993' } });
  });

  it('leaves no temporary file', async () => {
    const store = createFileStore(path);
    for (let n = 0; n < 3; n++) await store.save(n);
    assert.deepEqual(await readdir(join(folder, 'farfield', 'cursors')), ['n1.json']);
  });

  it('is whole at every moment: a reader never sees half of it', async () => {
    const store = createFileStore(path);
    const value = (n: number) => ({ n, filler: String(n).repeat(50_000) });
    await store.save(value(0));
    let writing = true;
    const writer = (async () => {
      for (let n = 1; n <= 30; n++) await store.save(value(n));
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      const { n, filler } = (await createFileStore(path).load()) as { n: number; filler: string };
      assert.equal(filler, String(n).repeat(50_000));
      reads++;
    }
    await writer;
    assert.ok(reads > 0);
  });

  it('is not harmed by the torn temporary file of a process that was killed', async () => {
    const store = createFileStore(path);
    await store.save('before');
    await writeFile(`${path}.tmp`, '{"scope":"ht');
    assert.equal(await store.load(), 'before');
    await store.save('after');
    assert.equal(await store.load(), 'after');
  });

  for (const text of ['', '{"scope":', '\0\0\0\0', 'not JSON']) {
    it(`that is damaged (${JSON.stringify(text)}) is a DAMAGED error, and is kept under a name that it tells`, async () => {
      await mkdir(join(folder, 'farfield', 'cursors'), { recursive: true });
      await writeFile(path, text);
      const error = (await createFileStore(path)
        .load()
        .catch((thrown) => thrown)) as PlatformError;
      assert.equal(error.code, 'DAMAGED');
      const aside = / kept as (.+)$/.exec(error.message)?.[1] as string;
      assert.equal(await readFile(aside, 'utf8'), text);
      assert.equal(await createFileStore(path).load(), undefined);
    });
  }

  it('that this package did not write is neither removed nor replaced', async () => {
    await mkdir(join(folder, 'farfield', 'cursors'), { recursive: true });
    await writeFile(path, '{"somebody":"else"}');
    const store = createFileStore(path, isKeptCursor);
    await store.clear();
    assert.equal(await readFile(path, 'utf8'), '{"somebody":"else"}');
    await store.save({ farfield: 'cursor' });
    const names = await readdir(join(folder, 'farfield', 'cursors'));
    const other = names.find((name) => name !== 'n1.json') as string;
    assert.equal(await readFile(join(folder, 'farfield', 'cursors', other), 'utf8'), '{"somebody":"else"}');
    await store.clear();
    assert.deepEqual(await readdir(join(folder, 'farfield', 'cursors')), [other]);
  });

  it('is made again when its folder has been removed meanwhile', async () => {
    const store = createFileStore(path);
    await store.save(1);
    await rm(join(folder, 'farfield'), { recursive: true });
    await store.save(2);
    assert.equal(await store.load(), 2);
  });

  it('that cannot be written or read is a STORAGE error that names it', async () => {
    await writeFile(join(folder, 'farfield'), 'a file where the folder should be');
    for (const work of [createFileStore(path).save('x'), createFileStore(path).load()]) {
      await assert.rejects(work, (error) => {
        assert.ok(error instanceof PlatformError);
        assert.equal(error.code, 'STORAGE');
        assert.ok(error.message.includes(path));
        return true;
      });
    }
  });
});
