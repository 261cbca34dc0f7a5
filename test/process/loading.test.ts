import { strict as assert } from 'node:assert';
import { startXdpSimulator } from '../../simulators/xdp';
import { witnessedTab, xdpAccount, xdpCredentials } from '../support/flow-nodes';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';

describe('the package in a real Node-RED', () => {
  let nodeRed: NodeRedProcess;

  before(async function () {
    this.timeout(120_000);
    nodeRed = await startNodeRed();
  });
  after(() => nodeRed.dispose());

  /** Modules below the user directory: our package and its dependencies, not Node-RED's own. */
  const loaded = async (): Promise<string[]> =>
    (await nodeRed.loadedModules())
      .filter((path) => path.startsWith(nodeRed.userDir) && !path.endsWith('/package.json'))
      .map((path) => path.slice(nodeRed.userDir.length + '/node_modules/'.length));

  it('loads no protocol library before a flow needs it', async () => {
    assert.deepEqual(await loaded(), ['@farfield/node-red-iot-platforms/dist/xdp.js']);
    const simulator = await startXdpSimulator({ live: false });
    const events = { id: 'events', type: 'xdp-events', z: 'flow', account: 'account', wires: [['out']] };
    await nodeRed.deploy([...witnessedTab(), xdpAccount(simulator), events], {
      credentials: xdpCredentials(simulator),
    });
    assert.ok(
      (await loaded()).some((path) => path.startsWith('undici/')),
      'it would have been seen',
    );
    await simulator.stop();
  });
});
