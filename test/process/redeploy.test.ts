import { strict as assert } from 'node:assert';
import { PLATFORMS } from '../platforms';
import type { Redeploy, Simulator } from '../platforms/descriptor';
import { type FlowNode, witnessedTab } from '../support/flow-nodes';
import { type DeployType, type Inventory, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

/** `npm run soak` asks for more. */
const ROUNDS = Number(process.env.FARFIELD_REDEPLOYS ?? 15);

/** Node-RED itself gives a node up after 15 s. */
const NODE_RED_LIMIT = 15_000;

describe('redeploys of a real Node-RED', () => {
  let nodeRed: NodeRedProcess;
  const simulators: Simulator[] = [];
  let parts: Redeploy[] = [];

  before(async function () {
    this.timeout(120_000);
    parts = [];
    for (const platform of PLATFORMS) {
      const simulator = await platform.start({ live: false, stored: 20 });
      simulators.push(simulator);
      parts.push(platform.redeploy(simulator));
    }
    nodeRed = await startNodeRed();
  });
  after(async () => {
    await nodeRed.dispose();
    await Promise.all(simulators.map((simulator) => simulator.stop()));
  });

  const jobs = (): { id: string; message: Record<string, unknown>; nodes: readonly string[] }[] =>
    parts.flatMap(({ work: all }) => all).map((job, index) => ({ id: `work-${index}`, ...job }));

  /** Every node type, the streams twice over and the outbox in each of its modes. */
  const flow = (): FlowNode[] => [
    ...witnessedTab(),
    ...parts.flatMap((part) => part.nodes()),
    ...jobs().map(({ id, nodes }) => ({ id, type: 'inject', z: 'flow', props: [], repeat: '', wires: [nodes] })),
  ];

  const work = async (): Promise<void> => {
    for (const { id, message } of jobs()) await nodeRed.inject(id, message);
  };

  const sum = (figure: (part: Redeploy) => number): number => parts.reduce((all, part) => all + figure(part), 0);

  /** The flow as a person leaves it who changes one node, then another, then the account, and so on. */
  const changed = (round: number): FlowNode[] => {
    const nodes = flow();
    const own = nodes.filter(isOurs);
    const names = own.map(({ id }, index) => [id, `changed ${Math.floor((round + index) / own.length)} times`]);
    return nodes.map((node) => ({
      ...node,
      ...(isOurs(node) && { name: Object.fromEntries(names)[node.id] }),
    }));
  };

  /** Streams opened so far, and open now. */
  const opened = (): number => sum((part) => part.opened());
  const open = (): number => sum((part) => part.open());
  const streamsOf = (nodes: readonly FlowNode[]): number => sum((part) => part.streamsOf(nodes));

  /** What nodes share: as many connections as there should be, or none. */
  const shared = (isDeployed: boolean): { wanted: number; open: number }[] =>
    parts.flatMap((part) => part.shared?.() ?? []).map((each) => ({ ...each, wanted: isDeployed ? each.wanted : 0 }));

  let deployed: FlowNode[] = [];

  /** Deploys, and waits until every stream that this should open is open and no other one. */
  const deploy = async (nodes: FlowNode[], type: DeployType): Promise<void> => {
    const isNew = (id: unknown): boolean =>
      type !== 'nodes' ||
      JSON.stringify(nodes.find((node) => node.id === id)) !== JSON.stringify(deployed.find((node) => node.id === id));
    const wanted = opened() + streamsOf(nodes.filter(({ id, account }) => isNew(id) || isNew(account)));
    // As the editor does: what has not been typed anew stays as it is.
    const known = deployed.length > 0;
    const credentials = known ? {} : Object.assign({}, ...parts.map((part) => part.credentials()));
    await nodeRed.deploy(nodes, { type, credentials });
    deployed = nodes;
    await until(
      `${wanted} streams opened in all and ${streamsOf(nodes)} of them open`,
      () =>
        opened() >= wanted &&
        open() === streamsOf(nodes) &&
        shared(nodes.length > 0).every((each) => each.open === each.wanted),
    );
    assert.equal(opened(), wanted, 'no stream was opened twice');
  };

  const deployNothing = async (): Promise<Inventory> => {
    await deploy([], 'full');
    await noConnection();
    return nodeRed.inventory();
  };

  const noConnection = (): Promise<void> =>
    until('no connection is open', () => sum((part) => part.connections()) === 0);

  for (const type of ['full', 'flows', 'nodes', 'reload'] as const) {
    it(`${ROUNDS} of type "${type}" leave no second stream and no timer, socket or listener`, async function () {
      this.timeout(300_000);
      await deploy(flow(), 'full');
      await work();
      const before = await deployNothing();
      await deploy(flow(), 'full');
      for (let round = 1; round <= ROUNDS; round++) {
        await work();
        await deploy(changed(round), type);
      }
      assert.equal(open(), streamsOf(flow()));
      await deployNothing();
      await nothingIsLeft(before);
    });
  }

  /** What ends in its own time, such as a socket of the editor's server, is waited for. */
  const nothingIsLeft = async (before: Inventory): Promise<void> => {
    let left: string[] = [];
    await until('the process is as it was', async () => {
      const now = await nodeRed.inventory();
      left = [...grown(before.resources, now.resources), ...grown(before.listeners, now.listeners)];
      return left.length === 0;
    }).catch(() => assert.deepEqual(left, []));
  };

  it('does not wait for a server that has stopped to answer', async function () {
    this.timeout(120_000);
    await deploy(flow(), 'full');
    const asked = (): number[] => parts.flatMap((part) => part.asked());
    const peers = parts.flatMap((part) => part.peers);
    const before = asked();
    for (const faults of peers) faults.halfOpen();
    await work();
    await until('the queries are under way', () => asked().every((count, index) => count > (before[index] ?? 0)));
    const start = Date.now();
    await nodeRed.deploy([]);
    const took = Date.now() - start;
    for (const faults of peers) faults.clear();
    assert.ok(took < NODE_RED_LIMIT, `the deploy took ${took} ms`);
    assert.doesNotMatch(nodeRed.log, /[Cc]lose timed out|Error stopping node/);
    await noConnection();
  });
});

function isOurs({ type }: FlowNode): boolean {
  return PLATFORMS.some(({ id }) => type.startsWith(`${id}-`));
}

/** What there is more of now, in words. */
function grown(before: Record<string, number>, now: Record<string, number>): string[] {
  return Object.entries(now).flatMap(([kind, count]) => {
    const was = before[kind] ?? 0;
    return count > was ? [`${kind}: ${was} → ${count}`] : [];
  });
}
