import type { ItwinSimulator } from '../../../simulators/itwin-iot';
import { itwinCredentials } from '../../support/itwin';
import type { FaultBench, Subject, Tally } from '../fault-bench';
import { benchNodes, sensorsOf, UPLOAD_MARKS } from './fault-bench-nodes';

const SUBJECTS: Record<string, Subject> = {
  data: { title: '`itwin-iot-subscribe`', promised: 'input' },
  'data-tcp': { title: '`itwin-iot-subscribe` TCP', promised: 'input' },
  'query-socket': { title: '`itwin-iot-query` socket', promised: 'request' },
  'query-rest': { title: '`itwin-iot-query` REST', promised: 'request' },
  'itwin-provision': { title: '`itwin-iot-provision`', promised: 'request' },
  'upload-disk': { title: '`itwin-iot-upload` REST, disk', promised: 'kept', onDisk: true },
  'upload-socket': { title: '`itwin-iot-upload` socket, memory', promised: 'kept' },
  'thread-in': { title: '`itwin-iot-thread-in`', promised: 'port', wire: true },
  'thread-out': { title: '`itwin-iot-thread-out`', promised: 'request', wire: true },
  'thread-command': { title: '`itwin-iot-thread-command`', promised: 'request' },
};

/** A number on a line of its own. */
const NUMBER_LINE = /\d+(?=\r\n)/g;

/** Every kind of iTwin IoT node; a hundred observations a second, and a line of the device on the port each 50 ms. */
export function faultBench(simulator: ItwinSimulator): FaultBench {
  const { faults, counters, edge } = simulator;
  const { data, dataTcp, upload } = sensorsOf(simulator);
  const key = Object.values(itwinCredentials(simulator))[0] ?? {};
  const said: string[] = [];
  let at = 0;
  const uploaded = (mark: number): string[] =>
    counters.received
      .filter(({ sensorId, values }) => sensorId === upload && values.T === mark)
      .map(({ values }) => String(values.RH));
  return {
    subjects: SUBJECTS,
    peers: [faults, edge.faults],
    nodes: () => benchNodes(simulator),
    credentials: () => ({ itwin: key, 'itwin-tcp': key }),
    takes: {
      uploads: ['to-itwin'],
      requests: ['query-socket', 'query-rest', 'itwin-provision', 'thread-command', 'as-line'],
    },
    isFollowed: () =>
      counters.openSubscriptions === data.length + 1 && edge.devicePort(1).clients + edge.devicePort(3).clients === 2,
    feed(n) {
      if (n % 20 === 0) {
        said.push(String(n));
        edge.devicePort(1).fromDevice(`${n}\r\n`);
      }
      if (n % 4 !== 0) return;
      // A sensor observes once in a millisecond.
      at = Math.max(at + 1, Date.now());
      const timestamp = new Date(at).toISOString();
      for (const sensorId of [data[(n / 4) % 2], n % 8 === 0 ? dataTcp : undefined]) {
        if (sensorId) simulator.append({ sensorId, timestamp, values: { RH: n, T: 20 } });
      }
    },
    tally({ messages, kept, requested, done }) {
      const observed = (sensors: readonly string[]): Tally => ({
        wanted: sensors.flatMap((sensor) =>
          simulator.observations(sensor).map(({ timestamp }) => `${sensor} ${timestamp}`),
        ),
        arrived: messages('out')
          .filter(({ event, device }) => event === 'data' && sensors.includes(String(device)))
          .map(({ device, time }) => `${device} ${time}`),
        told: [],
      });
      const ported = messages('port')
        .map(({ payload }) => String(payload))
        .join('');
      const sent = edge.devicePort(3).received.map(String);
      return {
        data: observed(data),
        'data-tcp': observed([dataTcp]),
        'upload-disk': kept('upload-disk', uploaded(UPLOAD_MARKS['upload-disk'])),
        'upload-socket': kept('upload-socket', uploaded(UPLOAD_MARKS['upload-socket'])),
        'thread-in': { wanted: [...said], arrived: ported.match(NUMBER_LINE) ?? [], told: [] },
        'thread-out': {
          ...requested('thread-out'),
          arrived: sent.flatMap((text) => text.match(NUMBER_LINE) ?? []),
          done: done('thread-out'),
        },
      };
    },
    refuseOneResource() {
      // That of the REST query: all others go on.
      faults.status({ status: 401, path: '/devices/all' });
    },
    malform(all) {
      for (const afterEvents of all) faults.malformedFrame({ afterEvents, times: 1 });
      // What is missed of a sensor is fetched.
      return {};
    },
  };
}
