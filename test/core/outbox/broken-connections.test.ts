import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { setUpOutbox } from './set-up';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => `${n}`);

describe('outbox', () => {
  const { open, pass, platform, put, sent } = setUpOutbox();

  const reset = (): PlatformError => new PlatformError('ECONNRESET', 'cut', { retryable: true });
  const timeout = (): PlatformError => new PlatformError('TIMEOUT', 'no answer within 30 s', { retryable: true });
  const page = (): PlatformError => new PlatformError('INVALID_RESPONSE', 'a web page', { statusCode: 200 });
  const kinds: [what: string, error: () => PlatformError][] = [
    ['a connection that is cut', reset],
    ['a time-out', timeout],
    ['a web page', page],
    ['what cannot be read', () => new PlatformError('INVALID_RESPONSE', 'no gzip', { retryable: true })],
    ['the end of the socket', () => new PlatformError('DISCONNECTED', 'closed', { retryable: true })],
  ];

  for (const [what, error] of kinds)
    describe(`a message that is answered with ${what}`, () => {
      it('steps aside when others are taken, and is never given up, whatever the setting says', async () => {
        platform.take = async (records) => (records.includes('bad') ? Promise.reject(error()) : 'taken');
        const box = open({ giveUpAfter: 1 });
        const all = ['bad', 'a', 'b'].map((record) => put(box, record));
        await pass(60_000);
        assert.deepEqual(all, [[], ['taken'], ['taken']]);
        await pass(86_400_000);
        assert.deepEqual(all[0], []);
        platform.take = async () => 'taken';
        await pass(3_600_000);
        assert.deepEqual(all[0], ['taken']);
      });

      it('holds none of its batch back for long', async () => {
        platform.take = async (records) => (records.includes('bad') ? Promise.reject(error()) : 'taken');
        const box = open({ batchSize: 100, batchTime: 1000 });
        const all = [...numbers(60), 'bad', ...numbers(39)].map((record) => put(box, record));
        await pass(120_000);
        assert.equal(all.filter(([told]) => told === 'taken').length, 99);
        assert.deepEqual(all[60], []);
      });

      it('keeps its place and is lost to no setting when all others get the same', async () => {
        platform.take = async () => Promise.reject(error());
        const box = open({ giveUpAfter: 1 });
        const all = numbers(20).map((record) => put(box, record));
        await pass(86_400_000);
        platform.take = async () => 'taken';
        sent.length = 0;
        await pass(120_000);
        assert.deepEqual(sent.flat(), numbers(20));
        assert.deepEqual(new Set(all.flat()), new Set(['taken']));
      });
    });

  describe('batches that take longer than the time-out', () => {
    it('are made smaller, and stay so for a while', async () => {
      platform.take = async (records) => {
        await new Promise((resolve) => setTimeout(resolve, records.length > 30 ? 30_000 : 1000));
        return records.length > 30 ? Promise.reject(timeout()) : 'taken';
      };
      const box = open({ batchSize: 100, batchTime: 1000 });
      const all = numbers(1000).map((record) => put(box, record));
      await pass(400_000);
      assert.deepEqual(new Set(all.flat()), new Set(['taken']));
      const taken = sent.filter(({ length }) => length <= 30);
      assert.deepEqual(taken.flat(), numbers(1000), 'in order');
      assert.ok(sent.length - taken.length <= 9, `${sent.length - taken.length} were in vain`);
    });

    it('are as large as before once the platform, and not their size, was at fault', async () => {
      platform.take = async () => Promise.reject(timeout());
      const box = open({ batchSize: 100, batchTime: 1000 });
      for (const record of numbers(1000)) put(box, record);
      await pass(3_600_000);
      platform.take = async () => 'taken';
      sent.length = 0;
      await pass(120_000);
      assert.deepEqual(sent.flat(), numbers(1000));
      assert.ok(sent.length < 25, `${sent.length} batches`);
    });

    it('are as large as before once one message that stepped aside was at fault', async () => {
      platform.take = async (records) => (records.includes('bad') ? Promise.reject(reset()) : 'taken');
      const box = open({ batchSize: 100, batchTime: 1000 });
      for (const record of ['bad', ...numbers(1000)]) put(box, record);
      await pass(120_000);
      assert.equal(Math.max(...sent.slice(-5).map(({ length }) => length)), 100);
    });
  });
});
