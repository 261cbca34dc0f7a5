import { strict as assert } from 'node:assert';
import { deploy, runtime, sensor, simulate, simulator, start, stored } from '../../support/itwin-node';
import { connected, id, testSubscribe, timesOf } from '../../support/itwin-subscribe';
import { until } from '../../support/until';

describe('itwin-iot-subscribe', () => {
  testSubscribe();

  for (const transport of ['WebSocket', 'TCP'] as const) {
    it(`brings every observation once over ${transport}: 20 times cut, half-open or restarted with lost sessions`, async function () {
      this.timeout(120_000);
      await simulate({ stored: 5 });
      const motes = [1, 2, 3];
      const ids = motes.map((mote) => sensor(mote));
      const before = ids.map((each) => stored(each).length);
      const made = (): string[][] => ids.map((each, index) => stored(each).slice(before[index]));
      /** What has been made by now has come, and so has a live one after it. */
      const caughtUp = (): Promise<void> => {
        const count = made().flat().length;
        return until('live again', () => {
          const received = runtime.received('out');
          return received.length > count && received.at(-1)?.replayed !== true;
        });
      };
      const url = transport === 'TCP' ? simulator.tcpUrl : simulator.socketUrl;
      await deploy({ ids }, { url, keepalive: 0.1 });
      await connected();
      const feed = setInterval(() => {
        for (const each of ids) simulator.burst(2, each);
      }, 20);
      for (let round = 0; round < 20; round++) {
        const { authentications } = simulator.counters;
        if (round % 3 === 0) simulator.faults.cutConnections();
        else if (round % 3 === 1) await simulator.faults.restart({ downFor: 50 });
        else {
          simulator.faults.halfOpen();
          simulator.faults.clear();
        }
        await until('a new connection', () => simulator.counters.authentications > authentications);
        // Sometimes in the middle of the back-fill, sometimes after it.
        if (round % 2 === 0) await until('subscriptions', () => simulator.counters.openSubscriptions >= ids.length);
        else await caughtUp();
      }
      clearInterval(feed);
      await connected();
      const wanted = made();
      const all = wanted.flat().length;
      await runtime.messages('out', all);
      await connected();
      assert.equal(runtime.received('out').length, all, 'none twice');
      ids.forEach((each, index) => {
        assert.deepEqual(timesOf(each), wanted[index], 'each once, in order');
      });
      const replayed = runtime.received('out').filter((message) => message.replayed === true).length;
      assert.ok(replayed > 0 && replayed < all, `${replayed} of ${all} were fetched`);
    });
  }

  it('fetches an update that cannot be read from the history, and goes on', async () => {
    await start();
    await connected();
    simulator.faults.malformedFrame({ times: 1, afterEvents: 3, method: 'subscribeData' });
    const first = stored().length;
    simulator.burst(10, sensor());
    await runtime.messages('out', 10);
    assert.deepEqual(timesOf(sensor()).sort(), stored().slice(first));
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /not valid JSON/);
    await connected();
    simulator.burst(1, sensor());
    await runtime.messages('out', 11);
    assert.equal(runtime.received('errors').length, 1);
  });

  it('reports an outage once, catchable, and recovers by itself', async () => {
    await start();
    await connected();
    await simulator.faults.refuse();
    const [error] = await runtime.errors('errors', 1);
    assert.match(error?.message ?? '', /iTwin IoT at ws:/);
    await runtime.status(id(), 'waiting');
    await simulator.faults.listenAgain();
    await connected();
    assert.equal(runtime.received('errors').length, 1);
  });

  it('closes at once while a platform that says nothing is asked', async () => {
    await start();
    await connected();
    simulator.faults.halfOpen();
    const begin = Date.now();
    await runtime.stop();
    assert.ok(Date.now() - begin < 2000, `${Date.now() - begin} ms`);
    await until('no connection', () => simulator.counters.openConnections === 0);
  });
});
