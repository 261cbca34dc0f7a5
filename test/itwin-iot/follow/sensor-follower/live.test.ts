import { strict as assert } from 'node:assert';
import type { PlatformError } from '../../../../nodes/core/errors';
import { until } from '../../../support/until';
import { at, points, SERIES, setUpSensor } from './set-up';

describe('observations of one sensor', () => {
  const { peer, make, connect, catchUp, update, values } = setUpSensor();

  it('begins live, and remembers where that was', async () => {
    make();
    peer.stored = points(5);
    assert.equal(peer.follower.behind, false);
    await connect();
    await catchUp();
    assert.deepEqual(peer.asked[0], { sensor: '/s', ...SERIES, limit: { function: 'last', params: { size: 1 } } });
    assert.deepEqual(peer.got, []);
    assert.deepEqual(peer.complete, [at(5)]);
    assert.equal(peer.follower.behind, true);
    await connect();
    peer.stored = points(5, 6, 7);
    await catchUp();
    assert.equal(peer.asked[1]?.startDate, at(5));
    assert.deepEqual(peer.got, [
      [6, true],
      [7, true],
    ]);
    assert.equal(peer.complete.at(-1), at(7));
  });

  it('fetches from the first observation on where there was none before', async () => {
    make();
    await connect();
    await catchUp();
    await connect();
    peer.stored = points(1, 2);
    await catchUp();
    assert.equal('startDate' in (peer.asked[1] ?? {}), false);
    assert.deepEqual(values(), [1, 2]);
  });

  it('asks for nothing without back-fill', async () => {
    make({ backfill: false });
    await connect();
    await catchUp();
    await update(points(1));
    await connect();
    await catchUp();
    assert.deepEqual(peer.asked, []);
    assert.deepEqual(peer.got, [[1, false]]);
    assert.equal(peer.follower.behind, false);
  });

  it('goes on from a cursor, whether or not the platform gives that time again', async () => {
    for (const inclusive of [true, false]) {
      peer.got = [];
      make({ since: at(3) });
      assert.equal(peer.follower.behind, true);
      await connect();
      peer.stored = inclusive ? points(3, 4) : points(4);
      await catchUp();
      assert.deepEqual(peer.got, [[4, true]]);
    }
  });

  it('does not take for old what was observed after the first live point', async () => {
    make();
    peer.stored = undefined;
    await connect();
    const begun = catchUp();
    await until('the question', () => peer.asked.length === 1);
    await update(points(5));
    for (const result of [{ data: points(6) }, { requestStatus: 'finished' }])
      peer.server.say(JSON.stringify({ id: peer.question, result }));
    await begun;
    assert.equal(peer.complete.at(-1), at(5));
    await connect();
    peer.stored = points(5, 6);
    await catchUp();
    assert.deepEqual(peer.got, [
      [5, false],
      [6, true],
    ]);
  });

  it('hands on points that come late, and none that come twice', async () => {
    make();
    await connect();
    await catchUp();
    await update(points(5), points(3), points(5), points(3, 4, 5, 6));
    assert.deepEqual(values(), [5, 3, 4, 6]);
    assert.equal(peer.complete.at(-1), at(6));
  });

  it('remembers as much as can come again, and not more', async () => {
    make();
    await connect();
    await catchUp();
    const many = Array.from({ length: 30_000 }, (_, second) => second);
    await update(points(...many));
    assert.equal(peer.got.length, 30_000);
    await update(points(29_999));
    assert.equal(peer.got.length, 30_000);
    await connect();
    peer.stored = points(29_999, 30_000);
    await catchUp();
    assert.deepEqual(peer.got.slice(30_000), [[30_000, true]]);
  });

  it('tells of a refusal, at once or later', async () => {
    make();
    const refused: PlatformError[] = [];
    peer.follower.subscribe(peer.session, { onAnswer: () => undefined, onRefused: (error) => refused.push(error) });
    await peer.socket.request('time', undefined);
    peer.server.say(JSON.stringify({ id: peer.subscription, error: { message: 'gone' } }));
    await until('the refusal', () => refused.length === 1);
    assert.match(refused[0]?.message ?? '', /gone/);
    await update(points(1));
    assert.deepEqual(peer.got, [], 'it has ended');
  });
});
