import { strict as assert } from 'node:assert';
import { createTurns } from '../../nodes/core/turns';

describe('turns', () => {
  it('lets so many work at the same time, the others after them in their order', async () => {
    const inTurn = createTurns(2);
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const work = (name: string) => () =>
      new Promise<string>((resolve, reject) => {
        log.push(`begin ${name}`);
        ends.push(() => (name === 'b' ? reject(new Error(name)) : resolve(name)));
      });
    const all = ['a', 'b', 'c', 'd'].map((name) => inTurn(work(name)));
    assert.deepEqual(log, ['begin a', 'begin b']);
    ends[1]?.();
    await assert.rejects(all[1] as Promise<string>, /b/);
    assert.deepEqual(log.slice(2), ['begin c']);
    ends[0]?.();
    assert.equal(await all[0], 'a');
    assert.deepEqual(log.slice(3), ['begin d']);
    ends[2]?.();
    ends[3]?.();
    assert.deepEqual(await Promise.all([all[2], all[3]]), ['c', 'd']);
  });

  it('lets go who does not want to wait any more, and keeps the order of the others', async () => {
    const inTurn = createTurns(1);
    const log: string[] = [];
    let end: () => void = () => undefined;
    const first = inTurn(() => new Promise<void>((resolve) => (end = resolve)));
    const gone = new AbortController();
    const work = (name: string) => async () => void log.push(name);
    const second = inTurn(work('second'), gone.signal);
    const third = inTurn(work('third'));
    const reason = new Error('enough');
    gone.abort(reason);
    await assert.rejects(second, reason);
    await assert.rejects(inTurn(work('late'), gone.signal), reason);
    end();
    await Promise.all([first, third]);
    assert.deepEqual(log, ['third']);
  });
});
