import { strict as assert } from 'node:assert';
import { type Arrivals, createArrivals } from '../../nodes/itwin-iot/itwin-iot-subscribe/arrivals';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The mark behind the last message is queued when the work that has sent it is over. */
const allArrived = async (): Promise<void> => {
  await nextTurn();
  await nextTurn();
};

/** As Node-RED does it: a message arrives in the next turn, unless the node has closed by then. */
describe('What has arrived in the flow', () => {
  let closing: AbortController;
  let arrivals: Arrivals;
  let delivered: number;
  let noted: number;
  let sent: number;

  beforeEach(() => {
    sent = 0;
    closing = new AbortController();
    delivered = 0;
    noted = 0;
    arrivals = createArrivals(closing.signal, (sensor, time) => {
      assert.equal(sensor, 's');
      assert.ok(Number(time) > noted, 'in order');
      noted = Number(time);
    });
  });

  const send = (onDelivered: () => void = () => undefined): void => {
    const n = ++sent;
    arrivals.sending();
    setImmediate(() => {
      if (closing.signal.aborted) return;
      delivered = n;
      onDelivered();
      // What stands in the cursor has arrived: that is the promise.
      assert.ok(noted <= delivered, `${noted} noted, ${delivered} delivered`);
    });
    arrivals.reached('s', String(n));
  };

  it('is noted when a message arrives that comes alone, even if the flow stops there and then', async () => {
    send(() => assert.equal(noted, 1));
    assert.equal(noted, 0);
    await nextTurn();
    assert.equal(noted, 1);
  });

  for (const count of [2, 7, 8, 9, 100])
    it(`is noted when ${count} messages of one turn have arrived, all of them`, async () => {
      for (let n = 0; n < count; n++) send();
      await allArrived();
      assert.equal(noted, count);
    });

  it('is noted over several stretches of work in one turn', async () => {
    for (let stretch = 0; stretch < 5; stretch++) {
      for (let n = 0; n < 3; n++) send();
      await Promise.resolve();
      await Promise.resolve();
    }
    await allArrived();
    assert.equal(noted, 15);
  });

  it('is never more than has arrived, and at a stop in the middle of a burst lags by less than eight', async () => {
    for (let stop = 1; stop <= 60; stop++) {
      closing = new AbortController();
      delivered = noted = sent = 0;
      arrivals = createArrivals(closing.signal, (_, time) => {
        noted = Number(time);
      });
      for (let n = 1; n <= 60; n++) send(() => n === stop && closing.abort());
      await allArrived();
      assert.equal(delivered, stop);
      assert.ok(noted <= stop && noted > stop - 8, `${noted} of ${stop}`);
    }
  });

  it('is noted at once where nothing is on its way', async () => {
    send();
    await nextTurn();
    arrivals.reached('s', '5');
    assert.equal(noted, 5);
  });
});
