import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
import { createOutbox, type Outbox, type OutboxOptions } from '../../../nodes/core/outbox/outbox';
import { countKept, openDiskLog } from '../../../nodes/core/storage/disk-log';
import { away } from './set-up';

describe('outbox on a real disk', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'farfield-outbox-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const options = (send: OutboxOptions<string>['send']): OutboxOptions<string> => ({
    mode: 'disk',
    log: openDiskLog({ folder, onDamaged: assert.fail, onTrouble: assert.fail }),
    maxItems: 1000,
    maxBytes: 1_000_000,
    maxAge: 0,
    whenFull: 'reject',
    batchSize: 10,
    batchTime: 0,
    backoff: { base: 10, max: 10 },
    send,
    onState: () => undefined,
    onOutage: () => undefined,
    onTrouble: assert.fail,
    orphan: () => ({ accepted: () => undefined, failed: assert.fail }),
  });

  const keep = (box: Outbox<string>, record: string): Promise<void> =>
    new Promise((resolve, reject) => {
      box.put([record], { kept: resolve, accepted: () => undefined, failed: reject });
    });

  it('sends after every restart what no run before it could, each message once and in order', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `{"n":${n}}`);
    for (let run = 0; run < 3; run++) {
      const box = createOutbox(options(() => Promise.reject(away())));
      await Promise.all(names.slice(run * 20, run * 20 + 20).map((name) => keep(box, name)));
      await box.close();
    }
    const arrived: string[] = [];
    const box = await new Promise<Outbox<string>>((resolve) => {
      const last = createOutbox<string>({
        ...options(async (records) => {
          arrived.push(...records);
          return 'taken';
        }),
        onState: ({ state }) => {
          if (state === 'idle') setImmediate(() => resolve(last));
        },
      });
    });
    await box.close();
    assert.deepEqual(arrived, names);
    assert.equal(await countKept(folder), 0);
  });

  it('writes what comes while it opens its folder, though it is closed in that moment', async () => {
    const box = createOutbox(options(() => Promise.reject(away())));
    const kept = keep(box, '"early"');
    assert.equal(await box.close(), 0);
    await kept;
    assert.equal(await countKept(folder), 1);
  });

  it('loses no message of a run whose clock was behind the one before', async () => {
    const clock = sinon.useFakeTimers({ now: 1_900_000_000_000, toFake: ['Date'] });
    try {
      const first = createOutbox(options(async () => 'taken'));
      await keep(first, '"first"');
      await first.close();
      clock.setSystemTime(1_750_000_000_000);
      const second = createOutbox(options(() => Promise.reject(away())));
      await keep(second, '"second"');
      await second.close();
    } finally {
      sinon.restore();
    }
    const log = openDiskLog({ folder, onDamaged: assert.fail, onTrouble: assert.fail });
    const records = [];
    for (const entry of await log.load()) records.push(...(await log.read(entry)).records);
    await log.close();
    assert.equal(records.at(-1), '"second"');
  });
});
