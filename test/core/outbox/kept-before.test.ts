import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { away, setUpOutbox, slowLog } from './set-up';

describe('outbox', () => {
  const { open, put, platform, pass, settle, sent, orphans } = setUpOutbox();

  describe('a mode other than disk, with messages kept before,', () => {
    for (const mode of ['memory', 'fail'] as const)
      it(`sends those first (${mode})`, async () => {
        const found: number[] = [];
        const log = slowLog([{ seq: 5, at: Date.now(), records: ['old'] }]);
        const box = open({ mode, log, onFound: (count) => found.push(count) });
        const message = put(box, 'new');
        await settle();
        assert.deepEqual(sent, [['old'], ['new']]);
        assert.deepEqual([orphans, message, found], [['accepted'], ['taken'], [1]]);
        assert.deepEqual(log.items, []);
      });

    it('takes new messages though the platform cannot digest one of those (fail)', async () => {
      platform.take = async ([record]) =>
        record === 'bad' ? Promise.reject(new PlatformError('NOT_FOUND', 'no', { statusCode: 404 })) : 'taken';
      const box = open({ mode: 'fail', log: slowLog([{ seq: 5, at: 0, records: ['bad'] }]) });
      await pass(60_000);
      const message = put(box, 'new');
      await settle();
      assert.deepEqual([orphans, message], [[], ['taken']]);
      platform.take = async () => Promise.reject(away());
      const next = put(box, 'next');
      await settle();
      assert.deepEqual(next, ['ECONNREFUSED']);
    });

    it('goes on trying with those though a new message fails at once', async () => {
      platform.take = async () => Promise.reject(away());
      const log = slowLog([{ seq: 5, at: Date.now(), records: ['old'] }]);
      const box = open({ mode: 'fail', log });
      const message = put(box, 'new');
      await settle();
      assert.deepEqual([orphans, message], [[], ['ECONNREFUSED']]);
      platform.take = async () => 'taken';
      await pass(1000);
      assert.deepEqual(orphans, ['accepted']);
    });
  });
});
