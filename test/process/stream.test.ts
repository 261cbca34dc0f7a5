import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PLATFORMS } from '../platforms';
import type { NodeRedProcess, Witnessed } from '../support/node-red-process';
import { eventsOf, type Following, follow } from './stream/following';

const KILLS = 3;

for (const platform of PLATFORMS) {
  describe(`a live stream of ${platform.folder} in a real Node-RED`, () => {
    let following: Following;

    beforeEach(async function () {
      this.timeout(300_000);
      following = await follow(platform);
    });
    afterEach(() => following.end());

    it('loses nothing when Node-RED is killed, and repeats only what its cursor did not hold by then', async function () {
      this.timeout(600_000);
      const { stream, nodeRed } = following;
      const cursors: Record<string, string>[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const received = nodeRed.witnessed('out').length;
        await nodeRed.until('out', (all) => all.length > received);
        await pause(300 + Math.random() * 2500);
        await nodeRed.kill9();
        cursors.push(cursorOf(nodeRed));
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
        const { of, id } = stream.eventOf(each.message);
        const kept = cursors[each.run - 2]?.[of];
        const ids = made[of] ?? [];
        assert.ok(ids.indexOf(id) > ids.indexOf(String(kept)), `${event} came again although the cursor said ${kept}`);
        repeated++;
      }
      assert.deepEqual(eventsOf(stream, [...first.values()]), made, 'all arrived, at first in order');
      assert.ok(repeated > 0, 'the kills hit a stream at work');
    });

    it('delivers every event exactly once while the server goes away and comes back', async function () {
      this.timeout(300_000);
      for (let outage = 0; outage < 3; outage++) {
        await following.reconnected(() => following.faults.restart({ downFor: 300 }));
      }
      await following.arrivedExactlyOnce();
    });

    it('delivers every event exactly once when the connection breaks within an event', async function () {
      this.timeout(300_000);
      for (let cut = 0; cut < 3; cut++) {
        await following.reconnected(() => following.faults.cutMidFrame({ times: 1, afterEvents: 20 }));
      }
      following.faults.clear();
      await following.arrivedExactlyOnce();
    });

    it('delivers every event exactly once when the peer keeps the connection but says nothing', async function () {
      this.timeout(300_000);
      await following.caughtUp();
      following.faults.halfOpen();
      await following.nodeRed.until('errors', (all) => all.length > 0);
      following.faults.clear();
      await following.arrivedExactlyOnce();
      assert.deepEqual(following.codes(), ['IDLE'], 'one report for the outage');
    });
  });
}

describe('a live stream with tokens in a real Node-RED', () => {
  for (const platform of PLATFORMS.filter(({ tokens }) => tokens)) {
    it(`of ${platform.folder} delivers every event exactly once when its token expires`, async function () {
      this.timeout(300_000);
      const following = await follow(platform);
      const { faults } = following;
      try {
        for (let expiry = 0; expiry < 3; expiry++) {
          await following.reconnected(() => {
            faults.expireTokens();
            faults.cutConnections();
          });
        }
        await following.arrivedExactlyOnce();
        assert.equal(platform.tokens?.(following.simulator), 4);
        assert.ok(!following.codes().includes('UNAUTHORIZED'), 'renewing a token is no error');
      } finally {
        await following.end();
      }
    });
  }
});

/** What is on the disk; how often it is written is for `test/core/cursor-store`, which has the clock in its hand. */
function cursorOf({ userDir }: NodeRedProcess): Record<string, string> {
  const folder = join(userDir, 'farfield/cursors');
  const [name] = existsSync(folder) ? readdirSync(folder).filter((each) => each.endsWith('.json')) : [];
  if (name === undefined) return {};
  return (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { cursor: Record<string, string> }).cursor;
}
