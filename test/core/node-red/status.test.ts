import { strict as assert } from 'node:assert';
import type { NodeStatus } from 'node-red';
import sinon from 'sinon';
import { clockTime, createStatus, retryDetail, type StatusReporter } from '../../../nodes/core/node-red/status';
import { fakeClock } from '../../support/clock';

describe('status of a node', () => {
  let clock: sinon.SinonFakeTimers;
  let seen: { at: number; text: string | undefined }[];
  let status: StatusReporter;
  let looks: NodeStatus[];

  beforeEach(() => {
    clock = fakeClock();
    seen = [];
    looks = [];
    status = createStatus({
      status(value) {
        const { text } = value as NodeStatus;
        seen.push({ at: Date.now(), text });
        looks.push(value as NodeStatus);
      },
    });
  });
  afterEach(() => {
    status.close();
    const timers = clock.countTimers();
    sinon.restore();
    assert.equal(timers, 0);
  });

  it('is shown at once', () => {
    status.show('connecting');
    assert.deepEqual(seen, [{ at: 0, text: 'connecting' }]);
  });

  it('shows two at once: what a node begins and what came of it', () => {
    status.show('connecting');
    status.show('connected');
    assert.deepEqual(seen, [
      { at: 0, text: 'connecting' },
      { at: 0, text: 'connected' },
    ]);
  });

  it('changes after these at most once a second, and then to the newest', async () => {
    for (let ms = 0; ms < 10_000; ms += 10) {
      status.show('sending', ms);
      await clock.tickAsync(10);
    }
    assert.ok(seen.length <= 12, `${seen.length} in ten seconds`);
    for (const [index, { at }] of seen.slice(2).entries()) assert.ok(at - (seen[index]?.at ?? 0) >= 1000);
    await clock.tickAsync(1000);
    assert.equal(seen.at(-1)?.text, 'sending 9990');
  });

  it('shows two at once again after two quiet seconds, and one after one', async () => {
    for (const quiet of [0, 1000, 2000, 60_000]) {
      await clock.tickAsync(quiet);
      const before = seen.length;
      for (let n = 0; n < 5; n++) status.show('sending', `${quiet} ${n}`);
      assert.equal(seen.length - before, Math.min(2, quiet === 0 ? 2 : quiet / 1000), `after ${quiet} ms`);
      // The newest of them.
      await clock.tickAsync(1000);
    }
  });

  it('ends on the truth, however short the last word was held', async () => {
    status.show('connecting');
    await clock.tickAsync(100);
    status.show('connected');
    await clock.tickAsync(100);
    status.show('waiting', 1);
    await clock.tickAsync(100);
    status.show('disconnected', 'ECONNREFUSED');
    await clock.tickAsync(2000);
    assert.deepEqual(
      seen.map(({ text }) => text),
      ['connecting', 'connected', 'disconnected ECONNREFUSED'],
    );
  });

  it('is not sent again when nothing changed', async () => {
    for (let n = 0; n < 5; n++) {
      status.show('connected');
      await clock.tickAsync(2000);
    }
    status.show('waiting', 3);
    status.show('connected');
    await clock.tickAsync(5000);
    assert.deepEqual(
      seen.map(({ text }) => text),
      ['connected', 'waiting 3', 'connected'],
    );
  });

  it('returns to what was shown without a flicker', async () => {
    status.show('connecting');
    status.show('connected');
    await clock.tickAsync(100);
    status.show('sending');
    await clock.tickAsync(100);
    status.show('connected');
    await clock.tickAsync(5000);
    assert.equal(seen.length, 2);
  });

  it('joins a word and its detail as people write it', async () => {
    status.show('queued', 3);
    await clock.tickAsync(2000);
    status.show('refused', ': no metric X');
    await clock.tickAsync(2000);
    status.show('waiting', retryDetail(61_000, 'ECONNREFUSED'));
    await clock.tickAsync(2000);
    status.say('working', '204 · 14:35:34');
    const time = clockTime(4000 + 61_000);
    assert.deepEqual(
      seen.map(({ text }) => text),
      ['queued 3', 'refused: no metric X', `waiting, retry at ${time}, ECONNREFUSED`, '204 · 14:35:34'],
    );
    assert.match(time, /^\d\d:\d\d:05$/);
  });

  it('can be cleared', async () => {
    status.show('sending');
    status.clear();
    await clock.tickAsync(1000);
    assert.deepEqual(looks.at(-1), {});
  });

  it('shows nothing any more, and leaves no timer, once closed', async () => {
    status.show('connecting');
    status.show('connected');
    status.show('waiting');
    status.close();
    status.show('disconnected');
    status.clear();
    await clock.tickAsync(5000);
    assert.equal(seen.length, 2);
  });

  it('has one look for each word: green and blue dots work, yellow rings try, red rings failed', async () => {
    const expected = {
      connecting: 'yellow ring',
      connected: 'green dot',
      replaying: 'blue dot',
      waiting: 'yellow ring',
      disconnected: 'red ring',
      unauthorized: 'red ring',
      'not configured': 'red ring',
      sending: 'green dot',
      recorded: 'green dot',
      answered: 'green dot',
      'no answer for': 'yellow ring',
      queued: 'yellow ring',
      refused: 'red ring',
      storage: 'red ring',
    } as const;
    for (const word of Object.keys(expected) as (keyof typeof expected)[]) {
      status.show(word);
      await clock.tickAsync(1000);
      const { fill, shape, text } = looks.at(-1) ?? {};
      assert.deepEqual([`${fill} ${shape}`, text], [expected[word], word]);
    }
  });
});
