import { strict as assert } from 'node:assert';
import { PLATFORMS } from '../platforms';
import type { BadCase } from '../platforms/descriptor';
import { type FlowNode, witnessedTab } from '../support/flow-nodes';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';

interface Caught {
  message: string;
  code?: string;
  source: { id: string };
}

describe('bad input to a real Node-RED', () => {
  let nodeRed: NodeRedProcess;

  before(async function () {
    this.timeout(120_000);
    nodeRed = await startNodeRed();
  });
  after(() => nodeRed.dispose());

  for (const { id: name, start, badInput } of PLATFORMS) {
    const { accounts, credentials, cases } = badInput;
    const idOf = (each: BadCase): string => `${name}-${cases.indexOf(each)}`;

    const nodesOf = (each: BadCase, account: string): FlowNode[] => [
      { id: idOf(each), z: 'flow', account, wires: [['out']], ...each.node },
      { id: `send-${idOf(each)}`, type: 'inject', z: 'flow', props: [], repeat: '', wires: [[idOf(each)]] },
    ];

    const errors = (): Caught[] => nodeRed.witnessed('errors').map(({ message }) => message.error as Caught);

    const matches = (each: BadCase) => (error: Caught) =>
      error.source.id === (each.from ?? idOf(each)) &&
      each.says.test(error.message) &&
      (each.code === undefined || each.code === error.code);

    const said = (each: BadCase): string[] =>
      errors().flatMap(({ source, code, message }) =>
        source.id === (each.from ?? idOf(each)) ? [`${code}: ${message}`] : [],
      );

    const isSaid = (each: BadCase): boolean => errors().some(matches(each));

    it(`of ${name} reaches a Catch node that tells what is wrong and where, and Node-RED lives on`, async function () {
      this.timeout(120_000);
      const simulator = await start({ live: false, stored: 3 });
      try {
        const own = accounts(simulator);
        const tls = { id: 'tls', type: 'tls-config', cert: '/nowhere/cert.pem', key: '/nowhere/key.pem', ca: '' };
        const nodes = cases.flatMap((each) => nodesOf(each, own[0]?.id ?? ''));
        await nodeRed.deploy([...witnessedTab(), tls, ...own, ...nodes], { credentials: credentials(simulator) });
        for (const each of cases) {
          if (!each.message) continue;
          each.arm?.(simulator);
          const before = errors().length;
          await nodeRed.inject(`send-${idOf(each)}`, each.message);
          const isAnswered = (): boolean =>
            errors()
              .slice(before)
              .some(({ source }) => source.id === idOf(each));
          await nodeRed.until('errors', isAnswered);
          simulator.faults.clear();
        }
        // What is wrong with a configuration comes by itself.
        await nodeRed.until('errors', () => cases.every((each) => each.message || isSaid(each))).catch(() => undefined);
        const unsaid = cases.filter((each) => !isSaid(each));
        assert.deepEqual(
          unsaid.map((each) => ({ what: each.what, said: said(each) })),
          [],
        );
      } finally {
        await simulator.stop();
      }
      assert.ok(nodeRed.alive);
      assert.doesNotMatch(nodeRed.log, /Uncaught Exception|UnhandledPromiseRejection/);
    });
  }
});
