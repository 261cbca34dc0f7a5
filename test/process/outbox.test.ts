import { strict as assert } from 'node:assert';
import { startItwinSimulator } from '../../simulators/itwin-iot';
import { OBSERVATION_TOPIC, startXdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witness, witnessedTab, xdpAccount, xdpCredentials } from '../support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../support/itwin';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

const RECORDS = 500;

/** A simulated platform that takes observations. */
interface Platform {
  faults: { refuse(): Promise<void>; listenAgain(): Promise<void> };
  account: FlowNode;
  credentials: Record<string, Record<string, string>>;
  /** Properties of the upload node. */
  node: Record<string, unknown> & { type: string };
  /** Payload of the observation with this number. */
  payload(n: string): string;
  /** Numbers of the observations that came, in order. */
  received(): unknown[];
  stop(): Promise<void>;
}

async function xdp(): Promise<Platform> {
  const simulator = await startXdpSimulator({ live: false });
  return {
    faults: simulator.faults,
    account: xdpAccount(simulator),
    credentials: xdpCredentials(simulator),
    node: { type: 'xdp-record', source: OBSERVATION_TOPIC, nwkAddr: '7' },
    payload: (n) => `{ n: ${n} }`,
    received: () => simulator.counters.received.map(({ data }) => (data as { n: number }).n),
    stop: () => simulator.stop(),
  };
}

async function itwinIot(): Promise<Platform> {
  const simulator = await startItwinSimulator({ live: false });
  return {
    faults: simulator.faults,
    account: itwinAccount(simulator),
    credentials: itwinCredentials(simulator),
    node: { type: 'itwin-iot-upload', via: 'socket', sensorId: simulator.sensorIds[0] },
    payload: (n) => `{ RH: ${n}, T: 20 }`,
    received: () => simulator.counters.received.map(({ values }) => values.RH),
    stop: () => simulator.stop(),
  };
}

describe('an upload with offline: disk in a real Node-RED', () => {
  let nodeRed: NodeRedProcess;

  before(async function () {
    this.timeout(120_000);
    nodeRed = await startNodeRed();
  });
  after(() => nodeRed.dispose());

  for (const start of [xdp, itwinIot]) {
    const flow = (platform: Platform): FlowNode[] => [
      ...witnessedTab(),
      platform.account,
      { id: 'start', type: 'inject', z: 'flow', props: [], repeat: '', wires: [['many']] },
      {
        id: 'many',
        type: 'function',
        z: 'flow',
        outputs: 1,
        func: `for (let n = 0; n < msg.payload; n++) node.send({ payload: ${platform.payload('n')} });`,
        wires: [['upload']],
      },
      { id: 'upload', z: 'flow', account: 'account', offline: 'disk', wires: [['out']], ...platform.node },
      { id: 'complete', type: 'complete', z: 'flow', scope: ['upload'], wires: [['safe']] },
      witness('safe'),
    ];

    it(`of ${start.name} delivers ${RECORDS} in order that were queued while the server was down, over a kill -9`, async function () {
      this.timeout(120_000);
      const platform = await start();
      try {
        await platform.faults.refuse();
        const before = nodeRed.witnessed('safe').length;
        await nodeRed.deploy(flow(platform), { credentials: platform.credentials });
        await nodeRed.inject('start', { payload: RECORDS });
        await nodeRed.until('safe', (all) => all.length === before + RECORDS);
        await nodeRed.kill9();
        await nodeRed.start();
        await platform.faults.listenAgain();
        await until('the server has them all', () => new Set(platform.received()).size === RECORDS);
        assert.deepEqual([...new Set(platform.received())], [...Array(RECORDS).keys()]);
      } finally {
        await platform.stop();
      }
    });
  }
});
