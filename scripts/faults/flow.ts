import { PLATFORMS } from '../../test/platforms';
import type { Simulator } from '../../test/platforms/descriptor';
import type { FaultBench, Subject } from '../../test/platforms/fault-bench';
import { type FlowNode, functionNode, witness, witnessedTab } from '../../test/support/flow-nodes';

/** The platforms of the bench, started. */
export interface Platforms {
  readonly parts: readonly FaultBench[];
  /** The nodes that are judged, by id, in the order of the table. */
  readonly subjects: Readonly<Record<string, Subject>>;
  stop(): Promise<void>;
}

/** Starts the simulators; they make nothing but what they are fed with. */
export async function startPlatforms(): Promise<Platforms> {
  const simulators: Simulator[] = [];
  const parts: FaultBench[] = [];
  for (const platform of PLATFORMS) {
    const simulator = await platform.start({ live: false });
    simulators.push(simulator);
    parts.push(platform.faultBench(simulator));
  }
  return {
    parts,
    subjects: Object.assign({}, ...parts.map(({ subjects }) => subjects)),
    async stop() {
      await Promise.all(simulators.map((simulator) => simulator.stop()));
    },
  };
}

/** A flow with every kind of node, and messages to them without end until `halt` is injected. */
export function benchFlow({ parts, subjects }: Platforms): FlowNode[] {
  const done = Object.entries(subjects).flatMap(([id, { promised }]) =>
    promised === 'input' || promised === 'port' ? [] : [id],
  );
  return [
    ...witnessedTab(),
    ...ticking(
      'uploads',
      0.1,
      parts.flatMap(({ takes }) => takes.uploads),
    ),
    ...ticking(
      'requests',
      0.3,
      parts.flatMap(({ takes }) => takes.requests),
    ),
    ...parts.flatMap((part) => part.nodes()),
    ...done.flatMap((id) => [
      { id: `complete-${id}`, type: 'complete', z: 'flow', scope: [id], wires: [[`done-${id}`]] },
      witness(`done-${id}`),
    ]),
    { id: 'status', type: 'status', z: 'flow', scope: Object.keys(subjects), wires: [['statuses']] },
    witness('statuses'),
    { id: 'halt', type: 'inject', z: 'flow', props: [], repeat: '', crontab: '', wires: [['halted']] },
    functionNode('halted', `flow.set('halted', true);`),
  ];
}

/** Messages with running numbers that no run before has used, over kills too. */
function ticking(name: string, seconds: number, to: readonly string[]): FlowNode[] {
  const count = `if (flow.get('halted')) return;
const run = context.get('run') || Date.now() * 1000;
context.set('run', run);
const n = (context.get('n') || 0) + 1;
context.set('n', n);
return { payload: { n: run + n }, n: run + n };`;
  return [
    {
      id: `tick-${name}`,
      type: 'inject',
      z: 'flow',
      props: [],
      repeat: String(seconds),
      crontab: '',
      wires: [[`count-${name}`]],
    },
    functionNode(`count-${name}`, count, [`asked-${name}`, ...to]),
    witness(`asked-${name}`),
  ];
}
