import type { Counts, Subject, Tally } from '../../test/platforms/fault-bench';
import type { Witnessed } from '../../test/support/node-red-process';
import type { Platforms } from './flow';

/** From when to when Node-RED was ending or deploying, Unix milliseconds. */
export interface End {
  from: number;
  to: number;
}

/** A request may be that long under way: what is younger when Node-RED ends is gone with it, and only the log says so. */
const UNDER_WAY_MS = 5000;

/** Counts by the witnesses of the flow and the simulators' own records, node by node. */
export function tally(
  { parts, subjects }: Platforms,
  witnessed: (id: string) => readonly Witnessed[],
  ends: readonly End[],
): Record<string, Tally> {
  const counts = countsOf(witnessed, ends);
  const special: Record<string, Tally> = Object.assign({}, ...parts.map((part) => part.tally(counts)));
  return Object.fromEntries(Object.keys(subjects).map((id) => [id, special[id] ?? counts.requested(id)]));
}

function countsOf(witnessed: (id: string) => readonly Witnessed[], ends: readonly End[]): Counts {
  const messages = (id: string): Witnessed['message'][] => witnessed(id).map(({ message }) => message);
  const done = (id: string): string[] => messages(`done-${id}`).map(({ n }) => String(n));
  const caught = messages('errors').map(({ error, n }) => ({
    of: (error as { source?: { id?: string } }).source?.id,
    n: n === undefined ? undefined : String(n),
  }));
  const told = (id: string): string[] => caught.flatMap(({ of, n }) => (of === id && n !== undefined ? [n] : []));
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
  const answerable = (kind: 'uploads' | 'requests', id: string): Omit<Tally, 'arrived'> => {
    const failed = told(id);
    return { wanted: asked(kind, [...done(id), ...failed]), told: failed };
  };
  return {
    messages,
    done,
    kept: (id, arrived) => ({ wanted: done(id), arrived, told: [] }),
    failing: (id, arrived) => ({ ...answerable('uploads', id), arrived }),
    requested: (id) => ({ ...answerable('requests', id), arrived: done(id) }),
  };
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
export function endedTwice({ promised }: Subject, { arrived, told, done = arrived }: Tally): number {
  const ends = promised === 'request' ? [...done, ...told] : told;
  return ends.length - new Set(ends).size;
}
