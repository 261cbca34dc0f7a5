import { strict as assert } from 'node:assert';
import type { Points } from '../../../../nodes/itwin-iot/client/session/series';
import { until } from '../../../support/until';
import { at, points, setUpSensor } from './set-up';

describe('a back-fill that breaks off', () => {
  const { peer, make, connect, catchUp, update, values } = setUpSensor();

  /** Answers to `getData` without the last. */
  const tell = async (...chunks: Points[]): Promise<void> => {
    for (const data of chunks) peer.server.say(JSON.stringify({ id: peer.question, result: { data } }));
    await peer.socket.request('time', undefined);
  };
  const begin = async (): Promise<void> => {
    peer.stored = undefined;
    await connect();
    const before = peer.asked.length;
    catchUp().catch(() => undefined);
    await until('the request', () => peer.asked.length > before);
  };

  it('goes on where it was after a restart, each point once', async () => {
    make({ since: at(0) });
    await begin();
    await tell(points(1, 2), points(3, 4), points(5, 6));
    assert.equal(peer.complete.at(-1), at(6));
    make({ since: peer.complete.at(-1) });
    await begin();
    assert.equal(peer.asked.at(-1)?.startDate, at(6));
    await tell(points(6, 7), points(8));
    assert.deepEqual(values(), [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('ends although it is interrupted more often than it could end', async () => {
    let since = at(0);
    for (let round = 0; round < 20; round++) {
      make({ since });
      await begin();
      const first = round * 2;
      await tell(points(first), points(first + 1), points(first + 2));
      since = peer.complete.at(-1) as string;
    }
    assert.deepEqual(
      values(),
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
  });

  it('begins anew when its answers come out of order: an answer proves nothing about those to come', async () => {
    make({ since: at(0) });
    await begin();
    await tell(points(5, 6));
    assert.deepEqual(peer.complete, [], 'one answer alone shows no order');
    await tell(points(7, 8));
    await tell(points(1, 2));
    assert.equal(peer.complete.at(-1), at(0));
    await tell(points(9));
    assert.equal(peer.complete.at(-1), at(0));
    assert.deepEqual(values(), [5, 6, 7, 8, 1, 2, 9]);
  });

  it('begins anew when one of its answers could not be read: it stands before those that came behind it', async () => {
    make({ since: at(0) });
    await begin();
    await tell(points(1), points(2));
    assert.equal(peer.complete.at(-1), at(2));
    peer.server.say(`{"id":${peer.question},"result":{"data":{"${at(3)}": oops}}}`);
    await tell(points(4), points(5));
    assert.equal(peer.complete.at(-1), at(0));
    await begin();
    assert.equal(peer.asked.at(-1)?.startDate, at(0));
    await tell(points(1, 2, 3, 4), points(5, 6), points(7));
    assert.deepEqual(values(), [1, 2, 4, 5, 3, 6, 7]);
  });

  it('fetches what could not be read of live updates', async () => {
    make({ since: at(0) });
    await connect();
    await catchUp();
    await update(points(1));
    peer.follower.missed?.();
    // Until then nothing is sure behind it.
    await update(points(3));
    assert.equal(peer.complete.at(-1), at(1));
    peer.stored = points(1, 2, 3);
    await catchUp();
    assert.equal(peer.asked.at(-1)?.startDate, at(1));
    assert.deepEqual(values(), [1, 3, 2]);
    assert.equal(peer.complete.at(-1), at(3));
  });
});

describe('an observation that is no number', () => {
  const { peer, make, connect, catchUp, update, values } = setUpSensor();
  const say = async (id: number, text: string): Promise<void> => {
    peer.server.say(`{"id":${id},"result":${text}}`);
    await peer.socket.request('time', undefined);
  };

  it('does not keep back the history behind it, and is told with sensor and count', async () => {
    make({ since: at(0) });
    peer.stored = undefined;
    await connect();
    const filled = catchUp();
    await until('the request', () => peer.asked.length === 1);
    await say(peer.question, `{"data":{"${at(1)}":1,"${at(2)}":NaN,"${at(3)}":-Infinity,"${at(4)}":4}}`);
    await say(peer.question, '{"requestStatus":"finished"}');
    await filled;
    assert.deepEqual(values(), [1, 4]);
    assert.equal(peer.complete.at(-1), at(4));
    assert.match(peer.skipped[0]?.message ?? '', /^\/s: an observation is left out: the value of .* is no number/);
    assert.equal(peer.skippedCount, 2);
  });

  it('is told of each update that holds one', async () => {
    make({ since: at(0) });
    await connect();
    await catchUp();
    await say(peer.subscription, `{"data":{"${at(1)}":NaN}}`);
    for (const second of [2, 3]) await say(peer.subscription, `{"data":{"${at(second)}":NaN}}`);
    await update(points(4));
    assert.deepEqual(values(), [4]);
    assert.equal(peer.skippedCount, 3);
  });

  it('costs what cannot be read at all, after a second try, and nothing behind it', async () => {
    make({ since: at(0) });
    peer.stored = undefined;
    await connect();
    const filled = catchUp();
    for (const question of [1, 2]) {
      await until('the request', () => peer.asked.length === question);
      peer.server.say(`{"id":${peer.question},"result":{"data":{"x": oops}}}`);
      await say(peer.question, `{"data":{"${at(4)}":4},"requestStatus":"finished"}`);
    }
    await filled;
    assert.deepEqual(values(), [4]);
    assert.equal(peer.complete.at(-1), at(4));
    assert.match(peer.skipped[0]?.message ?? '', /\/s: .* at the second time either/);
  });
});
