import { OBSERVATION_TOPIC, startXdpSimulator, type XdpSimulator } from '../../../simulators/xdp';
import { witnessedTab, xdpAccount, xdpCredentials } from '../../support/flow-nodes';
import { startFeed } from '../../support/steady-feed';
import type { LiveStream } from './live-stream';

/** Recordings, and the simulator they come from. */
export async function xdpStream(): Promise<LiveStream & { simulator: XdpSimulator }> {
  const simulator = await startXdpSimulator({ live: false, stored: 100, heartbeat: 0.3 });
  return {
    simulator,
    faults: simulator.faults,
    flow: () => [
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
    ],
    credentials: () => xdpCredentials(simulator),
    isFollowed: () => simulator.counters.openStreams === 1,
    feed: () => startFeed((n) => simulator.append({ data: { n }, nwkAddr: 7, source: OBSERVATION_TOPIC })),
    made: () => ({ [OBSERVATION_TOPIC]: simulator.recordings().map(({ offset }) => offset) }),
    eventOf: ({ offset }) => ({ of: OBSERVATION_TOPIC, id: String(offset) }),
    opened: () => simulator.counters.streams,
    stop: () => simulator.stop(),
  };
}
