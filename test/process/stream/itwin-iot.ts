import { startItwinSimulator } from '../../../simulators/itwin-iot';
import { witnessedTab } from '../../support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../../support/itwin';
import { startFeed } from '../../support/steady-feed';
import type { LiveStream } from './live-stream';

/** Data of two sensors, each with a subscription of its own. */
export async function itwinStream(): Promise<LiveStream> {
  const simulator = await startItwinSimulator({ live: false });
  const sensors = simulator.sensorIds.slice(0, 2);
  let at = 0;
  return {
    faults: simulator.faults,
    flow: () => [
      ...witnessedTab(),
      // Three of these unanswered, and the peer counts as dead.
      itwinAccount(simulator, { keepalive: 0.3 }),
      {
        id: 'data',
        type: 'itwin-iot-subscribe',
        z: 'flow',
        account: 'account',
        subscription: 'data',
        ids: sensors,
        metric: 'RH',
        unit: '%',
        backfill: true,
        wires: [['out']],
      },
    ],
    credentials: () => itwinCredentials(simulator),
    isFollowed: () => simulator.counters.openSubscriptions === sensors.length,
    feed: () =>
      startFeed((n) => {
        // A sensor observes once in a millisecond.
        at = Math.max(at + 1, Date.now());
        const timestamp = new Date(at).toISOString();
        simulator.append({ sensorId: sensors[n % sensors.length] ?? '', timestamp, values: { RH: n, T: 20 } });
      }),
    made: () =>
      Object.fromEntries(
        sensors.map((sensor) => [sensor, simulator.observations(sensor).map(({ timestamp }) => timestamp)]),
      ),
    eventOf: ({ device, time }) => ({ of: String(device), id: String(time) }),
    opened: () => simulator.counters.subscriptions / sensors.length,
    stop: () => simulator.stop(),
  };
}
