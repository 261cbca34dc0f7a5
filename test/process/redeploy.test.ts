import { strict as assert } from 'node:assert';
import { type ItwinSimulator, NODE_ID, startItwinSimulator } from '../../simulators/itwin-iot';
import { OBSERVATION_TOPIC, startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witnessedTab, xdpAccount, xdpCredentials } from '../support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../support/itwin';
import { type DeployType, type Inventory, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

/** `npm run soak` asks for more. */
const ROUNDS = Number(process.env.FARFIELD_REDEPLOYS ?? 15);

const FOLLOWED = ['recordings', 'end-devices'];
const QUERIED = 'observation-types';
const PORTS = ['1', '2'];

/** Node-RED itself gives a node up after 15 s. */
const NODE_RED_LIMIT = 15_000;

describe('redeploys of a real Node-RED', () => {
  let nodeRed: NodeRedProcess;
  let xdp: XdpSimulator;
  let itwin: ItwinSimulator;

  before(async function () {
    this.timeout(120_000);
    xdp = await startXdpSimulator({ live: false, stored: 20 });
    itwin = await startItwinSimulator({ live: false, stored: 20 });
    nodeRed = await startNodeRed();
  });
  after(async () => {
    await nodeRed.dispose();
    await xdp.stop();
    await itwin.stop();
  });

  /** Every node type, the streams twice over and the outbox in each of its modes. */
  const flow = (): FlowNode[] => [
    ...witnessedTab(),
    ...xdpNodes(),
    ...itwinNodes(),
    ...threadNodes(),
    ...Object.keys(WORK).map((id) => ({ id, type: 'inject', z: 'flow', props: [], repeat: '', wires: [workers(id)] })),
  ];

  const MODES = ['fail', 'memory', 'disk'];

  const xdpNodes = (): FlowNode[] => [
    xdpAccount(xdp),
    ...FOLLOWED.map((stream) => ours(`events-${stream}`, 'xdp-events', { stream, resume: true })),
    ours('query', 'xdp-query', { stream: QUERIED }),
    ours('provision', 'xdp-provision', { operation: 'putEndDeviceType' }),
    ...MODES.map((offline) =>
      ours(`record-${offline}`, 'xdp-record', { offline, source: OBSERVATION_TOPIC, nwkAddr: '7' }),
    ),
  ];

  const itwinNodes = (): FlowNode[] => {
    const [first = '', ...others] = itwin.sensorIds;
    const account = 'itwin-account';
    const data = { subscription: 'data', metric: 'RH', unit: '%', backfill: true };
    const series = { sensor: first, metric: 'RH', unit: '%' };
    return [
      itwinAccount(itwin, { id: account }),
      ours('data-1', 'itwin-iot-subscribe', { account, ...data, ids: [first] }),
      ours('data-3', 'itwin-iot-subscribe', { account, ...data, ids: others }),
      ours('nodes', 'itwin-iot-subscribe', { account, subscription: 'nodes', ids: [NODE_ID] }),
      ours('read-nodes', 'itwin-iot-query', { account, operation: 'listNodes' }),
      ours('read-data', 'itwin-iot-query', { account, operation: 'getData', params: series, deliver: 'sequence' }),
      ours('update', 'itwin-iot-provision', { account, operation: 'updateNode', params: { node: NODE_ID } }),
      ...MODES.map((offline) =>
        ours(`upload-${offline}`, 'itwin-iot-upload', { account, offline, sensorId: first, via: 'socket' }),
      ),
    ];
  };

  const threadNodes = (): FlowNode[] => [
    { id: 'thread', type: 'itwin-iot-thread', url: itwin.edge.url, wsUrl: itwin.edge.wsUrl },
    ...PORTS.map((port) => ours(`port-${port}`, 'itwin-iot-thread-in', { thread: 'thread', port })),
    ours('write', 'itwin-iot-thread-out', { thread: 'thread', port: PORTS[0], wires: [] }),
    ours('ask', 'itwin-iot-thread-command', { thread: 'thread', operation: 'getTime' }),
  ];

  const ours = (id: string, type: string, properties: Record<string, unknown>): FlowNode => ({
    id,
    type,
    z: 'flow',
    account: 'account',
    wires: [['out']],
    ...properties,
  });

  /** What each platform is given to do. */
  const WORK: Record<string, { message: Record<string, unknown>; nodes: () => FlowNode[] }> = {
    'work-xdp': { message: { payload: { name: 'Type' }, params: { topic: 'x-data-up-mac-payload' } }, nodes: xdpNodes },
    'work-itwin': { message: { payload: { RH: 50, T: 20 } }, nodes: itwinNodes },
    'work-thread': { message: { payload: 'hello' }, nodes: threadNodes },
  };

  const workers = (work: string): string[] =>
    (WORK[work]?.nodes() ?? []).flatMap(({ id, z, type }) =>
      z === undefined || /-(events|subscribe|in)$/.test(type) ? [] : [id],
    );

  const work = async (): Promise<void> => {
    for (const [id, { message }] of Object.entries(WORK)) await nodeRed.inject(id, message);
  };

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

  /** Streams opened so far. All nodes at a port share one, which stays open while one of them does. */
  const opened = (): number =>
    FOLLOWED.reduce((sum, stream) => sum + (xdp.counters.requests[`GET /${stream}/events`] ?? 0), 0) +
    itwin.counters.subscriptions;

  const open = (): number => xdp.counters.openStreams + itwin.counters.openSubscriptions;

  const openPorts = (): number => PORTS.reduce((sum, port) => sum + itwin.edge.devicePort(Number(port)).clients, 0);

  let deployed: FlowNode[] = [];

  /** Deploys, and waits until every stream that this should open is open and no other one. */
  const deploy = async (nodes: FlowNode[], type: DeployType): Promise<void> => {
    const isNew = (id: unknown): boolean =>
      type !== 'nodes' ||
      JSON.stringify(nodes.find((node) => node.id === id)) !== JSON.stringify(deployed.find((node) => node.id === id));
    const wanted = opened() + streamsOf(nodes.filter(({ id, account }) => isNew(id) || isNew(account)));
    const ports = nodes.length > 0 ? PORTS.length : 0;
    // As the editor does: what has not been typed anew stays as it is.
    const known = deployed.some(({ id }) => id === 'account');
    const { account } = itwinCredentials(itwin);
    const credentials = known ? {} : { ...xdpCredentials(xdp), 'itwin-account': account ?? {} };
    await nodeRed.deploy(nodes, { type, credentials });
    deployed = nodes;
    await until(
      `${wanted} streams opened in all and ${streamsOf(nodes)} of them open`,
      () => opened() >= wanted && open() === streamsOf(nodes) && openPorts() === ports,
    );
    assert.equal(opened(), wanted, 'no stream was opened twice');
    assert.equal(itwin.counters.openConnections, nodes.length > 0 ? 1 : 0, 'one socket for all nodes of an account');
  };

  const deployNothing = async (): Promise<Inventory> => {
    await deploy([], 'full');
    await noConnection();
    return nodeRed.inventory();
  };

  const noConnection = (): Promise<void> =>
    until(
      'no connection is open',
      () =>
        xdp.counters.openConnections === 0 &&
        itwin.counters.openConnections === 0 &&
        itwin.edge.counters.openConnections === 0,
    );

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
    const asked = (): number[] => [
      xdp.counters.requests[`GET /${QUERIED}/events`] ?? 0,
      itwin.counters.requests['GET /nodes/all'] ?? 0,
      itwin.edge.counters.requests['GET /time'] ?? 0,
    ];
    const before = asked();
    for (const { faults } of [xdp, itwin, itwin.edge]) faults.halfOpen();
    await work();
    await until('the queries are under way', () => asked().every((count, index) => count > (before[index] ?? 0)));
    const start = Date.now();
    await nodeRed.deploy([]);
    const took = Date.now() - start;
    for (const { faults } of [xdp, itwin, itwin.edge]) faults.clear();
    assert.ok(took < NODE_RED_LIMIT, `the deploy took ${took} ms`);
    assert.doesNotMatch(nodeRed.log, /[Cc]lose timed out|Error stopping node/);
    await noConnection();
  });
});

function isOurs({ type }: FlowNode): boolean {
  return /^(xdp|itwin-iot)-/.test(type);
}

/** Streams that these nodes open: an update of data names no sensor, so each sensor has one of its own. */
function streamsOf(nodes: readonly FlowNode[]): number {
  const ids = nodes.flatMap(({ type, ids }) => (type === 'itwin-iot-subscribe' ? (ids as string[]) : []));
  return nodes.filter(({ type }) => type === 'xdp-events').length + ids.length;
}

/** What there is more of now, in words. */
function grown(before: Record<string, number>, now: Record<string, number>): string[] {
  return Object.entries(now).flatMap(([kind, count]) => {
    const was = before[kind] ?? 0;
    return count > was ? [`${kind}: ${was} → ${count}`] : [];
  });
}
