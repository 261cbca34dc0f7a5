import { strict as assert } from 'node:assert';
import { OBSERVATION_TOPIC, startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witnessedTab, xdpAccount, xdpCredentials } from '../support/flow-nodes';
import { type DeployType, type Inventory, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

const ROUNDS = 50;

const FOLLOWED = ['recordings', 'end-devices'];
const QUERIED = 'observation-types';

/** Node-RED itself gives a node up after 15 s. */
const NODE_RED_LIMIT = 15_000;

describe('redeploys of a real Node-RED', () => {
  let nodeRed: NodeRedProcess;
  let simulator: XdpSimulator;

  before(async function () {
    this.timeout(120_000);
    simulator = await startXdpSimulator({ live: false, stored: 20 });
    nodeRed = await startNodeRed();
  });
  after(async () => {
    await nodeRed.dispose();
    await simulator.stop();
  });

  /** Every node type, the streams twice over and the outbox in each of its modes. */
  const flow = (): FlowNode[] => [
    ...witnessedTab(),
    xdpAccount(simulator),
    ...FOLLOWED.map((stream) => ours(`events-${stream}`, 'xdp-events', { stream, resume: true })),
    ours('query', 'xdp-query', { stream: QUERIED }),
    ours('provision', 'xdp-provision', { operation: 'putEndDeviceType' }),
    ...['fail', 'memory', 'disk'].map((offline) =>
      ours(`record-${offline}`, 'xdp-record', { offline, source: OBSERVATION_TOPIC, nwkAddr: '7' }),
    ),
    {
      id: 'work',
      type: 'inject',
      z: 'flow',
      props: [],
      repeat: '',
      wires: [['query', 'provision', 'record-fail', 'record-memory', 'record-disk']],
    },
  ];
  const ours = (id: string, type: string, properties: Record<string, unknown>): FlowNode => ({
    id,
    type,
    z: 'flow',
    account: 'account',
    wires: [['out']],
    ...properties,
  });

  /** The flow as a person leaves it who changes one node, then another, then the account, and so on. */
  const changed = (round: number): FlowNode[] => {
    const nodes = flow();
    const own = nodes.filter(({ type }) => type.startsWith('xdp-'));
    const names = own.map(({ id }, index) => [id, `changed ${Math.floor((round + index) / own.length)} times`]);
    return nodes.map((node) => ({
      ...node,
      ...(node.type.startsWith('xdp-') && { name: Object.fromEntries(names)[node.id] }),
    }));
  };

  const work = (): Promise<void> =>
    nodeRed.inject('work', { payload: { name: 'Type' }, params: { topic: 'x-data-up-mac-payload' } });

  const opened = (): number =>
    FOLLOWED.reduce((sum, stream) => sum + (simulator.counters.requests[`GET /${stream}/events`] ?? 0), 0);

  let deployed: FlowNode[] = [];

  /** Deploys, and waits until every stream that this should open is open and no other one. */
  const deploy = async (nodes: FlowNode[], type: DeployType): Promise<void> => {
    const isNew = (id: unknown): boolean =>
      type !== 'nodes' ||
      JSON.stringify(nodes.find((node) => node.id === id)) !== JSON.stringify(deployed.find((node) => node.id === id));
    const streams = nodes.filter((node) => node.type === 'xdp-events');
    const wanted = opened() + streams.filter(({ id, account }) => isNew(id) || isNew(account)).length;
    // As the editor does: what has not been typed anew stays as it is.
    const known = deployed.some(({ id }) => id === 'account');
    await nodeRed.deploy(nodes, { type, credentials: known ? {} : xdpCredentials(simulator) });
    deployed = nodes;
    await until(
      `${wanted} streams opened in all and ${streams.length} of them open`,
      () => opened() >= wanted && simulator.counters.openStreams === streams.length,
    );
    assert.equal(opened(), wanted, 'no stream was opened twice');
  };

  const deployNothing = async (): Promise<Inventory> => {
    await deploy([], 'full');
    await until('no connection is open', () => simulator.counters.openConnections === 0);
    return nodeRed.inventory();
  };

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
      assert.equal(simulator.counters.openStreams, 2);
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
    const asked = (): number => simulator.counters.requests[`GET /${QUERIED}/events`] ?? 0;
    const queries = asked();
    simulator.faults.halfOpen();
    await work();
    await until('the query is under way', () => asked() > queries);
    const start = Date.now();
    await nodeRed.deploy([]);
    const took = Date.now() - start;
    simulator.faults.clear();
    assert.ok(took < NODE_RED_LIMIT, `the deploy took ${took} ms`);
    assert.doesNotMatch(nodeRed.log, /[Cc]lose timed out|Error stopping node/);
    await until('no connection is open', () => simulator.counters.openConnections === 0);
  });
});

/** What there is more of now, in words. */
function grown(before: Record<string, number>, now: Record<string, number>): string[] {
  return Object.entries(now).flatMap(([kind, count]) => {
    const was = before[kind] ?? 0;
    return count > was ? [`${kind}: ${was} → ${count}`] : [];
  });
}
