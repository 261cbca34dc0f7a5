import { OBSERVATION_TOPIC, type XdpSimulator } from '../../../simulators/xdp';
import { type FlowNode, fixedParameters, functionNode, xdpAccount } from '../../support/flow-nodes';
import type { FaultBench, Subject } from '../fault-bench';

const SUBJECTS: Record<string, Subject> = {
  events: { title: '`xdp-events`', promised: 'input' },
  'xdp-query': { title: '`xdp-query`', promised: 'request' },
  'record-disk': { title: '`xdp-record` disk', promised: 'kept', onDisk: true },
  'record-memory': { title: '`xdp-record` memory', promised: 'kept' },
  'record-fail': { title: '`xdp-record` fail', promised: 'failing' },
  'xdp-provision': { title: '`xdp-provision`', promised: 'request' },
};

/** Every kind of xDP node; a hundred recordings a second. */
export function faultBench(simulator: XdpSimulator): FaultBench {
  const { faults, counters } = simulator;
  const recorded = (source: string): string[] =>
    counters.received
      .filter((each) => each.source === source)
      .map((recording) => String((recording.data as { n: number }).n));
  return {
    subjects: SUBJECTS,
    peers: [faults],
    nodes: () => nodes(simulator),
    credentials: () => ({ xdp: { username: simulator.username, password: simulator.password } }),
    takes: { uploads: ['to-xdp'], requests: ['xdp-query', 'xdp-provision'] },
    isFollowed: () => counters.openStreams >= 1,
    feed(n) {
      if (n % 4 === 0) simulator.append({ data: { n }, nwkAddr: 7, source: OBSERVATION_TOPIC });
    },
    tally: ({ messages, kept, failing }) => ({
      events: {
        wanted: simulator
          .recordings()
          .filter(({ source }) => source === OBSERVATION_TOPIC)
          .map(({ offset }) => offset),
        arrived: messages('out')
          .filter(({ event, topic }) => event === 'ObservationRecorded' && topic === OBSERVATION_TOPIC)
          .map(({ offset }) => String(offset)),
        told: [],
      },
      'record-disk': kept('record-disk', recorded('record-disk')),
      'record-memory': kept('record-memory', recorded('record-memory')),
      'record-fail': failing('record-fail', recorded('record-fail')),
    }),
    refuseOneResource() {
      // That of `xdp-query`: all others go on.
      faults.status({ status: 401, path: '/observation-types' });
    },
    malform(all) {
      for (const afterEvents of all) faults.malformedFrame({ afterEvents, times: 1, path: '/recordings' });
      return { events: { lost: all.length, why: 'the events that could not be read; they are reported' } };
    },
  };
}

function nodes(simulator: XdpSimulator): FlowNode[] {
  const common = { z: 'flow', account: 'xdp' };
  const recording = { type: 'xdp-record', ...common, nwkAddr: '7', wires: [[]] };
  const type = { topic: 'acme-tank', name: 'Acme tank' };
  return [
    { ...xdpAccount(simulator, { timeout: 3, retryMax: 2 }), id: 'xdp' },
    {
      id: 'events',
      type: 'xdp-events',
      ...common,
      stream: 'recordings',
      eventTypes: ['ObservationRecorded'],
      resume: true,
      idleTimeout: 2,
      wires: [['out']],
    },
    functionNode('to-xdp', 'return msg;', ['record-disk', 'record-memory', 'record-fail']),
    { id: 'record-disk', ...recording, source: 'record-disk', offline: 'disk' },
    { id: 'record-memory', ...recording, source: 'record-memory', offline: 'memory' },
    { id: 'record-fail', ...recording, source: 'record-fail', offline: 'fail' },
    { id: 'xdp-query', type: 'xdp-query', ...common, stream: 'observation-types', wires: [[]] },
    {
      id: 'xdp-provision',
      type: 'xdp-provision',
      ...common,
      operation: 'putEndDeviceType',
      params: fixedParameters(type),
      wires: [[]],
    },
  ];
}
