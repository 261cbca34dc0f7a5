import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import type { PlatformError } from '../../../nodes/core/errors';
import { startAgain } from '../../../nodes/core/node-red/start-again';
import { fakeClock, timerSet } from '../../support/clock';

describe('a node whose start fails', () => {
  let clock: sinon.SinonFakeTimers;
  let shown: string[];
  let reported: string[];
  let closing: AbortController;
  let starts: number;

  beforeEach(() => {
    clock = fakeClock();
    shown = [];
    reported = [];
    closing = new AbortController();
    starts = 0;
  });
  afterEach(() => {
    const timers = clock.countTimers();
    sinon.restore();
    assert.equal(timers, 0);
  });

  const begin = (failures: number): Promise<void> =>
    startAgain(
      {
        status: {
          show: (word, detail) => void shown.push(`${word}${detail ?? ''}`),
          say: () => undefined,
          clear: () => undefined,
          close: () => undefined,
        },
        report: ({ message }: PlatformError) => void reported.push(message),
      },
      async () => {
        if (starts++ < failures) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
      },
      { base: 1000, max: 60_000 },
      closing.signal,
    );

  it('says so below the node, reports it once and tries again until it works', async () => {
    const done = begin(3);
    for (let n = 1; n <= 3; n++) {
      await timerSet(clock);
      assert.equal(starts, n);
      assert.match(shown.at(-1) ?? '', /^waiting, retry at \d\d:\d\d:\d\d, \w+$/);
      await clock.nextAsync();
    }
    await done;
    assert.equal(starts, 4);
    assert.deepEqual(reported, ['too many open files']);
  });

  it('tries no more once the node closes', async () => {
    const done = begin(Number.POSITIVE_INFINITY);
    await timerSet(clock);
    closing.abort();
    await done;
    assert.equal(starts, 1);
  });
});
