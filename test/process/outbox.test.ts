import { strict as assert } from 'node:assert';
import { OBSERVATION_TOPIC, startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witness, witnessedTab, xdpAccount, xdpCredentials } from '../support/flow-nodes';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

const RECORDS = 500;

describe('xdp-record with offline: disk in a real Node-RED', () => {
  let nodeRed: NodeRedProcess;
  let simulator: XdpSimulator;

  before(async function () {
    this.timeout(120_000);
    simulator = await startXdpSimulator({ live: false });
    nodeRed = await startNodeRed();
  });
  after(async () => {
    await nodeRed.dispose();
    await simulator.stop();
  });

  const flow = (): FlowNode[] => [
    ...witnessedTab(),
    xdpAccount(simulator),
    { id: 'start', type: 'inject', z: 'flow', props: [], repeat: '', wires: [['many']] },
    {
      id: 'many',
      type: 'function',
      z: 'flow',
      outputs: 1,
      func: 'for (let n = 0; n < msg.payload; n++) node.send({ payload: { n } });',
      wires: [['record']],
    },
    {
      id: 'record',
      type: 'xdp-record',
      z: 'flow',
      account: 'account',
      source: OBSERVATION_TOPIC,
      nwkAddr: '7',
      offline: 'disk',
      wires: [['out']],
    },
    { id: 'complete', type: 'complete', z: 'flow', scope: ['record'], wires: [['safe']] },
    witness('safe'),
  ];

  const received = (): number[] => simulator.counters.received.map(({ data }) => (data as { n: number }).n);

  it(`delivers ${RECORDS} records in order that were queued while the server was down, over a kill -9`, async function () {
    this.timeout(120_000);
    await simulator.faults.refuse();
    await nodeRed.deploy(flow(), { credentials: xdpCredentials(simulator) });
    await nodeRed.inject('start', { payload: RECORDS });
    await nodeRed.until('safe', (all) => all.length === RECORDS);
    await nodeRed.kill9();
    await nodeRed.start();
    await simulator.faults.listenAgain();
    await until('the server has them all', () => new Set(received()).size === RECORDS);
    assert.deepEqual([...new Set(received())], [...Array(RECORDS).keys()]);
  });
});
