import { strict as assert } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import type { Witnessed } from '../support/node-red-process';
import { eventsOf, type Following, follow } from './stream/following';
import { itwinStream } from './stream/itwin-iot';
import type { LiveStream } from './stream/live-stream';
import { xdpStream } from './stream/xdp';

const KILLS = 3;

/** Milliseconds before a kill of which events may come again, and what a busy machine may add to them. */
const REPEATED = 1000;
const TOLERANCE = 200;

const PLATFORMS: Record<string, () => Promise<LiveStream>> = { xDP: xdpStream, 'iTwin IoT': itwinStream };

for (const [name, start] of Object.entries(PLATFORMS)) {
  describe(`a live stream of ${name} in a real Node-RED`, () => {
    let following: Following<LiveStream>;

    beforeEach(async function () {
      this.timeout(120_000);
      following = await follow(start);
    });
    afterEach(() => following.end());

    it('loses nothing when Node-RED is killed, and repeats only the last second before each kill', async function () {
      this.timeout(240_000);
      const { stream, nodeRed } = following;
      const kills: number[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const received = nodeRed.witnessed('out').length;
        await nodeRed.until('out', (all) => all.length > received);
        await pause(300 + Math.random() * 2500);
        kills.push(Date.now());
        await nodeRed.kill9();
        await pause(Math.random() * 500);
        await nodeRed.start();
      }
      const made = await following.untilAllArrived();
      const all = nodeRed.witnessed('out');

      const first = new Map<string, Witnessed>();
      let repeated = 0;
      for (const each of all) {
        const event = JSON.stringify(stream.eventOf(each.message));
        const earlier = first.get(event);
        if (!earlier) {
          first.set(event, each);
          continue;
        }
        const before = (kills[earlier.run - 1] ?? 0) - earlier.at;
        const stood = longestPause(all, earlier.run);
        assert.ok(
          before <= REPEATED + TOLERANCE + stood,
          `${event} came again although the flow had it ${before} ms before the kill`,
        );
        repeated++;
      }
      assert.deepEqual(eventsOf(stream, [...first.values()]), made, 'all arrived, at first in order');
      assert.ok(repeated > 0, 'the kills hit a stream at work');
    });

    it('delivers every event exactly once while the server goes away and comes back', async function () {
      this.timeout(120_000);
      for (let outage = 0; outage < 3; outage++) {
        await following.reconnected(() => following.stream.faults.restart({ downFor: 300 }));
      }
      await following.arrivedExactlyOnce();
    });

    it('delivers every event exactly once when the connection breaks within an event', async function () {
      this.timeout(120_000);
      for (let cut = 0; cut < 3; cut++) {
        await following.reconnected(() => following.stream.faults.cutMidFrame({ times: 1, afterEvents: 20 }));
      }
      following.stream.faults.clear();
      await following.arrivedExactlyOnce();
    });

    it('delivers every event exactly once when the peer keeps the connection but says nothing', async function () {
      this.timeout(120_000);
      await following.caughtUp();
      following.stream.faults.halfOpen();
      await following.nodeRed.until('errors', (all) => all.length > 0);
      following.stream.faults.clear();
      await following.arrivedExactlyOnce();
      assert.deepEqual(following.codes(), ['IDLE'], 'one report for the outage');
    });
  });
}

describe('a live stream of xDP in a real Node-RED', () => {
  it('delivers every event exactly once when its token expires', async function () {
    this.timeout(120_000);
    const following = await follow(xdpStream);
    const { faults, simulator } = following.stream;
    try {
      for (let expiry = 0; expiry < 3; expiry++) {
        await following.reconnected(() => {
          faults.expireTokens();
          faults.cutConnections();
        });
      }
      await following.arrivedExactlyOnce();
      assert.equal(simulator.counters.logins, 4);
      assert.ok(!following.codes().includes('UNAUTHORIZED'), 'renewing a token is no error');
    } finally {
      await following.end();
    }
  });
});

/** A process that the machine did not let run for so long could not write its cursor either. Milliseconds. */
function longestPause(all: readonly Witnessed[], run: number): number {
  const times = all.filter((each) => each.run === run).map(({ at }) => at);
  return Math.max(0, ...times.map((at, index) => at - (times[index - 1] ?? at)));
}
