import { strict as assert } from 'node:assert';
import { startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import { type FlowNode, witness } from '../support/flow-nodes';
import { examples, manifest } from '../support/manifest';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { until } from '../support/until';

describe('the example flows', () => {
  let nodeRed: NodeRedProcess;
  let simulator: XdpSimulator;

  before(async function () {
    this.timeout(120_000);
    simulator = await startXdpSimulator({ speed: 50, stored: 20 });
    nodeRed = await startNodeRed({
      env: {
        XDP_URL: simulator.url,
        XDP_NAMESPACE: simulator.namespace,
        XDP_USERNAME: simulator.username,
        XDP_PASSWORD: simulator.password,
      },
    });
  });
  after(async () => {
    await nodeRed.dispose();
    await simulator.stop();
  });

  /** What Node-RED's import dialog would get, from the installed package. */
  const fromMenu = async (path: string): Promise<FlowNode[]> => {
    const answer = await nodeRed.admin(
      `/library/examples/flows/${manifest.name}/${encodeURI(path.replace(/\.json$/, ''))}`,
    );
    assert.equal(answer.status, 200, `${path} is in the menu`);
    return (await answer.json()) as FlowNode[];
  };

  for (const { path, nodes } of examples) {
    it(`"${path}" comes out of the import menu, deploys and runs without an error`, async function () {
      this.timeout(60_000);
      const flow = await fromMenu(path);
      const platform = flow.filter(({ type, z }) => z !== undefined && isOurs(type));
      const { z } = platform[0] ?? assert.fail('it uses a node of the package');
      const from = nodeRed.log.length;
      const failed = nodeRed.witnessed('errors').length;
      const done = nodeRed.witnessed('done').length;
      await nodeRed.deploy([
        ...flow,
        { id: 'catch', type: 'catch', z, wires: [['errors']] },
        { id: 'complete', type: 'complete', z, scope: platform.map(({ id }) => id), wires: [['done']] },
        { ...witness('errors'), z },
        { ...witness('done'), z },
      ]);
      const streams = platform.filter(({ type }) => type === 'xdp-events').length;
      await until('its streams are open', () => simulator.counters.openStreams === streams);

      const buttons = flow.filter(({ type }) => type === 'inject');
      for (const [index, button] of buttons.entries()) {
        await nodeRed.inject(button.id);
        await nodeRed.until('done', (all) => all.length > done + index || nodeRed.witnessed('errors').length > failed);
      }
      const errors = nodeRed.witnessed('errors').slice(failed);
      assert.deepEqual(
        errors.map(({ message }) => message.error),
        [],
      );
      assert.doesNotMatch(nodeRed.log.slice(from), /\[error\]/);
    });

    it(`"${path}" explains itself, and holds no password`, () => {
      assert.ok(nodes.some(({ type }) => type === 'comment'));
      const values = nodes.flatMap(({ credentials = {} }) => Object.values(credentials));
      assert.deepEqual(
        values.filter((value) => !/^\$\{\w+\}$/.test(value)),
        [],
      );
    });
  }
});

function isOurs(type: string): boolean {
  return Object.keys(manifest['node-red'].nodes).some((set) => type.startsWith(`${set}-`));
}
