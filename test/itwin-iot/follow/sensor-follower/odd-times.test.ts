import { strict as assert } from 'node:assert';
import type { Points } from '../../../../nodes/itwin-iot/client/session/series';
import { at, points, setUpSensor } from './set-up';

describe('observations of one sensor', () => {
  const { peer, make, connect, catchUp, update, values } = setUpSensor();

  describe('dated far ahead', () => {
    const NEVER = '2099-01-01T00:00:00.000Z';
    const tell = async (second: number): Promise<void> => {
      peer.platformTime = at(second);
      await peer.session.ping(new AbortController().signal);
    };

    it('hide no gap', async () => {
      make();
      await connect();
      await tell(5);
      await catchUp();
      await update(points(5), { [NEVER]: 'ahead' });
      assert.equal(peer.complete.at(-1), at(5));
      await connect();
      peer.stored = { ...points(5, 6), [NEVER]: 'ahead' };
      await catchUp();
      assert.equal(peer.asked[1]?.startDate, at(5));
      assert.deepEqual(values(), [5, 'ahead', 6]);
      assert.equal(peer.complete.at(-1), at(6));
    });

    it('are not where the first start begins', async () => {
      make();
      await connect();
      await tell(5);
      peer.stored = { [NEVER]: 'ahead' };
      await catchUp();
      assert.equal(Math.round((Date.parse(peer.complete[0] as string) - Date.parse(at(5))) / 60_000), 0);
      assert.deepEqual(peer.got, []);
    });

    it('count as they are where the platform does not say what time it is', async () => {
      make();
      await connect();
      await catchUp();
      await update(points(5), { [NEVER]: 'ahead' });
      assert.equal(peer.complete.at(-1), NEVER);
    });

    it('count as they are within a day, as from a logger whose clock is ahead', async () => {
      make();
      await connect();
      await tell(0);
      await catchUp();
      await update(points(0, 23 * 3600));
      assert.equal(peer.complete.at(-1), at(23 * 3600));
      await update(points(3 * 24 * 3600));
      assert.equal(peer.complete.at(-1), at(23 * 3600));
      assert.equal(peer.got.length, 3);
    });
  });

  it('tells points apart that are microseconds apart, each once, also across a gap', async () => {
    make();
    const within = (...digits: string[]): Points =>
      Object.fromEntries(digits.map((each) => [at(1).replace('000Z', `${each}Z`), each]));
    await connect();
    await catchUp();
    await update(within('000100', '000900'), within('000900', '001'));
    assert.deepEqual(values(), ['000100', '000900', '001']);
    peer.stored = within('001', '001000', '001500');
    await connect();
    await catchUp();
    assert.deepEqual(values(), ['000100', '000900', '001', '001500']);
    assert.match(peer.complete.at(-1) ?? '', /\.001500Z$/);
  });

  it('leaves out what is not a time, says so once, and loses nothing else', async () => {
    make();
    await connect();
    await catchUp();
    const odd = JSON.parse(`{"${at(1)}": 1, "yesterday": 2, "": 3, "__proto__": {"x": 1}, "${at(2)}": null}`) as Points;
    await update(odd, { nonsense: 1 }, points(3));
    for (const data of [null, 7, [], 'x']) await update(data as never);
    await update(points(4));
    assert.deepEqual(values(), [1, null, 3, 4]);
    // "yesterday", "" and "__proto__", "nonsense", and three updates that hold something else; null says nothing.
    assert.equal(peer.skippedCount, 3 + 1 + 3);
    assert.match(peer.skipped[0]?.message ?? '', /^\/s: .* left out: "yesterday" is not a time/);
    assert.equal(peer.complete.at(-1), at(4));
  });
});
