import { strict as assert } from 'node:assert';
import { PlatformError } from '../../../nodes/core/errors';
import { away, setUpOutbox } from './set-up';

/** The same numbers in every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('outbox', () => {
  const { open, pass, platform, put } = setUpOutbox();

  const errors = [
    away,
    () => new PlatformError('NOT_FOUND', 'no such device', { statusCode: 404 }),
    () => new PlatformError('PLATFORM_ERROR', 'trouble', { statusCode: 500 }),
    () => new PlatformError('ECONNRESET', 'cut', { retryable: true }),
    () => new PlatformError('TIMEOUT', 'late', { retryable: true }),
    () => new PlatformError('INVALID_RESPONSE', 'a page', { statusCode: 200 }),
    () => new PlatformError('PLATFORM_ERROR', 'overloaded', { statusCode: 503, retryable: true }),
  ];

  for (let seed = 1; seed <= 12; seed++)
    for (const batchSize of [1, 25])
      it(`loses and blocks nothing, whatever goes wrong (seed ${seed}, batches of ${batchSize})`, async () => {
        const next = chance(seed);
        const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
        let outage: (() => PlatformError) | undefined;
        const poison = pick(errors.slice(1, 6));
        platform.take = async (records) => {
          await new Promise((resolve) => setTimeout(resolve, 50 + next() * 500));
          if (outage) throw outage();
          if (records.some((record) => record.startsWith('bad'))) throw poison();
          return 'taken';
        };
        const box = open({ batchSize, batchTime: batchSize > 1 ? 2000 : 0 });
        const good: string[][] = [];
        const bad: string[][] = [];
        for (let n = 0; n < 600; n++) {
          if (next() < 0.02) outage = outage ? undefined : pick(errors);
          if (next() < 0.15) bad.push(put(box, `bad ${n}`));
          else good.push(put(box, `good ${n}`));
          await pass(next() * 10_000);
        }
        outage = undefined;
        await pass(600_000);
        assert.equal(good.filter(([told]) => told !== 'taken').length, 0, 'good ones that wait');
        assert.equal(bad.flat().length, 0, 'bad ones that were given up');
        platform.take = async () => 'taken';
        await pass(3_700_000);
        assert.equal(bad.filter(([told]) => told !== 'taken').length, 0, 'bad ones that wait');
      });
});
