import { strict as assert } from 'node:assert';
import { setImmediate as turn } from 'node:timers/promises';
import { createInbox } from '../../../nodes/core/socket/inbox';
import { until } from '../../support/until';

describe('the inbox of a socket', () => {
  const taken: number[] = [];
  const calls: string[] = [];
  const inboxThat = (take: (item: number) => void) => {
    taken.length = 0;
    calls.length = 0;
    return createInbox<number>({
      take(item) {
        take(item);
        taken.push(item);
      },
      pause: () => calls.push('pause'),
      resume: () => calls.push('resume'),
    });
  };

  it('hands on at once while the flow keeps up', () => {
    const inbox = inboxThat(() => undefined);
    inbox.push(1);
    assert.deepEqual(taken, [1]);
    inbox.close();
  });

  it('takes a burst in order and in slices, and lets the sender wait meanwhile', async () => {
    const inbox = inboxThat(() => undefined);
    for (let item = 0; item < 1000; item++) inbox.push(item);
    assert.ok(taken.length < 100, 'the rest waits');
    await until('all are taken', () => taken.length === 1000);
    await turn();
    assert.deepEqual(
      taken,
      Array.from({ length: 1000 }, (_, item) => item),
    );
    assert.deepEqual(calls, ['pause', 'resume']);
  });

  it('lets others have their turn between items that take long each', async () => {
    const inbox = inboxThat(() => busy(5));
    for (let item = 0; item < 20; item++) inbox.push(item);
    let most = 0;
    for (let before = taken.length; taken.length < 20; before = taken.length) {
      await turn();
      most = Math.max(most, taken.length - before);
    }
    assert.ok(most <= 3, `${most} items of 5 ms were taken in one turn`);
  });

  it('hands on nothing after its end', async () => {
    const inbox = inboxThat((item) => {
      if (item === 70) inbox.close();
    });
    for (let item = 0; item < 200; item++) inbox.push(item);
    await until('it is closed', () => taken.includes(70));
    for (let turns = 0; turns < 5; turns++) await turn();
    assert.equal(taken.at(-1), 70);
  });
});

function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
