import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../../test/platforms/credentials';
import type { Subject, Tally } from '../../test/platforms/fault-bench';
import type { FlowNode } from '../../test/support/flow-nodes';
import { type NodeRedProcess, startNodeRed } from '../../test/support/node-red-process';
import { startFeed } from '../../test/support/steady-feed';
import { until } from '../../test/support/until';
import { benchFlow, type Platforms, startPlatforms } from './flow';
import { type End, endedTwice, missing, neverEnded, repeated, tally } from './tally';

/** How one node did: what was sent to it or for it, and what came out at the other end. */
export interface Outcome extends Pick<Subject, 'title' | 'promised'> {
  node: string;
  sent: number;
  received: number;
  lost: number;
  doubled: number;
  /** Statuses that it showed since the mark. */
  statuses: string;
  /** Codes of errors that Catch nodes got, with their number. */
  errors: string;
  /** What of its promise it has not kept, in words. */
  broken: string[];
}

/** What the machine does to Node-RED: milliseconds that its clock is ahead, and that each fsync takes. */
export interface Machine {
  clock: number;
  sync: number;
}

/** All platforms, a Node-RED with every kind of node, and messages without end. */
export interface Bench extends Platforms {
  readonly nodeRed: NodeRedProcess;
  readonly flow: readonly FlowNode[];
  readonly credentials: Credentials;
  /** From now on the machine behaves so; what is left out is as it should be. */
  machine(faults: Partial<Machine>): void;
  /** Statuses, errors and the peak of memory count from here. */
  mark(): void;
  /** Resident memory of Node-RED in megabytes: now, and at most since the mark. */
  memory(): { now: number; peak: number };
  /** Ends messages and events, waits until everything has arrived or nothing more does, and counts. */
  settle(patience: number): Promise<Outcome[]>;
  stop(): Promise<void>;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function startBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'farfield-faults-'));
  const machineFile = join(folder, 'machine.json');
  const platforms = await startPlatforms();
  const { parts, subjects } = platforms;
  const ends: End[] = [];
  const nodeRed = noting(
    await startNodeRed({
      env: { FARFIELD_FAULTS: machineFile, NODE_OPTIONS: `--require ${join(__dirname, 'inside.cjs')}` },
    }),
    ends,
  );
  const flow = benchFlow(platforms);
  const credentials: Credentials = Object.assign({}, ...parts.map((part) => part.credentials()));
  await nodeRed.deploy(flow, { credentials });
  // A first start begins live: what comes before it is not promised.
  await until('everything is followed', () => parts.every((part) => part.isFollowed()));
  await wait(1000);
  ends.length = 0;
  const feed = startFeed((n) => {
    for (const part of parts) part.feed(n);
  });
  const marked = { statuses: 0, errors: 0 };
  const counts = (): Record<string, Tally> => tally(platforms, (id) => nodeRed.witnessed(id), ends);
  const status = (field: string): number =>
    Math.round(Number(new RegExp(`${field}:\\s*(\\d+)`).exec(procFile(nodeRed.pid, 'status'))?.[1]) / 1024);

  return {
    ...platforms,
    nodeRed,
    flow,
    credentials,
    machine: (faults) => writeFileSync(machineFile, JSON.stringify({ clock: 0, sync: 0, ...faults })),
    mark() {
      marked.statuses = nodeRed.witnessed('statuses').length;
      marked.errors = nodeRed.witnessed('errors').length;
      // "5" sets the peak (VmHWM) back: proc(5).
      writeFileSync(`/proc/${nodeRed.pid}/clear_refs`, '5');
    },
    memory: () => ({ now: status('VmRSS'), peak: status('VmHWM') }),
    async settle(patience) {
      feed.stop();
      await nodeRed.inject('halt');
      const limit = performance.now() + patience;
      // What a wire has lost will not come.
      const lasting = Object.keys(subjects).filter((id) => !subjects[id]?.wire);
      for (;;) {
        const now = counts();
        if (lasting.every((id) => missing(now[id] as Tally) === 0) || performance.now() > limit) break;
        await wait(250);
      }
      // What comes twice would come now.
      await wait(1500);
      const final = counts();
      return Object.entries(subjects).map(([id, subject]) =>
        outcomeOf(id, subject, final[id] as Tally, nodeRed, marked, ends.length > 0),
      );
    },
    async stop() {
      feed.stop();
      await nodeRed.dispose();
      await platforms.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same Node-RED; when it ends, or deploys, is noted. */
function noting(nodeRed: NodeRedProcess, ends: End[]): NodeRedProcess {
  const noted =
    <A extends unknown[]>(action: (...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      const end: End = { from: Date.now(), to: Number.POSITIVE_INFINITY };
      ends.push(end);
      await action(...args);
      end.to = Date.now();
    };
  return Object.create(nodeRed, {
    kill9: { value: noted(nodeRed.kill9) },
    stop: { value: noted(nodeRed.stop) },
    deploy: { value: noted(nodeRed.deploy) },
  }) as NodeRedProcess;
}

function outcomeOf(
  node: string,
  subject: Subject,
  counted: Tally,
  nodeRed: NodeRedProcess,
  marked: { statuses: number; errors: number },
  interrupted: boolean,
): Outcome {
  const texts = nodeRed
    .witnessed('statuses')
    .slice(marked.statuses)
    .map(({ message }) => message.status as { text?: string; source?: { id?: string } } | undefined)
    .filter((status) => status?.source?.id === node)
    .map((status) => wordsOf(status?.text));
  const codes = nodeRed
    .witnessed('errors')
    .slice(marked.errors)
    .map(({ message }) => message.error as { code?: string; source?: { id?: string } })
    .filter(({ source }) => source?.id === node)
    .map(({ code }) => String(code));
  const outcome = {
    node,
    title: subject.title,
    promised: subject.promised,
    sent: counted.wanted.length,
    received: new Set(counted.arrived).size,
    lost: missing(counted),
    doubled: repeated(counted),
    statuses: [...new Set(texts)].join(', ') || '–',
    errors:
      [...new Set(codes)].map((code) => `${code} × ${codes.filter((each) => each === code).length}`).join(', ') || '–',
  };
  return { ...outcome, broken: brokenPromises(subject, outcome, counted, !interrupted && texts.length === 0) };
}

/** `green`: the node was connected all the time. */
function brokenPromises(
  subject: Subject,
  { sent, lost }: Omit<Outcome, 'broken'>,
  counted: Tally,
  green: boolean,
): string[] {
  const broken: string[] = [];
  // What has measured nothing proves nothing.
  if (sent === 0) broken.push('nothing was sent to it');
  // What goes over a wire while nobody listens is gone, and a red node says so.
  if (lost > 0 && (!subject.wire || green)) broken.push(`lost ${lost} of ${sent}`);
  const ends = ['request', 'failing'].includes(subject.promised);
  const silent = ends ? neverEnded(counted) : 0;
  if (silent > 0) broken.push(`${silent} messages were neither done nor an error`);
  const twice = endedTwice(subject, counted);
  if (twice > 0) broken.push(`ended ${twice} messages twice`);
  return broken;
}

function procFile(pid: number, name: string): string {
  return readFileSync(`/proc/${pid}/${name}`, 'utf8');
}

/** Without counts and times, in which each status of a kind differs. */
function wordsOf(status = ''): string {
  const words = status.replace(/, retry at [\d:]+/, '').replace(/( ·)? ?\d\d:\d\d:\d\d/, '');
  return words.replace(/\d+ ?/g, '').trim() || '–';
}
