import { strict as assert } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import { startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witnessedTab, xdpAccount, xdpCredentials } from '../support/flow-nodes';
import { type NodeRedProcess, startNodeRed, type Witnessed } from '../support/node-red-process';
import { type SteadyFeed, startFeed } from '../support/steady-feed';
import { until } from '../support/until';

const KILLS = 4;

/** Milliseconds before a kill of which events may come again, and what a busy machine may add to them. */
const REPEATED = 1000;
const TOLERANCE = 200;

describe('a live stream in a real Node-RED', () => {
  let nodeRed: NodeRedProcess;
  let simulator: XdpSimulator;
  let feed: SteadyFeed;

  beforeEach(async function () {
    this.timeout(120_000);
    simulator = await startXdpSimulator({ live: false, stored: 100, heartbeat: 0.3 });
    nodeRed = await startNodeRed();
    await nodeRed.deploy(flow(), { credentials: xdpCredentials(simulator) });
    feed = startFeed(simulator);
  });
  afterEach(async () => {
    feed.stop();
    await nodeRed.dispose();
    await simulator.stop();
  });

  const flow = (): FlowNode[] => [
    ...witnessedTab(),
    xdpAccount(simulator),
    {
      id: 'events',
      type: 'xdp-events',
      z: 'flow',
      account: 'account',
      stream: 'recordings',
      eventTypes: ['ObservationRecorded'],
      resume: true,
      idleTimeout: 1,
      wires: [['out']],
    },
  ];

  const offsetOf = ({ message }: Witnessed): string => String(message.offset);

  /** Waits until the newest recording of now has come to the flow. */
  const caughtUp = async (): Promise<void> => {
    const newest = BigInt(simulator.recordings().at(-1)?.offset ?? 0);
    await nodeRed.until('out', (all) => BigInt(all.at(-1)?.message.offset ?? 0) >= newest);
  };

  /** Does what breaks the connection to a stream at work, and waits until it is at work again. */
  const reconnected = async (interrupt: () => unknown): Promise<void> => {
    await caughtUp();
    const { streams } = simulator.counters;
    await interrupt();
    await until('the stream is open again', () => simulator.counters.streams > streams);
    await caughtUp();
  };

  /** Ends the feed and waits for its last recording; gives every offset there is. */
  const untilAllArrived = async (): Promise<string[]> => {
    feed.stop();
    await caughtUp();
    return simulator.recordings().map(({ offset }) => offset);
  };

  it('loses nothing when Node-RED is killed, and repeats only the last second before each kill', async function () {
    this.timeout(240_000);
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
    const offsets = await untilAllArrived();
    const all = nodeRed.witnessed('out');

    const first = new Map<string, Witnessed>();
    let repeated = 0;
    for (const each of all) {
      const earlier = first.get(offsetOf(each));
      if (!earlier) {
        first.set(offsetOf(each), each);
        continue;
      }
      const before = (kills[earlier.run - 1] ?? 0) - earlier.at;
      const stood = longestPause(all, earlier.run);
      assert.ok(
        before <= REPEATED + TOLERANCE + stood,
        `offset ${offsetOf(each)} came again although the flow had it ${before} ms before the kill`,
      );
      repeated++;
    }
    const lost = offsets.filter((offset) => !first.has(offset));
    assert.deepEqual(lost, [], 'every offset arrived');
    assert.deepEqual([...first.keys()], offsets, 'the first arrivals are in order');
    assert.ok(repeated > 0, 'the kills hit a stream at work');
  });

  it('delivers every offset exactly once while the server goes away and comes back', async function () {
    this.timeout(120_000);
    for (let outage = 0; outage < 3; outage++) {
      await reconnected(() => simulator.faults.restart({ downFor: 300 }));
    }
    await arrivedExactlyOnce();
  });

  it('delivers every offset exactly once when the connection breaks within an event', async function () {
    this.timeout(120_000);
    for (let cut = 0; cut < 3; cut++) {
      await reconnected(() => simulator.faults.cutMidFrame({ times: 1, afterEvents: 20 }));
    }
    simulator.faults.clear();
    await arrivedExactlyOnce();
  });

  it('delivers every offset exactly once when its token expires', async function () {
    this.timeout(120_000);
    for (let expiry = 0; expiry < 3; expiry++) {
      await reconnected(() => {
        simulator.faults.expireTokens();
        simulator.faults.cutConnections();
      });
    }
    await arrivedExactlyOnce();
    assert.equal(simulator.counters.logins, 4);
    assert.ok(!codes().includes('UNAUTHORIZED'), 'renewing a token is no error');
  });

  it('delivers every offset exactly once when the peer keeps the connection but says nothing', async function () {
    this.timeout(120_000);
    await caughtUp();
    simulator.faults.halfOpen({ path: '/recordings' });
    await nodeRed.until('errors', (all) => all.length > 0);
    simulator.faults.clear();
    await arrivedExactlyOnce();
    assert.deepEqual(codes(), ['IDLE'], 'one report for the outage');
  });

  const codes = (): unknown[] =>
    nodeRed.witnessed('errors').map(({ message }) => (message.error as { code?: string }).code);

  const arrivedExactlyOnce = async (): Promise<void> => {
    const offsets = await untilAllArrived();
    assert.deepEqual(nodeRed.witnessed('out').map(offsetOf), offsets);
  };
});

/** A process that the machine did not let run for so long could not write its cursor either. Milliseconds. */
function longestPause(all: readonly Witnessed[], run: number): number {
  const times = all.filter((each) => each.run === run).map(({ at }) => at);
  return Math.max(0, ...times.map((at, index) => at - (times[index - 1] ?? at)));
}
