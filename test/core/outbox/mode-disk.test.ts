import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { away, refused, setUpOutbox, slowLog } from './set-up';

describe('outbox', () => {
  const { open, put, platform, slow, pass, settle, sent, troubles, orphans, told } = setUpOutbox();

  describe('mode disk', () => {
    it('tells a message that it is kept when it is on disk, before the platform has it', async () => {
      const gate = slow();
      const log = slowLog();
      const box = open({ mode: 'disk', log });
      const message = put(box, 'a');
      await settle();
      assert.deepEqual([message, sent], [[], []]);
      log.finish();
      await settle();
      assert.deepEqual([message, sent], [['kept'], [['a']]]);
      await gate.answer();
      assert.deepEqual(message, ['kept', 'taken']);
    });

    it('sends nothing that is not on disk yet', async () => {
      const log = slowLog();
      const box = open({ mode: 'disk', log, batchSize: 10 });
      const all = ['a', 'b'].map((record) => put(box, record));
      await settle();
      log.finish();
      await settle();
      assert.deepEqual(sent, [['a']]);
      assert.deepEqual(all, [['kept', 'taken'], []]);
      log.finish();
      await settle();
      assert.deepEqual(sent, [['a'], ['b']]);
    });

    it('fails a message that cannot be written, once, and never sends it', async () => {
      const log = slowLog();
      const box = open({ mode: 'disk', log, batchSize: 10 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      log.finish();
      log.finish(new PlatformError('STORAGE', 'disk full'));
      log.finish();
      await settle();
      assert.deepEqual(all, [['kept', 'taken'], ['STORAGE'], ['kept', 'taken']]);
      assert.equal(sent.flat().includes('b'), false);
    });

    it('refuses what an older version has kept without any observation, and goes on', async () => {
      const log = slowLog([
        { seq: 5, at: 0, records: [] },
        { seq: 6, at: 0, records: ['old'] },
        { seq: 7, at: 0, records: [] },
      ]);
      open({ mode: 'disk', log });
      await settle();
      assert.deepEqual(sent, [['old']]);
      assert.deepEqual(orphans, ['INVALID_PARAMETER', 'accepted', 'INVALID_PARAMETER']);
      assert.deepEqual(log.items, []);
    });

    it('goes on though everybody who is told of something throws', async () => {
      const broken = (): never => {
        throw new Error('a mistake of a listener');
      };
      const log = slowLog([{ seq: 5, at: 0, records: ['old'] }]);
      const { load } = log;
      log.load = () => Promise.reject(new PlatformError('STORAGE', 'read-only'));
      const box = open({
        mode: 'disk',
        log,
        backoff: { base: 1000, max: 1000 },
        onState: broken,
        onOutage: broken,
        onTrouble: broken,
        onWriting: broken,
        onFound: broken,
        orphan: () => ({ accepted: broken, failed: broken }),
      });
      box.put(['refused'], { kept: broken, accepted: broken, failed: broken });
      await settle();
      log.load = load;
      platform.take = async () => Promise.reject(away());
      await pass(5000);
      for (const record of ['a', 'b']) box.put([record], { kept: broken, accepted: broken, failed: broken });
      await settle();
      log.finish(new PlatformError('STORAGE', 'disk full'));
      log.finish();
      platform.take = async () => 'taken';
      await pass(1000);
      assert.deepEqual(sent.at(-1), ['b']);
      assert.deepEqual(log.items, []);
    });

    it('tells of a listener that throws when a message is kept, and sends it', async () => {
      const log = slowLog();
      const box = open({ mode: 'disk', log });
      box.put(['a'], {
        kept() {
          throw new Error('a mistake of a listener');
        },
        accepted: () => undefined,
        failed: assert.fail,
      });
      await settle();
      log.finish();
      await settle();
      assert.deepEqual(sent, [['a']]);
      assert.match(String(troubles[0]?.message), /a mistake of a listener/);
    });

    it('says once that messages cannot be written, and once that they can again', async () => {
      const said: string[] = [];
      const log = slowLog();
      const box = open({ mode: 'disk', log, onWriting: (error) => said.push(error?.code ?? 'works') });
      for (const record of ['a', 'b', 'c']) put(box, record);
      await settle();
      log.finish(new PlatformError('STORAGE', 'disk full'));
      log.finish(new PlatformError('STORAGE', 'disk full'));
      log.finish();
      await settle();
      assert.deepEqual(said, ['STORAGE', 'works']);
    });

    it('forgets a message on disk only when it was dealt with, and none that is not written yet', async () => {
      const log = slowLog();
      const box = open({ mode: 'disk', log });
      put(box, 'a');
      await settle();
      log.finish();
      put(box, 'b');
      await settle();
      assert.equal(log.items.length, 0);
      log.finish();
      assert.equal(log.items.length, 1, 'b is not covered by what was said of a');
      await settle();
      assert.equal(log.items.length, 0);
    });

    it('forgets on disk what was refused, dropped or too old, but never what lies before it', async () => {
      const log = slowLog();
      platform.take = async () => Promise.reject(away());
      const box = open({ mode: 'disk', log, maxItems: 3, whenFull: 'drop-oldest', backoff: { base: 1000, max: 1000 } });
      for (const record of ['a', 'b', 'c', 'd']) {
        put(box, record);
        await settle();
        log.finish();
        await settle();
      }
      assert.deepEqual(
        log.items.map(({ records }) => records[0]),
        ['b', 'c', 'd'],
      );
      platform.take = async ([record]) => (record === 'b' ? Promise.reject(refused()) : 'taken');
      await pass(1000);
      assert.deepEqual(log.items, []);
      assert.deepEqual(
        told.map((each) => each.at(-1)),
        ['QUEUE_FULL', 'PLATFORM_ERROR', 'taken', 'taken'],
      );
    });

    it('drops the oldest of a burst that is not on disk yet, and tells it once', async () => {
      const log = slowLog();
      const box = open({ mode: 'disk', log, maxItems: 2, whenFull: 'drop-oldest' });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      for (let n = 0; n < 3; n++) log.finish();
      await settle();
      assert.deepEqual(all, [['QUEUE_FULL'], ['kept', 'taken'], ['kept', 'taken']]);
      assert.deepEqual(log.items, []);
    });

    it('holds no record in memory once it is on disk', async () => {
      platform.take = async () => Promise.reject(away());
      const log = slowLog();
      const box = open({ mode: 'disk', log });
      const records = ['a'];
      const message = put(box, ...records);
      await settle();
      log.finish();
      await settle();
      // What is sent is what stands on disk.
      log.items = log.items.map((item) => ({ ...item, records: ['from disk'] }));
      platform.take = async () => 'taken';
      await pass(1000);
      assert.deepEqual(sent.at(-1), ['from disk']);
      assert.deepEqual(message, ['kept', 'taken']);
    });

    it('tells a message that can no longer be read, and goes on with the next', async () => {
      const log = slowLog();
      platform.take = async () => Promise.reject(away());
      const box = open({ mode: 'disk', log, batchSize: 10 });
      const all = ['a', 'b', 'c'].map((record) => put(box, record));
      await settle();
      for (let n = 0; n < 3; n++) log.finish();
      await settle();
      log.items.splice(1, 1);
      platform.take = async () => 'taken';
      await pass(1000);
      assert.deepEqual(all, [
        ['kept', 'taken'],
        ['kept', 'DAMAGED'],
        ['kept', 'taken'],
      ]);
    });

    it('waits while the disk cannot be read, and says so', async () => {
      const log = slowLog([{ seq: 5, at: Date.now(), records: ['old'] }]);
      const { read } = log;
      log.read = () => Promise.reject(new PlatformError('STORAGE', 'input/output error'));
      const said: string[] = [];
      open({ mode: 'disk', log, onWriting: (error) => said.push(error?.code ?? 'works') });
      await settle();
      assert.deepEqual(
        troubles.map(({ code }) => code),
        ['STORAGE'],
      );
      log.read = read;
      await pass(1000);
      assert.deepEqual(orphans, ['accepted']);
      assert.deepEqual(said, ['works']);
    });
  });
});
