import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import type { LogEntry } from '../../../nodes/core/storage/disk-log';
import { away, refused, setUpOutbox, slowLog } from './set-up';

describe('outbox', () => {
  const { open, put, platform, pass, settle, sent, troubles, orphans } = setUpOutbox();

  describe('mode disk, before and after a restart', () => {
    it('sends first what an earlier run left, and tells it to nobody but the orphan', async () => {
      const stored = [
        { seq: 5, at: Date.now(), records: ['old 1'] },
        { seq: 6, at: Date.now(), records: ['old 2'] },
      ];
      const log = slowLog(stored);
      const box = open({ mode: 'disk', log });
      const message = put(box, 'new');
      await settle();
      log.finish();
      await settle();
      assert.deepEqual(sent, [['old 1'], ['old 2'], ['new']]);
      assert.deepEqual(orphans, ['accepted', 'accepted']);
      assert.deepEqual(message, ['kept', 'taken']);
      assert.deepEqual(log.items, []);
    });

    it('sends what an earlier run left though no message comes', async () => {
      open({ mode: 'disk', log: slowLog([{ seq: 5, at: Date.now(), records: ['old'] }]) });
      await settle();
      assert.deepEqual(sent, [['old']]);
    });

    it('tells the orphan of what is too old or refused', async () => {
      platform.take = async ([record]) => Promise.reject(record === 'bad' ? refused() : away());
      const log = slowLog([
        { seq: 5, at: Date.now(), records: ['bad'] },
        { seq: 6, at: Date.now(), records: ['too old'] },
      ]);
      open({ mode: 'disk', log, maxAge: 60_000, backoff: { base: 1000, max: 1000 } });
      await settle();
      assert.deepEqual(orphans, ['PLATFORM_ERROR']);
      await pass(61_000);
      assert.deepEqual(orphans, ['PLATFORM_ERROR', 'EXPIRED']);
    });

    for (const [how, off] of [
      ['forward', -300],
      ['back', 300],
    ] as const)
      it(`gives nothing up for a clock that was set ${how} before the restart: how long it waited no clock can say`, async () => {
        platform.take = async () => Promise.reject(away());
        open({
          mode: 'disk',
          log: slowLog([{ seq: 5, at: Date.now() + off * 86_400_000, records: ['old'] }]),
          maxAge: 7 * 86_400_000,
        });
        await pass(7 * 86_400_000 - 120_000);
        assert.deepEqual(orphans, []);
        await pass(240_000);
        assert.deepEqual(orphans, ['EXPIRED']);
      });

    it('gives back what was kept with a message of an earlier run', async () => {
      open({ mode: 'disk', log: slowLog([{ seq: 5, at: Date.now(), records: ['old'], note: { topic: 'farm' } }]) });
      await settle();
      assert.deepEqual(orphans, ['accepted farm']);
    });

    it('leaves messages on disk when it closes, untold: they go on after the restart', async () => {
      platform.take = async () => Promise.reject(away());
      const log = slowLog();
      const box = open({ mode: 'disk', log });
      const all = ['a', 'b'].map((record) => put(box, record));
      await settle();
      log.finish();
      await settle();
      await box.close();
      assert.deepEqual(all, [['kept'], ['kept']]);
      assert.equal(log.items.length, 2);
    });

    it('that is closed while it loads still writes what waited for it', async () => {
      let loaded = (_: LogEntry[]): void => undefined;
      const log = slowLog();
      log.load = () =>
        new Promise((resolve) => {
          loaded = resolve;
        });
      const box = open({ mode: 'disk', log });
      const message = put(box, 'a');
      assert.deepEqual(box.waiting, { kept: 0, others: 0 });
      const closing = box.close();
      loaded([{ seq: 5, at: 0, count: 1, bytes: 5 }]);
      assert.equal(await closing, 0, 'none is lost');
      await settle();
      assert.deepEqual(message, ['kept']);
      assert.deepEqual(log.items[0]?.records, ['a']);
      assert.deepEqual(sent, []);
      assert.deepEqual(log.removed, []);
    });

    for (const [why, load] of [
      ['is not free in time', () => new Promise<LogEntry[]>(() => undefined)],
      ['cannot be used', () => Promise.reject(new PlatformError('STORAGE', 'read-only'))],
    ] as const)
      it(`that is closed while it loads refuses what waited for a folder that ${why}, and counts it`, async () => {
        const log = slowLog();
        log.load = load;
        const box = open({ mode: 'disk', log });
        const message = put(box, 'a');
        const closing = box.close();
        await pass(2000);
        assert.equal(await closing, 1);
        assert.deepEqual(message, ['CLOSED']);
      });

    it('holds no more than its limits while its folder is not free', async () => {
      const log = slowLog();
      log.load = () => new Promise(() => undefined);
      const box = open({ mode: 'disk', log, maxItems: 2 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      assert.deepEqual(all, [[], [], ['QUEUE_FULL']]);
    });

    it('whose folder cannot be used refuses messages, tries again by itself, and works when it can', async () => {
      const log = slowLog();
      const { load } = log;
      log.load = () => Promise.reject(new PlatformError('STORAGE', 'read-only'));
      const said: string[] = [];
      const box = open({ mode: 'disk', log, onWriting: (error) => said.push(error?.code ?? 'works') });
      const first = put(box, 'a');
      await pass(20_000);
      const second = put(box, 'b');
      assert.deepEqual([first, second], [['STORAGE'], ['STORAGE']]);
      assert.equal(troubles.length, 1, 'told once');
      log.load = load;
      await pass(5000);
      assert.deepEqual(said, ['works'], 'or the status would tell of it for ever');
      const third = put(box, 'c');
      await settle();
      log.finish();
      await settle();
      assert.deepEqual(third, ['kept', 'taken']);
    });
  });
});
