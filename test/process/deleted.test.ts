import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { cursorPath, outboxFolder } from '../../nodes/core/node-red/storage';
import { OBSERVATION_TOPIC, startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witness, witnessedTab, xdpAccount, xdpCredentials } from '../support/flow-nodes';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

describe('a node that is deleted from a real Node-RED', () => {
  let simulator: XdpSimulator;
  let nodeRed: NodeRedProcess;

  before(async function () {
    this.timeout(120_000);
    simulator = await startXdpSimulator({ live: false });
    nodeRed = await startNodeRed();
  });
  after(async () => {
    await nodeRed?.dispose();
    await simulator?.stop();
  });

  const RED = () => ({ settings: { userDir: nodeRed.userDir } }) as never;
  const changed = (flow: FlowNode[], id: string, change: object): FlowNode[] =>
    flow.map((node) => (node.id === id ? { ...node, ...change } : node));
  const without = (flow: FlowNode[], id: string): FlowNode[] => flow.filter((node) => node.id !== id);

  const KEPT = 3;
  const record = (id: string): FlowNode[] => [
    ...witnessedTab(),
    xdpAccount(simulator),
    { id: 'inject', type: 'inject', z: 'flow', props: [], repeat: '', wires: [[id]] },
    {
      id,
      z: 'flow',
      account: 'account',
      wires: [['out']],
      type: 'xdp-record',
      offline: 'disk',
      source: OBSERVATION_TOPIC,
      nwkAddr: '7',
    },
    { id: 'complete', type: 'complete', z: 'flow', scope: [id], wires: [['safe']] },
    witness('safe'),
  ];

  const logged = (words: string, id: string): boolean =>
    nodeRed.log.split('\n').some((line) => line.includes(words) && line.includes(id));

  /** A flow whose node `id` has messages on disk that cannot be sent. */
  const keep = async (id: string): Promise<FlowNode[]> => {
    const flow = record(id);
    await simulator.faults.refuse();
    const before = nodeRed.witnessed('safe').length;
    await nodeRed.deploy(flow, { credentials: xdpCredentials(simulator) });
    for (let n = 0; n < KEPT; n++) await nodeRed.inject('inject', { payload: { n } });
    await nodeRed.until('safe', (all) => all.length === before + KEPT);
    assert.ok(existsSync(outboxFolder(RED(), id)));
    return flow;
  };

  const DELETED = `${KEPT} messages that were kept on disk and not sent yet are deleted together with this node`;

  it('tells how many kept messages go with it, to Catch nodes and in the log', async function () {
    this.timeout(120_000);
    const flow = await keep('deleted');
    await nodeRed.deploy(without(flow, 'deleted'), { type: 'nodes' });
    await nodeRed.until('errors', (all) => all.some(({ message }) => JSON.stringify(message).includes(DELETED)));
    await until('the folder is gone', () => !existsSync(outboxFolder(RED(), 'deleted')));
    await until('the log says so', () => nodeRed.log.includes(`${KEPT} kept messages are deleted in`));
  });

  it('says so in the log when everything is deployed, where Catch nodes have been stopped with it', async function () {
    this.timeout(120_000);
    const flow = await keep('deleted-by-full');
    await nodeRed.deploy(without(flow, 'deleted-by-full'), { type: 'full' });
    await until('the log says so', () => logged(`${KEPT} kept messages are deleted in`, 'deleted-by-full'));
    await until('the folder is gone', () => !existsSync(outboxFolder(RED(), 'deleted-by-full')));
  });

  /** The same flow with `id` inside the subflow `box`, of which `instance` stands in the flow. */
  const boxed = (flow: FlowNode[], id: string): FlowNode[] => [
    ...flow.map((node) => {
      if (node.id === id) return { ...node, z: 'box', wires: [[]] };
      return node.id === 'inject' ? { ...node, wires: [['instance']] } : node;
    }),
    { id: 'box', type: 'subflow', name: 'Box', in: [{ x: 0, y: 0, wires: [{ id }] }], out: [] },
    { id: 'instance', type: 'subflow:box', z: 'flow', wires: [] },
  ];

  for (const [id, what, remove] of [
    ['in-box', 'itself', (flow) => without(flow, 'in-box')],
    ['in-instance', 'with the instance', (flow) => without(flow, 'instance')],
  ] as readonly [string, string, (flow: FlowNode[]) => FlowNode[]][]) {
    it(`takes kept messages along from within a subflow, deleted ${what}, and keeps them over all else`, async function () {
      this.timeout(120_000);
      const folder = outboxFolder(RED(), `instance-${id}`);
      const flow = boxed(record(id), id);
      await simulator.faults.refuse();
      await nodeRed.deploy(flow, { credentials: xdpCredentials(simulator) });
      for (let n = 0; n < KEPT; n++) await nodeRed.inject('inject', { payload: { n } });
      await until('they are kept', () => existsSync(folder));
      for (const type of ['full', 'flows', 'nodes'] as const) {
        await nodeRed.deploy(changed(flow, id, { name: type }), { type });
        await nodeRed.deploy(changed(flow, 'instance', { d: true }), { type });
        await nodeRed.deploy(changed(flow, 'flow', { disabled: true }), { type });
        await nodeRed.deploy(flow, { type });
      }
      await nodeRed.deploy(flow, { type: 'reload' });
      await nodeRed.stop();
      await nodeRed.start();
      assert.ok(existsSync(folder));
      await nodeRed.deploy(remove(flow), { type: 'nodes' });
      await until('the folder is gone', () => !existsSync(folder));
      await until('the log says so', () => logged(' kept messages are deleted in', `instance-${id}`));
    });
  }

  it('leaves kept messages that it could not use for want of an account, and the log says where', async function () {
    this.timeout(120_000);
    const id = 'without-account';
    const flow = await keep(id);
    await nodeRed.deploy(changed(flow, id, { account: 'nobody' }), { type: 'nodes' });
    await nodeRed.deploy(without(flow, id), { type: 'nodes' });
    await until('the log says so', () =>
      logged(`${KEPT} unsent messages of a node of type xdp-record that does not exist`, id),
    );
    assert.ok(existsSync(outboxFolder(RED(), id)));
  });

  for (const [id, what, concerned, change] of [
    ['disabled', 'it was disabled', 'disabled', { d: true }],
    ['in-disabled', 'its flow was disabled', 'flow', { disabled: true }],
  ] as const) {
    it(`keeps them when ${what}, and sends them when it is enabled again`, async function () {
      this.timeout(120_000);
      const flow = await keep(id);
      const sent = simulator.counters.received.length;
      await nodeRed.deploy(changed(flow, concerned, change), { type: 'nodes' });
      await until('the log says so', () => nodeRed.log.includes(`${KEPT} messages of this node, which was disabled`));
      assert.ok(existsSync(outboxFolder(RED(), id)));
      await simulator.faults.listenAgain();
      await nodeRed.deploy(flow, { type: 'nodes' });
      await until('they have been sent', () => simulator.counters.received.length === sent + KEPT);
    });
  }

  it('keeps them over a deploy of everything and a restart', async function () {
    this.timeout(120_000);
    const flow = await keep('kept');
    const sent = simulator.counters.received.length;
    await nodeRed.deploy(changed(flow, 'kept', { name: 'Renamed' }), { type: 'full' });
    await nodeRed.stop();
    await nodeRed.start();
    await simulator.faults.listenAgain();
    await until('they have been sent', () => simulator.counters.received.length === sent + KEPT);
  });

  it('takes its cursor along, which a disabled one keeps', async function () {
    this.timeout(120_000);
    const events = { type: 'xdp-events', stream: 'recordings', from: 'all', resume: true, account: 'account' };
    const flow = [
      ...witnessedTab(),
      xdpAccount(simulator),
      { id: 'events', z: 'flow', wires: [['out']], ...events } as FlowNode,
    ];
    const cursor = cursorPath(RED(), 'events');
    await nodeRed.deploy(flow, { credentials: xdpCredentials(simulator) });
    await until('the cursor is written', () => existsSync(cursor));
    await nodeRed.deploy(changed(flow, 'events', { d: true }), { type: 'nodes' });
    assert.ok(existsSync(cursor));
    await nodeRed.deploy(flow, { type: 'nodes' });
    await nodeRed.deploy(without(flow, 'events'), { type: 'nodes' });
    await until('the cursor is gone', () => !existsSync(cursor));
  });
});
