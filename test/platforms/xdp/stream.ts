import { OBSERVATION_TOPIC, type XdpSimulator } from '../../../simulators/xdp';
import { witnessedTab, xdpAccount } from '../../support/flow-nodes';
import { startFeed } from '../../support/steady-feed';
import type { LiveStream } from '../descriptor';

/** Recordings. */
export function stream(simulator: XdpSimulator): LiveStream {
  const { counters } = simulator;
  return {
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
    isFollowed: () => counters.openStreams === 1,
    feed: () => startFeed((n) => simulator.append({ data: { n }, nwkAddr: 7, source: OBSERVATION_TOPIC })),
    made: () => ({ [OBSERVATION_TOPIC]: simulator.recordings().map(({ offset }) => offset) }),
    eventOf: ({ offset }) => ({ of: OBSERVATION_TOPIC, id: String(offset) }),
    opened: () => counters.streams,
  };
}
