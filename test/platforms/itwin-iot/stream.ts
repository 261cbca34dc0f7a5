import type { ItwinSimulator } from '../../../simulators/itwin-iot';
import { witnessedTab } from '../../support/flow-nodes';
import { itwinAccount } from '../../support/itwin';
import { startFeed } from '../../support/steady-feed';
import type { LiveStream } from '../descriptor';

/** Data of two sensors, each with a subscription of its own. */
export function stream(simulator: ItwinSimulator): LiveStream {
  const sensors = simulator.sensorIds.slice(0, 2);
  // What is stored before the first start is not followed.
  const stored = sensors.map((sensor) => simulator.observations(sensor).length);
  let at = 0;
  return {
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
        sensors.map((sensor, index) => [
          sensor,
          simulator
            .observations(sensor)
            .slice(stored[index])
            .map(({ timestamp }) => timestamp),
        ]),
      ),
    eventOf: ({ device, time }) => ({ of: String(device), id: String(time) }),
    opened: () => simulator.counters.subscriptions / sensors.length,
  };
}
