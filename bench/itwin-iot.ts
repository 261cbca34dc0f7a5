import { type ItwinSimulator, startItwinSimulator } from '../simulators/itwin-iot';
import { judge, median } from './support/figures';
import { forkHost, type Host } from './support/fork-host';
import type { Measured } from './support/protocol';
import { startUpdateServer, type UpdateServer } from './support/update-server';

const POINTS = 100_000;
const UPDATES = 50_000;
const ROUNDS = 7;

/** Points in one answer of `getData`: the platform's own number is not documented. */
const CHUNKS = [1000, 10_000];

/**
 * Reads a long history into a flow, and follows a subscription in turn with `itwin-iot-subscribe` and with core's
 * `websocket in` and `json`, which get the same texts of the same server.
 */
export async function bench(): Promise<boolean> {
  const server = await startUpdateServer(UPDATES);
  const host = await forkHost();
  try {
    return [await benchHistory(host), await benchUpdates(host, server)].every(Boolean);
  } finally {
    await host.stop();
    server.stop();
  }
}

async function benchHistory(host: Host): Promise<boolean> {
  let holds = true;
  for (const chunkSize of CHUNKS) {
    const simulator = await startItwinSimulator({ stored: POINTS, live: false, chunkSize });
    const key = { account: { apiKey: simulator.apiKey } };
    try {
      for (const deliver of ['whole', 'sequence']) {
        const messages = deliver === 'whole' ? 1 : POINTS / chunkSize;
        const rounds: Measured[] = [];
        for (let round = 0; round <= ROUNDS; round++) {
          const measured = await host.run(historyFlow(simulator, deliver), key, messages);
          if (round > 0) rounds.push(measured);
        }
        const what = `${POINTS} points of getData, ${chunkSize} an answer, ${deliver}`;
        console.log(`${what}: ${rounds.map((each) => describe(each, POINTS)).join('; ')}`);
        holds = [
          judge(`${what}: event-loop delay p99`, median(rounds.map((each) => each.delayP99)), { atMost: 50 }, ' ms'),
          judge('heap left over after a run', worst(rounds, 'heapGrowth'), { atMost: 5 }, ' MiB'),
          holds,
        ].every(Boolean);
      }
    } finally {
      await simulator.stop();
    }
  }
  return holds;
}

async function benchUpdates(host: Host, server: UpdateServer): Promise<boolean> {
  const rounds: { core: Measured; node: Measured }[] = [];
  console.log(`${UPDATES} updates of a subscription, ${ROUNDS} rounds after one that is not counted`);
  for (let round = 0; round <= ROUNDS; round++) {
    const core = await host.run(coreFlow(server), {}, UPDATES);
    const node = await host.run(nodeFlow(server, round), { account: { apiKey: 'any' } }, UPDATES);
    if (round === 0) continue;
    rounds.push({ core, node });
    console.log(`round ${round}: core ${describe(core, UPDATES)}; itwin-iot-subscribe ${describe(node, UPDATES)}`);
  }
  const nodes = rounds.map(({ node }) => node);
  return [
    judge(
      'processor time of itwin-iot-subscribe / core',
      median(rounds.map(({ core, node }) => node.cpuSeconds / core.cpuSeconds)),
      { atMost: 1 },
    ),
    judge('event-loop delay p99', median(nodes.map((each) => each.delayP99)), { atMost: 50 }, ' ms'),
    judge('heap left over after a run', worst(nodes, 'heapGrowth'), { atMost: 5 }, ' MiB'),
    judge('resident memory at the worst moment', worst(nodes, 'peakGrowth'), { atMost: 20 }, ' MiB'),
  ].every(Boolean);
}

function worst(rounds: readonly Measured[], figure: 'heapGrowth' | 'peakGrowth'): number {
  return Math.max(...rounds.map((each) => each[figure]));
}

function describe(
  { seconds, cpuSeconds, delayP99, delayMax, heapGrowth, peakGrowth }: Measured,
  count: number,
): string {
  const cost = ((cpuSeconds * 1e6) / count).toFixed(1);
  const memory = `heap ${heapGrowth.toFixed(1)}, peak ${peakGrowth.toFixed(0)} MiB`;
  return `${Math.round(count / seconds)}/s (cpu ${cost} µs each, delay p99 ${delayP99.toFixed(0)}, max ${delayMax.toFixed(0)} ms, ${memory})`;
}

const PLACE = { z: 'flow', x: 0, y: 0 };
const SINK = { id: 'sink', type: 'bench-sink', ...PLACE };

function historyFlow({ socketUrl, url, sensorIds }: ItwinSimulator, deliver: string): object[] {
  const params = { sensor: sensorIds[0], metric: 'RH', unit: '%' };
  return [
    { id: 'flow', type: 'tab' },
    account(socketUrl, url),
    { id: 'start', type: 'inject', ...PLACE, props: [], repeat: '', once: true, onceDelay: 0.001, wires: [['query']] },
    {
      id: 'query',
      type: 'itwin-iot-query',
      ...PLACE,
      account: 'account',
      operation: 'getData',
      params,
      deliver,
      wires: [['sink']],
    },
    SINK,
  ];
}

function coreFlow({ plainUrl }: UpdateServer): object[] {
  return [
    { id: 'flow', type: 'tab' },
    { id: 'client', type: 'websocket-client', path: plainUrl, wholemsg: 'false' },
    { id: 'in', type: 'websocket in', ...PLACE, client: 'client', wires: [['json']] },
    { id: 'json', type: 'json', ...PLACE, property: 'payload', action: '', wires: [['sink']] },
    SINK,
  ];
}

function nodeFlow({ apiUrl }: UpdateServer, round: number): object[] {
  return [
    { id: 'flow', type: 'tab' },
    account(apiUrl, apiUrl.replace('ws:', 'http:')),
    // Each round under an id of its own: it would ask for what came since the last one.
    {
      id: `subscribe-${round}`,
      type: 'itwin-iot-subscribe',
      ...PLACE,
      account: 'account',
      subscription: 'data',
      ids: ['/fn/6C4F6D/node/telosb/mote1/device/humidity-temperature/sensor'],
      metric: 'RH',
      unit: '%',
      backfill: true,
      wires: [['sink']],
    },
    SINK,
  ];
}

function account(url: string, restUrl: string): object {
  return { id: 'account', type: 'itwin-iot-account', url, restUrl, auth: 'apikey' };
}
