import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { judge, median } from './support/figures';
import { forkHost } from './support/fork-host';
import type { Measured } from './support/protocol';

const RECORDINGS = 300_000;
const ROUNDS = 5;

interface Target {
  url: string;
  namespace: string;
  username: string;
  password: string;
}

/**
 * Replays stored recordings into a flow, in turn with `xdp-events` and with a node that does the least any such node
 * must do (support/host.ts), in one process on one server.
 */
export async function bench(): Promise<boolean> {
  const { simulator, target } = await forkSimulator();
  const host = await forkHost();
  const rounds: { bare: Measured; node: Measured }[] = [];
  try {
    console.log(`${RECORDINGS} stored recordings, ${ROUNDS} rounds after one that is not counted`);
    for (let round = 0; round <= ROUNDS; round++) {
      const bare = await host.run(bareFlow(target), {}, RECORDINGS + 1);
      const node = await host.run(nodeFlow(target, round), credentialsOf(target), RECORDINGS + 1);
      if (round === 0) continue;
      rounds.push({ bare, node });
      console.log(`round ${round}: bare ${describe(bare)}; xdp-events ${describe(node)}`);
    }
  } finally {
    await host.stop();
    simulator.disconnect();
    await once(simulator, 'exit');
  }
  return [
    judge('speed of xdp-events / bare', median(rounds.map(({ bare, node }) => bare.seconds / node.seconds)), {
      atLeast: 0.8,
    }),
    judge('event-loop delay p99 of xdp-events', median(rounds.map(({ node }) => node.delayP99)), { atMost: 50 }, ' ms'),
    judge('heap left over after a run', Math.max(...rounds.map(({ node }) => node.heapGrowth)), { atMost: 5 }, ' MiB'),
    judge(
      'resident memory at the worst moment',
      Math.max(...rounds.map(({ node }) => node.peakGrowth)),
      { atMost: 20 },
      ' MiB',
    ),
  ].every(Boolean);
}

function describe({ seconds, cpuSeconds, delayP99, delayMax, heapGrowth, peakGrowth }: Measured): string {
  const speed = Math.round(RECORDINGS / seconds);
  const memory = `heap ${heapGrowth.toFixed(1)}, peak ${peakGrowth.toFixed(0)} MiB`;
  return `${speed}/s (cpu ${cpuSeconds.toFixed(1)} s, delay p99 ${delayP99.toFixed(0)}, max ${delayMax.toFixed(0)} ms, ${memory})`;
}

async function forkSimulator(): Promise<{ simulator: ChildProcess; target: Target }> {
  const simulator = fork(join(import.meta.dirname, 'support/simulator.ts'), [String(RECORDINGS)], {
    execArgv: ['--import', 'tsx'],
  });
  const [target] = (await once(simulator, 'message')) as [Target];
  return { simulator, target };
}

function bareFlow(target: Target): object[] {
  return [
    { id: 'flow', type: 'tab' },
    { id: 'bare', type: 'bench-bare', z: 'flow', x: 0, y: 0, ...target, wires: [['sink']] },
    { id: 'sink', type: 'bench-sink', z: 'flow', x: 0, y: 0 },
  ];
}

function nodeFlow({ url, namespace }: Target, round: number): object[] {
  return [
    { id: 'flow', type: 'tab' },
    { id: 'account', type: 'xdp-account', url, namespace },
    // Each round under an id of its own: the cursor of the last one would leave nothing to replay.
    {
      id: `events-${round}`,
      type: 'xdp-events',
      z: 'flow',
      x: 0,
      y: 0,
      account: 'account',
      stream: 'recordings',
      resume: true,
      wires: [['sink']],
    },
    { id: 'sink', type: 'bench-sink', z: 'flow', x: 0, y: 0 },
  ];
}

function credentialsOf({ username, password }: Target): Record<string, object> {
  return { account: { username, password } };
}
