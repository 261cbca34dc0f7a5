import { strict as assert } from 'node:assert';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destinationKey } from '../../nodes/core/destination';
import type { DiskLog } from '../../nodes/core/disk-log';
import type { PlatformError } from '../../nodes/core/errors';
import { type OtherDestination, openKeptMessages, orphanedMessages } from '../../nodes/core/kept-messages';
import { nextTurn } from '../../nodes/core/timing';

const SITE_A = destinationKey('https://xdp.example/api', 'site A');
const SITE_B = destinationKey('https://xdp.example/api', 'site B');

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
    await Promise.all(logs.map((log) => log.close()));
    await rm(outboxes, { recursive: true, force: true });
  });

  const open = (destination: string, otherDestination: OtherDestination = 'hold', keepNew = true): DiskLog => {
    const log = openKeptMessages({
      root: join(outboxes, 'node-1'),
      destination,
      node: { type: 'xdp-record', id: 'node-1' },
      otherDestination,
      keepNew,
      onDamaged: assert.fail,
      onTrouble: assert.fail,
      onOthers: ({ code, message }: PlatformError) => told.push(`${code} ${message}`),
    });
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
    assert.match(told.join(), /2 messages .* they go to the present destination now/);
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
});
