import { strict as assert } from 'node:assert';
import { appendFile, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { numbered, setUpDiskLog } from './set-up';

describe('A disk log that is damaged', () => {
  const set = setUpDiskLog();
  const { opened, write, recordsOf, segments, damaged } = set;

  /** Ten messages in three files, closed. */
  const kept = async (): Promise<string[]> => {
    const records = numbered(9);
    for (let run = 0; run < 3; run++) {
      const log = await opened();
      await write(log, ...records.slice(run * 3, run * 3 + 3));
      await log.close();
    }
    return records;
  };

  const told = (): number =>
    damaged.reduce(
      (sum, { message }) => sum + Number(/(\d+) (?:cannot be read|are missing|are lost)/.exec(message)?.[1] ?? 0),
      0,
    );

  it('sets aside the lines that cannot be read, tells how many once, and goes on with the rest', async () => {
    await kept();
    const [first = ''] = await segments();
    const lines = (await readFile(first, 'utf8')).split('\n');
    lines[1] = `${lines[1]}`.replace('1\\"', '7\\"');
    await writeFile(first, lines.join('\n'));
    const log = await opened();
    assert.deepEqual(
      await recordsOf(log),
      numbered(9).filter((record) => record !== '"1"'),
    );
    assert.equal(damaged.length, 1);
    assert.equal(damaged[0]?.code, 'DAMAGED');
    const name = /moved to (damaged-\d+\.txt)/.exec(String(damaged[0]?.message))?.[1] as string;
    assert.equal(await readFile(join(set.folder, name), 'utf8'), `${lines[1]}\n`);
    await log.close();
    await (await opened()).close();
    assert.equal(damaged.length, 1, 'told once');
  });

  it('counts all that is missing where two lines have become one', async () => {
    await kept();
    const [first = ''] = await segments();
    const text = await readFile(first, 'utf8');
    const at = text.indexOf('\n');
    await writeFile(first, `${text.slice(0, at)} ${text.slice(at + 1)}`);
    assert.equal((await recordsOf(await opened())).length, 7);
    assert.equal(told(), 2);
  });

  it('in both halves of its head sends everything again, and says so', async () => {
    const log = await opened();
    const entries = await write(log, ...numbered(3));
    log.remove(entries.slice(0, 1));
    await log.close();
    await writeFile(join(set.folder, 'head'), 'x'.repeat(8192));
    assert.deepEqual(await recordsOf(await opened()), numbered(3));
    assert.match(String(damaged[0]?.message), /list of those already sent is lost/);
  });

  it('in one half of its head knows at least what the other half says', async () => {
    for (const half of [0, 1]) {
      const log = await opened();
      const entries = await write(log, ...numbered(3));
      log.remove(entries.slice(0, 2));
      await log.close();
      const head = await readFile(join(set.folder, 'head'));
      head.fill(0, half * 4096, half * 4096 + 4096);
      await writeFile(join(set.folder, 'head'), head);
      const next = await opened();
      assert.equal((await recordsOf(next)).at(-1), '"2"');
      assert.deepEqual(damaged, []);
      next.remove(await next.load());
      await next.close();
    }
  });

  it('by a file that cannot be read at all says so, and leaves it', async () => {
    await kept();
    // A folder in its place cannot be read by anybody, root included.
    await mkdir(join(set.folder, '0000000000000099.log'));
    const log = await opened();
    assert.deepEqual(await recordsOf(log), numbered(9));
    assert.match(String(damaged[0]?.message), /0000000000000099\.log cannot be read for now and stay there/);
    await write(log, '"new"');
    await log.close();
    await rm(join(set.folder, '0000000000000099.log'), { recursive: true });
    assert.deepEqual(await recordsOf(await opened()), [...numbered(9), '"new"']);
  });

  it('by a line cut short never lets what is written later run into it or take its number', async () => {
    const log = await opened();
    const [, second] = await write(log, '"a"', '"b"');
    await log.close();
    const [segment = ''] = await segments();
    const whole = await readFile(segment);
    for (let cut = 1; cut <= 30; cut++) {
      await writeFile(segment, whole);
      await truncate(segment, whole.length - cut);
      const next = await opened();
      const [third] = await write(next, `"new ${cut}"`);
      assert.ok(Number(third?.seq) > Number(second?.seq));
      const records = await recordsOf(next);
      // Without its line feed the line is whole all the same.
      assert.deepEqual(records, cut === 1 ? ['"a"', '"b"', '"new 1"'] : ['"a"', `"new ${cut}"`]);
      await next.close();
      for (const name of await readdir(set.folder))
        if (name !== segment) await rm(join(set.folder, name), { force: true });
    }
  });

  it('by a tail of zeros, as a power failure leaves it, loses nothing that was acknowledged', async () => {
    await kept();
    const last = (await segments()).at(-1) as string;
    await appendFile(last, Buffer.alloc(4096));
    assert.deepEqual(await recordsOf(await opened()), numbered(9));
    assert.equal(told(), 1);
  });

  it('in any of 400 ways neither loses a message without a word nor alters one', async function () {
    this.timeout(120_000);
    await kept();
    const files = new Map<string, Buffer>();
    for (const name of await readdir(set.folder)) files.set(name, await readFile(join(set.folder, name)));
    const names = [...files.keys()];
    let round = 0;
    const survives = async (nth: number, place: number, kind: number, bits: number, other: number): Promise<void> => {
      round++;
      const folder = join(set.parent, `round-${round}`);
      await mkdir(folder);
      for (const [name, data] of files) await writeFile(join(folder, name), data);
      const name = names[nth % names.length] as string;
      const path = join(folder, name);
      const data = Buffer.from(files.get(name) as Buffer);
      const at = place % data.length;
      if (kind === 0) data[at] = (data[at] as number) ^ (1 << (bits % 8));
      if (kind === 4) await rename(path, join(folder, names[other % names.length] as string));
      else if (kind === 1) await writeFile(path, data.subarray(0, at));
      else if (kind === 2)
        await writeFile(path, Buffer.concat([data.subarray(0, at), Buffer.from('\nx1 '), data.subarray(at)]));
      else if (kind === 3) await writeFile(path, Buffer.concat([data.subarray(0, at), data.subarray(at + 1 + bits)]));
      else await writeFile(path, data);
      damaged.length = 0;
      const log = await opened(folder);
      const found = await recordsOf(log);
      await log.close();
      const missing = numbered(9).filter((record) => !found.includes(record));
      assert.deepEqual(
        found.filter((record) => !numbered(9).includes(record)),
        [],
        `round ${round}: altered`,
      );
      // Without the head nobody knows of a file that is not there any more.
      if (!damaged.some(({ message }) => /list of those already sent/.test(message)))
        assert.ok(told() >= missing.length, `round ${round}, kind ${kind} in ${name}: ${missing} without a word`);
      await rm(folder, { recursive: true });
    };
    const any = fc.nat();
    const kinds = fc.nat(4);
    await fc.assert(fc.asyncProperty(any, any, kinds, fc.nat(8), any, survives), { numRuns: 400, endOnFailure: true });
  });
});
