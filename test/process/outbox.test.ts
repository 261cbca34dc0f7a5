import { strict as assert } from 'node:assert';
import { PLATFORMS } from '../platforms';
import type { Simulator, Upload } from '../platforms/descriptor';
import { type FlowNode, witness, witnessedTab } from '../support/flow-nodes';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

const RECORDS = 500;

describe('an upload with offline: disk in a real Node-RED', () => {
  let nodeRed: NodeRedProcess;

  before(async function () {
    this.timeout(120_000);
    nodeRed = await startNodeRed();
  });
  after(() => nodeRed.dispose());

  for (const platform of PLATFORMS) {
    const flow = (simulator: Simulator, upload: Upload): FlowNode[] => [
      ...witnessedTab(),
      platform.account(simulator),
      { id: 'start', type: 'inject', z: 'flow', props: [], repeat: '', wires: [['many']] },
      {
        id: 'many',
        type: 'function',
        z: 'flow',
        outputs: 1,
        func: `for (let n = 0; n < msg.payload; n++) node.send({ payload: ${upload.payload('n')} });`,
        wires: [['upload']],
      },
      { id: 'upload', z: 'flow', account: 'account', offline: 'disk', wires: [['out']], ...upload.node },
      { id: 'complete', type: 'complete', z: 'flow', scope: ['upload'], wires: [['safe']] },
      witness('safe'),
    ];

    it(`of ${platform.id} delivers ${RECORDS} in order that were queued while the server was down, over a kill -9`, async function () {
      this.timeout(120_000);
      const simulator = await platform.start({ live: false });
      const upload = platform.upload(simulator);
      try {
        await simulator.faults.refuse();
        const before = nodeRed.witnessed('safe').length;
        await nodeRed.deploy(flow(simulator, upload), { credentials: platform.credentials(simulator) });
        await nodeRed.inject('start', { payload: RECORDS });
        await nodeRed.until('safe', (all) => all.length === before + RECORDS);
        await nodeRed.kill9();
        await nodeRed.start();
        await simulator.faults.listenAgain();
        await until('the server has them all', () => new Set(upload.received()).size === RECORDS);
        assert.deepEqual([...new Set(upload.received())], [...Array(RECORDS).keys()]);
      } finally {
        await simulator.stop();
      }
    });
  }
});
