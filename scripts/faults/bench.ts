import { readFileSync } from 'node:fs';
import { startItwinSimulator } from '../../simulators/itwin-iot';
import { OBSERVATION_TOPIC, startXdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witness, witnessedTab, xdpAccount } from '../../test/support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../../test/support/itwin';
import { type NodeRedProcess, startNodeRed } from '../../test/support/node-red-process';
import { startFeed } from '../../test/support/steady-feed';
import { until } from '../../test/support/until';

/** How one node did: what was sent to it or for it, and what came out at the other end. */
export interface Outcome {
  node: string;
  sent: number;
  received: number;
  lost: number;
  doubled: number;
  /** Statuses that it showed while the fault lasted, and the last one. */
  statuses: string;
  /** Codes of errors that Catch nodes got, with their number. */
  errors: string;
}

/** Both platforms, a Node-RED with every kind of node that promises something, and messages without end. */
export interface Bench {
  readonly nodeRed: NodeRedProcess;
  readonly xdp: Awaited<ReturnType<typeof startXdpSimulator>>;
  readonly itwin: Awaited<ReturnType<typeof startItwinSimulator>>;
  readonly flow: readonly FlowNode[];
  readonly credentials: Record<string, Record<string, string>>;
  /** Statuses from now on count as those during the fault. */
  mark(): void;
  /** Resident memory of Node-RED in megabytes. */
  memory(): number;
  /** Ends the feed, waits until everything has arrived or nothing more does, and counts. */
  settle(patience: number): Promise<Outcome[]>;
  stop(): Promise<void>;
}

const UPLOADS = ['record-disk', 'record-memory', 'upload-disk'] as const;
const INPUTS = ['events', 'data'] as const;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function startBench(): Promise<Bench> {
  const xdp = await startXdpSimulator({ live: false, heartbeat: 0.3 });
  const itwin = await startItwinSimulator({ live: false });
  const nodeRed = await startNodeRed();
  const sensors = itwin.sensorIds.slice(0, 2);
  const [uploadSensor = ''] = itwin.sensorIds.slice(2, 3);
  const flow: FlowNode[] = [
    ...witnessedTab(),
    { ...xdpAccount(xdp), id: 'xdp', timeout: 3, retryMax: 2 },
    { ...itwinAccount(itwin, { keepalive: 0.5, timeout: 3, retryMax: 2 }), id: 'itwin' },
    {
      id: 'events',
      type: 'xdp-events',
      z: 'flow',
      account: 'xdp',
      stream: 'recordings',
      eventTypes: ['ObservationRecorded'],
      resume: true,
      idleTimeout: 2,
      wires: [['out']],
    },
    {
      id: 'data',
      type: 'itwin-iot-subscribe',
      z: 'flow',
      account: 'itwin',
      subscription: 'data',
      ids: sensors,
      metric: 'RH',
      unit: '%',
      backfill: true,
      wires: [['out']],
    },
    { id: 'tick', type: 'inject', z: 'flow', props: [], repeat: '0.1', crontab: '', wires: [['count']] },
    {
      id: 'count',
      type: 'function',
      z: 'flow',
      outputs: 1,
      // Numbers that no run before has used, over kills too.
      func: `const run = context.get('run') || Date.now() * 1000;
context.set('run', run);
const n = context.get('n') || 0;
context.set('n', n + 1);
return { payload: { n: run + n }, n: run + n };`,
      wires: [['as-recording', 'as-observation']],
    },
    {
      id: 'as-recording',
      type: 'function',
      z: 'flow',
      outputs: 1,
      func: 'return msg;',
      wires: [['record-disk', 'record-memory']],
    },
    {
      id: 'as-observation',
      type: 'function',
      z: 'flow',
      outputs: 1,
      func: `return { payload: { RH: msg.payload.n, T: 20 }, n: msg.payload.n };`,
      wires: [['upload-disk']],
    },
    {
      id: 'record-disk',
      type: 'xdp-record',
      z: 'flow',
      account: 'xdp',
      source: 'disk-data-up-json',
      nwkAddr: '7',
      offline: 'disk',
      wires: [[]],
    },
    {
      id: 'record-memory',
      type: 'xdp-record',
      z: 'flow',
      account: 'xdp',
      source: 'memory-data-up-json',
      nwkAddr: '7',
      offline: 'memory',
      wires: [[]],
    },
    {
      id: 'upload-disk',
      type: 'itwin-iot-upload',
      z: 'flow',
      account: 'itwin',
      via: 'rest',
      sensorId: uploadSensor,
      offline: 'disk',
      wires: [[]],
    },
    ...UPLOADS.flatMap((id) => [
      { id: `complete-${id}`, type: 'complete', z: 'flow', scope: [id], wires: [[`done-${id}`]] },
      witness(`done-${id}`),
    ]),
    { id: 'status', type: 'status', z: 'flow', scope: [...INPUTS, ...UPLOADS], wires: [['statuses']] },
    witness('statuses'),
  ];
  const credentials = {
    xdp: { username: xdp.username, password: xdp.password },
    itwin: Object.values(itwinCredentials(itwin))[0] ?? {},
  };
  await nodeRed.deploy(flow, { credentials });
  // A first start begins live: what comes before it is not promised.
  await until('both platforms are followed', () => {
    return itwin.counters.openSubscriptions === sensors.length && xdp.counters.openStreams === 1;
  });
  await wait(1000);
  let at = 0;
  const feed = startFeed((n) => {
    if (n % 4 !== 0) return;
    xdp.append({ data: { n }, nwkAddr: 7, source: OBSERVATION_TOPIC });
    // A sensor observes once in a millisecond.
    at = Math.max(at + 1, Date.now());
    itwin.append({
      sensorId: sensors[(n / 4) % 2] ?? '',
      timestamp: new Date(at).toISOString(),
      values: { RH: n, T: 20 },
    });
  });
  let marked = { statuses: 0, errors: 0 };

  /** What should have come and what has, by node. */
  const counts = (): Record<string, { wanted: string[]; got: string[] }> => {
    const out = nodeRed.witnessed('out').map(({ message }) => message);
    const kept = (id: string): string[] => nodeRed.witnessed(`done-${id}`).map(({ message }) => String(message.n));
    const recorded = (source: string): string[] =>
      xdp.counters.received
        .filter((each) => each.source === source)
        .map(({ data }) => String((data as { n: number }).n));
    return {
      events: {
        wanted: xdp
          .recordings()
          .filter(({ source }) => source === OBSERVATION_TOPIC)
          .map(({ offset }) => offset),
        got: out
          .filter(({ event, topic }) => event === 'ObservationRecorded' && topic === OBSERVATION_TOPIC)
          .map(({ offset }) => String(offset)),
      },
      data: {
        wanted: sensors.flatMap((sensor) =>
          itwin.observations(sensor).map(({ timestamp }) => `${sensor} ${timestamp}`),
        ),
        got: out.filter(({ event }) => event === 'data').map(({ device, time }) => `${device} ${time}`),
      },
      'record-disk': { wanted: kept('record-disk'), got: recorded('disk-data-up-json') },
      'record-memory': { wanted: kept('record-memory'), got: recorded('memory-data-up-json') },
      'upload-disk': {
        wanted: kept('upload-disk'),
        got: itwin.counters.received
          .filter(({ sensorId }) => sensorId === uploadSensor)
          .map(({ values }) => String(values.RH)),
      },
    };
  };

  const missing = ({ wanted, got }: { wanted: string[]; got: string[] }): number => {
    const come = new Set(got);
    return wanted.filter((each) => !come.has(each)).length;
  };

  return {
    nodeRed,
    xdp,
    itwin,
    flow,
    credentials,
    mark() {
      marked = { statuses: nodeRed.witnessed('statuses').length, errors: nodeRed.witnessed('errors').length };
    },
    memory: () =>
      Math.round(Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${nodeRed.pid}/status`, 'utf8'))?.[1]) / 1024),
    async settle(patience) {
      feed.stop();
      const limit = performance.now() + patience;
      while (performance.now() < limit && Object.values(counts()).some((each) => missing(each) > 0)) await wait(250);
      // Messages go on being made: what was done by now has to arrive, and what comes twice would come now.
      const wantedOf = counts();
      await wait(1500);
      const statuses = nodeRed.witnessed('statuses').slice(marked.statuses);
      const errors = nodeRed
        .witnessed('errors')
        .slice(marked.errors)
        .map(({ message }) => message.error as { code?: string; source?: { id?: string } });
      return Object.entries(counts()).map(([node, { got: arrived }]) => {
        const each = { wanted: wantedOf[node]?.wanted ?? [], got: arrived };
        const texts = statuses
          .filter(({ message }) => (message.status as { source?: { id?: string } } | undefined)?.source?.id === node)
          .map(({ message }) => String((message.status as { text?: string }).text ?? ''))
          .map((text) => text.replace(/\d+ ?/g, '').trim() || '–');
        const codes = errors.filter(({ source }) => source?.id === node).map(({ code }) => String(code));
        const got = new Set(each.got);
        return {
          node,
          sent: each.wanted.length,
          received: got.size,
          lost: missing(each),
          doubled: each.got.length - got.size,
          statuses: [...new Set(texts)].join(', ') || '–',
          errors:
            [...new Set(codes)].map((code) => `${code} × ${codes.filter((each) => each === code).length}`).join(', ') ||
            '–',
        };
      });
    },
    async stop() {
      feed.stop();
      await nodeRed.dispose();
      await Promise.all([xdp.stop(), itwin.stop()]);
    },
  };
}
