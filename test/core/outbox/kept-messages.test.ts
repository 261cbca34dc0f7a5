import { strict as assert } from 'node:assert';
import fs, { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
import type { PlatformError } from '../../../nodes/core/errors';
import {
  type KeptMessagesOptions,
  type OtherDestination,
  openKeptMessages,
} from '../../../nodes/core/outbox/kept-messages';
import { orphanedMessages } from '../../../nodes/core/outbox/orphaned-messages';
import { destinationFolder, destinationKey } from '../../../nodes/core/storage/destination';
import type { DiskLog } from '../../../nodes/core/storage/disk-log';
import { nextTurn } from '../../../nodes/core/timing';

const SITE_A = destinationKey('https://xdp.example/api', 'site A');
const SITE_B = destinationKey('https://xdp.example/api', 'site B');
const SITE_C = destinationKey('https://xdp.example/api', 'site C');

const full = (): Error => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

describe('Messages kept for a destination', () => {
  let outboxes: string;
  let logs: DiskLog[];
  let told: string[];

  beforeEach(async () => {
    outboxes = await mkdtemp(join(tmpdir(), 'farfield-kept-'));
    logs = [];
    told = [];
  });
  afterEach(async () => {
    sinon.restore();
    await Promise.all(logs.map((log) => log.close()));
    await rm(outboxes, { recursive: true, force: true });
  });

  const optionsOf = (destination: string, otherDestination: OtherDestination, keepNew = true): KeptMessagesOptions => ({
    root: join(outboxes, 'node-1'),
    destination,
    node: { type: 'xdp-record', id: 'node-1' },
    otherDestination,
    keepNew,
    onDamaged: assert.fail,
    onTrouble: assert.fail,
    onOthers: ({ code, message }: PlatformError) => told.push(`${code} ${message}`),
  });

  const open = (destination: string, otherDestination: OtherDestination = 'hold', keepNew = true): DiskLog => {
    const log = openKeptMessages(optionsOf(destination, otherDestination, keepNew));
    logs.push(log);
    return log;
  };

  const keep = async (destination: string, ...records: string[]): Promise<void> => {
    const log = open(destination);
    await log.load();
    for (const record of records) await log.append({ at: 1, records: [record], note: { topic: record } });
    await log.close();
    told.length = 0;
  };

  const recordsOf = async (log: DiskLog): Promise<string[]> => {
    const records = [];
    for (const entry of await log.load()) records.push(...(await log.read(entry)).records);
    return records;
  };

  it('wait when the account points elsewhere, told with their number at every start, and go when it points back', async () => {
    await keep(SITE_A, '"a1"', '"a2"');
    for (let start = 0; start < 2; start++) {
      const elsewhere = open(SITE_B);
      assert.deepEqual(await recordsOf(elsewhere), []);
      assert.match(told.join(), /^OTHER_DESTINATION 2 messages were kept for .* site A: they wait until/);
      await elsewhere.close();
      told.length = 0;
    }
    assert.deepEqual(await recordsOf(open(SITE_A)), ['"a1"', '"a2"']);
    assert.deepEqual(told, []);
  });

  it('are the same for a URL that is only spelt differently', async () => {
    await keep(destinationKey('http://127.0.0.1:1880/api', 'farm'), '"a"');
    assert.deepEqual(await recordsOf(open(destinationKey('http://localhost:1880/api/', 'farm'))), ['"a"']);
    assert.deepEqual(told, []);
  });

  it('go to the present destination where that is chosen, before what comes, and once', async () => {
    await keep(SITE_A, '"a1"', '"a2"');
    const log = open(SITE_B, 'send');
    await log.load();
    await log.append({ at: 1, records: ['"b"'] });
    assert.deepEqual(await recordsOf(log), ['"a1"', '"a2"', '"b"']);
    const [first] = await log.load();
    assert.deepEqual((await log.read(first as NonNullable<typeof first>)).note, { topic: '"a1"' });
    assert.match(told.join(), /2 messages .* they are now sent to the new destination/);
    await log.close();
    told.length = 0;
    assert.deepEqual(await recordsOf(open(SITE_A)), []);
    assert.match(told.join(), /3 messages/, 'they stand with the other destination by now');
  });

  it('are discarded where that is chosen, with their number', async () => {
    await keep(SITE_A, '"a1"', '"a2"');
    const log = open(SITE_B, 'discard');
    assert.deepEqual(await recordsOf(log), []);
    assert.match(told.join(), /2 messages .* they were discarded/);
    await log.close();
    assert.deepEqual(await recordsOf(open(SITE_A)), []);
  });

  it('are still there when the node keeps nothing new, and nothing is made where there are none', async () => {
    await keep(SITE_A, '"a"');
    assert.deepEqual(await recordsOf(open(SITE_A, 'hold', false)), ['"a"']);
    const untouched = openKeptMessages({
      root: join(outboxes, 'node-2'),
      destination: SITE_A,
      node: { type: 'xdp-record', id: 'node-2' },
      otherDestination: 'hold',
      keepNew: false,
      onDamaged: assert.fail,
      onTrouble: assert.fail,
      onOthers: assert.fail,
    });
    assert.deepEqual(await untouched.load(), []);
    await untouched.close();
    assert.deepEqual(await readdir(outboxes), ['node-1']);
  });

  const folderOf = (destination: string): string => join(outboxes, 'node-1', destinationFolder(destination));

  /** The folder cannot be read until the promise's function is called. */
  const spoil = async (destination: string): Promise<() => Promise<void>> => {
    const head = join(folderOf(destination), 'head');
    await rename(head, `${head}.away`);
    await mkdir(head);
    return async () => {
      await rmdir(head);
      await rename(`${head}.away`, head);
    };
  };

  it('go though the folder of another destination makes trouble, which is told once, as is what waits in others', async () => {
    await keep(SITE_A, '"a"');
    await keep(SITE_C, '"c"');
    await keep(SITE_B, '"b"');
    const mend = await spoil(SITE_C);
    const log = open(SITE_B);
    for (let tries = 0; tries < 3; tries++) assert.deepEqual(await recordsOf(log), ['"b"']);
    assert.deepEqual(told.map((words) => words.slice(0, 40)).sort(), [
      'OTHER_DESTINATION 1 messages were kept f',
      'STORAGE cannot read the messages kept in',
    ]);
    await mend();
    await log.load();
    assert.equal(told.length, 3);
    assert.match(told[2] as string, /1 messages were kept for .* site C/);
  });

  it('go though there is no room to move those for another destination, which go once there is', async () => {
    await keep(SITE_A, '"a1"', '"a2"');
    await keep(SITE_B, '"b"');
    const handle = await fs.open(join(outboxes, 'probe'), 'w');
    await handle.close();
    const stub = sinon.stub(Object.getPrototypeOf(handle), 'appendFile').rejects(full());
    const log = open(SITE_B, 'send');
    for (let tries = 0; tries < 3; tries++) assert.deepEqual(await recordsOf(log), ['"b"']);
    assert.equal(told.length, 1);
    assert.match(told[0] as string, /^STORAGE .*ENOSPC/);
    stub.restore();
    assert.deepEqual(await recordsOf(log), ['"b"', '"a1"', '"a2"']);
    await log.close();
    told.length = 0;
    assert.deepEqual(await recordsOf(open(SITE_A)), []);
  });

  it('of another destination go without the one that can no longer be read, which is told', async () => {
    const damaged: string[] = [];
    await keep(SITE_A, '"a1"', '"a2"', '"a3"');
    const [file = ''] = (await readdir(folderOf(SITE_A))).filter((name) => name.endsWith('.log'));
    const { length } = (await readFile(join(folderOf(SITE_A), file), 'utf8')).split('\n')[0] as string;
    const handle = await fs.open(join(outboxes, 'probe'), 'w');
    await handle.close();
    const prototype = Object.getPrototypeOf(handle);
    const { read } = prototype;
    sinon.stub(prototype, 'read').callsFake(function (this: unknown, ...given: unknown[]) {
      const [, , bytes, offset] = given as number[];
      const hit = Number(bytes) < 4096 && Number(offset) <= length + 1 && Number(offset) + Number(bytes) > length + 1;
      return hit ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })) : Reflect.apply(read, this, given);
    });
    const log = openKeptMessages({
      ...optionsOf(SITE_B, 'send'),
      onDamaged: ({ message }) => damaged.push(message),
    });
    logs.push(log);
    assert.deepEqual(await recordsOf(log), ['"a1"', '"a3"']);
    assert.equal(damaged.length, 1);
    assert.match(damaged[0] as string, /can no longer be read/);
  });

  it('of another destination are not said to be discarded while the disk does not give them', async () => {
    const damaged: string[] = [];
    await keep(SITE_A, '"a1"');
    await keep(SITE_A, '"a2"', '"a3"');
    const [first = ''] = (await readdir(folderOf(SITE_A))).filter((name) => name.endsWith('.log')).sort();
    const path = join(folderOf(SITE_A), first);
    await rename(path, `${path}.away`);
    await mkdir(path);
    const log = openKeptMessages({
      ...optionsOf(SITE_B, 'discard'),
      onDamaged: ({ message }) => damaged.push(message),
    });
    logs.push(log);
    await log.load();
    assert.match(told.join(), /^OTHER_DESTINATION 2 messages .* they were discarded$/);
    assert.match(damaged.join(), /some in .* cannot be read for now and stay there/);
    await rmdir(path);
    await rename(`${path}.away`, path);
    assert.deepEqual(await recordsOf(open(SITE_A)), ['"a1"']);
  });

  it('go on a full disk too, and it costs no label', async () => {
    await keep(SITE_A, '"a"');
    const label = join(folderOf(SITE_A), 'destination.json');
    const { writeFile: real } = fs;
    // As a full disk does it: what was there is gone by then.
    const stub = sinon.stub(fs, 'writeFile').callsFake(async (path) => {
      await real(path, '');
      throw full();
    });
    for (const text of [await readFile(label, 'utf8'), '{"farfield":"outbox","type":"old","id":"old"}']) {
      await real(label, text);
      const log = open(SITE_A);
      assert.deepEqual(await recordsOf(log), ['"a"']);
      await log.close();
      assert.equal(await readFile(label, 'utf8'), text);
    }
    stub.restore();
    await (await open(SITE_A).load()).at(0);
    assert.match(await readFile(label, 'utf8'), /xdp-record.*site A/);
  });

  it('are free for the next owner though the one before it was closed while it began', async () => {
    await keep(SITE_A, '"a"');
    for (let turns = 0; turns < 40; turns++) {
      const brief = open(SITE_A);
      const loading = brief.load().catch(() => undefined);
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      await brief.close();
      await loading;
    }
    assert.deepEqual(await recordsOf(open(SITE_A)), ['"a"']);
  });

  it('are found when their node is not there any more', async () => {
    await keep(SITE_A, '"a1"', '"a2"');
    const find = (types: string[], there: boolean) => orphanedMessages(outboxes, () => there, types);
    assert.deepEqual(
      (await find(['xdp-record'], false)).map(({ type, count }) => `${type} ${count}`),
      ['xdp-record 2'],
    );
    assert.deepEqual(await find(['xdp-record'], true), []);
    assert.deepEqual(await find(['itwin-iot-upload'], false), []);
    assert.deepEqual(await orphanedMessages(join(outboxes, 'nowhere'), () => false, ['xdp-record']), []);
  });

  it('are found though nothing says whose they were, and though one folder cannot be read', async () => {
    for (const destination of [SITE_A, SITE_B, SITE_C]) await keep(destination, '"x"');
    const find = (there: (name: string) => boolean, types = ['xdp-record']) => orphanedMessages(outboxes, there, types);
    const nobody = (): boolean => false;
    // The label of another destination of the same node tells.
    await rm(join(folderOf(SITE_A), 'destination.json'));
    await writeFile(join(folderOf(SITE_B), 'destination.json'), '');
    assert.deepEqual(
      (await find(nobody)).map(({ type, count }) => `${type} ${count}`),
      Array(3).fill('xdp-record 1'),
    );
    assert.deepEqual(await find(nobody, ['itwin-iot-upload']), []);
    await rm(join(folderOf(SITE_C), 'destination.json'));
    assert.deepEqual(
      (await find(nobody)).map(({ type, count }) => `${type} ${count}`),
      Array(3).fill('undefined 1'),
    );
    assert.deepEqual(await find((name) => name === 'node-1'), []);
    await spoil(SITE_A);
    const found = await find(nobody);
    assert.deepEqual(found.map(({ count }) => count).sort(), [1, 1, undefined]);
    assert.match(String(found.find(({ count }) => count === undefined)?.reason), /EISDIR/);
  });
});
