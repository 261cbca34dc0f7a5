import { strict as assert } from 'node:assert';
import { type ItwinSimulator, startItwinSimulator } from '../../simulators/itwin-iot';
import { startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witnessedTab, xdpAccount, xdpCredentials } from '../support/flow-nodes';
import { itwinAccount, itwinCredentials } from '../support/itwin';
import { manifest, sets } from '../support/manifest';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

let nodeRed: NodeRedProcess;

/** What a test has loaded stays: those after it in the `describe` that calls this look at what comes on top. */
function inOneNodeRed(): void {
  before(async function () {
    this.timeout(120_000);
    nodeRed = await startNodeRed();
  });
  after(() => nodeRed.dispose());
}

describe('the package in a real Node-RED', () => {
  let xdp: XdpSimulator;
  let itwin: ItwinSimulator;

  before(async () => {
    xdp = await startXdpSimulator({ live: false });
    itwin = await startItwinSimulator({ live: false });
  });
  after(async () => {
    await xdp.stop();
    await itwin.stop();
  });

  /** Files below the user directory: our package and its dependencies, not Node-RED's own. */
  const loaded = async (): Promise<string[]> =>
    (await nodeRed.loadedModules())
      .filter((path) => path.startsWith(nodeRed.userDir) && !path.endsWith('/package.json'))
      .map((path) => path.slice(nodeRed.userDir.length + '/node_modules/'.length));

  /** Names of the protocol libraries that have been loaded. */
  const libraries = async (): Promise<string[]> => {
    const packages = (await loaded()).map((path) => path.split('/')[0] ?? '');
    return Object.keys(manifest.dependencies).filter((name) => packages.includes(name));
  };

  type Credentials = Record<string, Record<string, string>>;

  const deploy = (node: FlowNode, account: FlowNode, credentials: Credentials = {}): Promise<void> =>
    nodeRed.deploy([...witnessedTab(), account, { z: 'flow', wires: [['out']], ...node }], { credentials });

  describe('with xDP and a THREAD', () => {
    inOneNodeRed();

    it('loads no protocol library before a flow needs it, and for xDP none of WebSockets', async () => {
      const files = await loaded();
      assert.deepEqual(files.sort(), sets.map(({ base }) => `${manifest.name}/${base}.js`).sort());
      await deploy({ id: 'events', type: 'xdp-events', account: 'account' }, xdpAccount(xdp), xdpCredentials(xdp));
      assert.deepEqual(await libraries(), ['eventsource-parser', 'undici']);
    });

    it('loads for a THREAD what a port needs when a flow has one', async () => {
      const { url, wsUrl } = itwin.edge;
      const thread = { id: 'thread', type: 'itwin-iot-thread', url, wsUrl };
      const command = { id: 'command', type: 'itwin-iot-thread-command', thread: 'thread', operation: 'getTime' };
      await deploy(command, thread);
      assert.ok(!(await libraries()).includes('ws'), 'a command needs no WebSocket');
      await deploy({ id: 'port', type: 'itwin-iot-thread-in', thread: 'thread', port: '1' }, thread);
      await until('a WebSocket is spoken', async () => (await libraries()).includes('ws'));
    });
  });

  describe('with iTwin IoT', () => {
    inOneNodeRed();

    it('loads for iTwin IoT what the transport in use needs, and none of event streams', async () => {
      const data = { subscription: 'data', ids: itwin.sensorIds.slice(0, 1), metric: 'RH', unit: '%' };
      const subscribe = { id: 'data', type: 'itwin-iot-subscribe', account: 'account', ...data };
      await deploy(subscribe, itwinAccount(itwin, { url: itwin.tcpUrl }), itwinCredentials(itwin));
      await until('it is subscribed', () => itwin.counters.openSubscriptions === 1);
      assert.deepEqual(await libraries(), [], 'a plain socket needs neither WebSocket nor HTTP');
      await deploy(subscribe, itwinAccount(itwin), itwinCredentials(itwin));
      await until('a WebSocket is spoken', async () => (await libraries()).includes('ws'));
      assert.deepEqual(await libraries(), ['ws']);
    });
  });
});
