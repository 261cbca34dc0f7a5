import { OBSERVATION_TOPIC } from '../../simulators/xdp';
import type { Witnessed } from '../../test/support/node-red-process';
import { type Platforms, SUBJECT_IDS, SUBJECTS, type SubjectId, sensorsOf, UPLOAD_MARKS } from './flow';

/** What should have come of one node and what has, by names of events and numbers of messages. */
export interface Tally {
  /** What the platform had for the node, or the messages that it is answerable for. */
  wanted: string[];
  /** What came out of it, or arrived at the platform, or was answered; twice when it came twice. */
  arrived: string[];
  /** What ended with an error that a Catch node got. */
  told: string[];
  /** What the node was done with, where that is something else than what arrived. */
  done?: string[];
}

/** From when to when Node-RED was ending or deploying, Unix milliseconds. */
export interface End {
  from: number;
  to: number;
}

/** A request may be that long under way: what is younger when Node-RED ends is gone with it, and only the log says so. */
const UNDER_WAY_MS = 5000;

/** Counts by the witnesses of the flow and the simulators' own records. */
export function tally(
  platforms: Platforms,
  witnessed: (id: string) => readonly Witnessed[],
  ends: readonly End[],
  said: readonly string[],
): Record<SubjectId, Tally> {
  const { xdp, itwin } = platforms;
  const { data, dataTcp, upload } = sensorsOf(platforms);
  const out = witnessed('out').map(({ message }) => message);
  const done = (id: string): string[] => witnessed(`done-${id}`).map(({ message }) => String(message.n));
  const caught = witnessed('errors').map(({ message }) => ({
    of: (message.error as { source?: { id?: string } }).source?.id,
    n: message.n === undefined ? undefined : String(message.n),
  }));
  const told = (id: string): string[] => caught.flatMap(({ of, n }) => (of === id && n !== undefined ? [n] : []));
  const recorded = (source: string): string[] =>
    xdp.counters.received
      .filter((each) => each.source === source)
      .map((recording) => String((recording.data as { n: number }).n));
  const uploaded = (mark: number): string[] =>
    itwin.counters.received
      .filter(({ sensorId, values }) => sensorId === upload && values.T === mark)
      .map(({ values }) => String(values.RH));
  const observed = (sensors: readonly string[]): Tally => ({
    wanted: sensors.flatMap((sensor) => itwin.observations(sensor).map(({ timestamp }) => `${sensor} ${timestamp}`)),
    arrived: out
      .filter(({ event, device }) => event === 'data' && sensors.includes(String(device)))
      .map(({ device, time }) => `${device} ${time}`),
    told: [],
  });
  /** What was asked, but for what was under way when Node-RED ended. */
  const asked = (kind: 'uploads' | 'requests', ended: readonly string[]): string[] => {
    const over = new Set(ended);
    return witnessed(`asked-${kind}`)
      .filter(({ message, at }) => {
        const cutOff = ends.some(({ from, to }) => at > from - UNDER_WAY_MS && at <= to);
        return over.has(String(message.n)) || !cutOff;
      })
      .map(({ message }) => String(message.n));
  };
  const kept = (id: string, arrived: string[]): Tally => ({ wanted: done(id), arrived, told: [] });
  const requested = (id: string): Tally => {
    const [answered, failed] = [done(id), told(id)];
    return { wanted: asked('requests', [...answered, ...failed]), arrived: answered, told: failed };
  };
  const ported = witnessed('port')
    .map(({ message }) => String(message.payload))
    .join('');
  const device = itwin.edge
    .devicePort(3)
    .received.map(String)
    .flatMap((text) => text.match(/\d+(?=\r\n)/g) ?? []);
  const special: Partial<Record<SubjectId, Tally>> = {
    events: {
      wanted: xdp
        .recordings()
        .filter(({ source }) => source === OBSERVATION_TOPIC)
        .map(({ offset }) => offset),
      arrived: out
        .filter(({ event, topic }) => event === 'ObservationRecorded' && topic === OBSERVATION_TOPIC)
        .map(({ offset }) => String(offset)),
      told: [],
    },
    data: observed(data),
    'data-tcp': observed([dataTcp]),
    'record-disk': kept('record-disk', recorded('record-disk')),
    'record-memory': kept('record-memory', recorded('record-memory')),
    'record-fail': {
      wanted: asked('uploads', [...done('record-fail'), ...told('record-fail')]),
      arrived: recorded('record-fail'),
      told: told('record-fail'),
    },
    'upload-disk': kept('upload-disk', uploaded(UPLOAD_MARKS['upload-disk'])),
    'upload-socket': kept('upload-socket', uploaded(UPLOAD_MARKS['upload-socket'])),
    'thread-in': {
      wanted: [...said],
      arrived: ported.match(/\d+(?=\r\n)/g) ?? [],
      told: [],
    },
    'thread-out': { ...requested('thread-out'), arrived: device, done: done('thread-out') },
  };
  return Object.fromEntries(SUBJECT_IDS.map((id) => [id, special[id] ?? requested(id)])) as Record<SubjectId, Tally>;
}

/** How many of what was wanted have neither come nor been told. */
export function missing({ wanted, arrived, told }: Tally): number {
  const over = new Set([...arrived, ...told]);
  return wanted.filter((each) => !over.has(each)).length;
}

/** How many messages ended in no way at all. */
export function neverEnded({ wanted, arrived, told, done = arrived }: Tally): number {
  return missing({ wanted, arrived: done, told });
}

/** How many came more than once. What was told as an error and came all the same is no repetition: nobody could know. */
export function repeated({ arrived }: Tally): number {
  return arrived.length - new Set(arrived).size;
}

/** Requests that ended twice: done and with an error, or either of them twice. */
export function endedTwice(id: SubjectId, { arrived, told, done = arrived }: Tally): number {
  const ends = SUBJECTS[id][1] === 'request' ? [...done, ...told] : told;
  return ends.length - new Set(ends).size;
}
