import { strict as assert } from 'node:assert';
import { deadline } from '../../../../nodes/core/timing';
import type { Session } from '../../../../nodes/itwin-iot/client/session/session';
import { nextSession } from '../../../support/itwin';
import { until } from '../../../support/until';
import { at, points, setUpSensor } from './set-up';

describe('observations of one sensor', () => {
  const { peer, make, connect, catchUp, update, values } = setUpSensor();

  it('holds live points back until the older ones have come, each once', async () => {
    make({ since: at(0) });
    await connect();
    await update(points(3), points(4));
    assert.deepEqual(peer.got, []);
    peer.stored = points(1, 2, 3);
    await catchUp();
    await update(points(4), points(5));
    assert.deepEqual(peer.got, [
      [1, true],
      [2, true],
      [3, true],
      [4, false],
      [5, false],
    ]);
    assert.equal(peer.complete.at(-1), at(5));
  });

  it('keeps what was held back over a cut connection, late points too', async () => {
    make({ since: at(5) });
    await connect();
    await update(points(3));
    await connect();
    peer.stored = points(5, 6);
    await catchUp();
    assert.deepEqual(peer.got, [
      [6, true],
      [3, false],
    ]);
  });

  it('lets live points through when the back-fill is refused, and fills the same gap later', async () => {
    make({ since: at(0) });
    peer.stored = 'refused';
    await connect();
    await update(points(3));
    await assert.rejects(catchUp(), { operation: 'getData' });
    await update(points(4));
    assert.deepEqual(values(), [3, 4]);
    assert.deepEqual(peer.complete, [], 'the cursor stays before the gap');
    peer.stored = points(1, 2, 3, 4);
    await catchUp();
    assert.equal(peer.asked[1]?.startDate, at(0));
    assert.deepEqual(values(), [3, 4, 1, 2]);
    assert.equal(peer.complete.at(-1), at(4));
  });

  it('keeps live points back over a connection that breaks in the back-fill: the order stays', async () => {
    make({ since: at(0) });
    peer.stored = undefined;
    await connect();
    await update(points(5));
    const broken = catchUp();
    await until('the back-fill is under way', () => peer.asked.length === 1);
    peer.server.cut();
    await assert.rejects(broken, { retryable: true });
    assert.deepEqual(peer.got, []);
    peer.session = await nextSession(peer.socket);
    await connect();
    await update(points(8));
    peer.stored = points(1, 2, 8);
    await catchUp();
    assert.equal(peer.asked[1]?.startDate, at(0));
    assert.deepEqual(peer.got, [
      [1, true],
      [2, true],
      [8, true],
      [5, false],
    ]);
    assert.equal(peer.complete.at(-1), at(8));
  });

  it('does not hold back without end what comes during a back-fill that does not end', async () => {
    make({ since: at(0) });
    await connect();
    await update(points(...Array.from({ length: 10 }, (_, index) => index + 1)));
    assert.deepEqual(peer.got, []);
    const many = Array.from({ length: 20_000 }, (_, index) => points(index + 11));
    await update(...many);
    assert.equal(peer.got.length, 20_010);
    assert.deepEqual(peer.complete, [], 'the cursor stays before the gap');
  });

  it('asks for the gap of several outages at once', async () => {
    make({ since: at(0) });
    peer.stored = 'refused';
    await connect();
    await assert.rejects(catchUp());
    await update(points(5));
    await connect();
    await update(points(8));
    peer.stored = points(1, 5, 6, 8);
    await catchUp();
    assert.equal(peer.asked[1]?.startDate, at(0));
    assert.deepEqual(values().sort(), [1, 5, 6, 8]);
  });

  it('keeps the order when the connection breaks in the middle of a back-fill', async () => {
    make({ since: at(0) });
    peer.stored = undefined;
    await connect();
    await update(points(3));
    const broken = assert.rejects(catchUp());
    await until('the request', () => peer.asked.length === 1);
    const again = new Promise<Session>((resolve) => {
      peer.socket.use({ onSession: (next) => next !== peer.session && resolve(next) });
    });
    peer.server.cut();
    await broken;
    peer.session = await again;
    peer.stored = points(1, 2, 3, 4);
    await connect();
    await update(points(5));
    await catchUp();
    assert.deepEqual(values(), [1, 2, 3, 4, 5]);
  });

  it('gives up after the time limit, which begins anew with each answer', async () => {
    make({ since: at(0) });
    peer.stored = undefined;
    await connect();
    const limit = deadline(100);
    await assert.rejects(peer.follower.catchUp(peer.session, limit), { code: 'TIMEOUT' });
    limit.clear();
    await update(points(2));
    assert.deepEqual(values(), [2]);
  });
});
