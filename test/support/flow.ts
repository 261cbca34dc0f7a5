import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeDef, NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { FlowMessage } from '../../nodes/core/node-red/node';
import type { XdpSimulator } from '../../simulators/xdp';
import { type FlowNode, placed, xdpAccount } from './flow-nodes';

export { type FlowNode, xdpAccount, xdpCredentials } from './flow-nodes';

/** The built set of a platform, as Node-RED loads it. */
const load = createRequire(__filename);

/** Node-RED's main file; `.ci/run` points it at another version. */
const NODE_RED = process.env.FARFIELD_NODE_RED ?? load.resolve('node-red');

/** What a Catch node tells of an error. */
export interface CaughtError {
  message: string;
  code?: string;
  source: { id: string; type: string };
}

/** Runs flows in a real Node-RED runtime within this process. */
export interface FlowRuntime {
  /** Deploys and starts a flow; what ran before is stopped. */
  deploy(flow: FlowNode[], credentials?: Record<string, Record<string, string>>): Promise<void>;
  node(id: string): Node;
  /** Messages that a `helper` node has received so far. */
  received(id: string): FlowMessage[];
  /** Resolves when `count` messages have come to a `helper` node. */
  messages(id: string, count: number): Promise<FlowMessage[]>;
  /** The first `count` errors that came through a catch node to a `helper` node. */
  errors(id: string, count: number): Promise<CaughtError[]>;
  /** Statuses of a node, oldest first, with texts only. */
  statuses(id: string): string[];
  /** Resolves when a node shows a status whose text begins so. */
  status(id: string, text: string): Promise<void>;
  send(id: string, message: Partial<FlowMessage>): void;
  userDir: string;
  stop(): Promise<void>;
  dispose(): Promise<void>;
}

/** Everything that goes wrong in here is an answer that never comes: mocha's time-out names the test. */
export async function createFlowRuntime(platform: string): Promise<FlowRuntime> {
  const userDir = await mkdtemp(join(tmpdir(), 'farfield-test-'));
  const nodes = load(`../../dist/${platform}.js`) as NodeInitializer;
  const received = new Map<string, FlowMessage[]>();
  const statuses = new Map<string, string[]>();
  let watchers: (() => void)[] = [];
  let loaded = false;

  const changed = (): void => {
    for (const check of watchers) check();
  };

  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        watchers = watchers.filter((each) => each !== check);
        resolve(found);
      };
      watchers.push(check);
      check();
    });

  const listOf = <T>(map: Map<string, T[]>, id: string): T[] => {
    let list = map.get(id);
    if (!list) {
      list = [];
      map.set(id, list);
    }
    return list;
  };

  const messages = (id: string, count: number): Promise<FlowMessage[]> =>
    until(() => (listOf(received, id).length >= count ? listOf(received, id) : undefined));

  const stop = async (): Promise<void> => {
    if (!loaded) return;
    loaded = false;
    await helper.unload();
  };

  helper.init(NODE_RED, { userDir } as never);

  return {
    userDir,
    async deploy(flow, credentials = {}) {
      await stop();
      received.clear();
      statuses.clear();
      // The first status comes out of a constructor: nobody could listen to the node in time.
      const watch: NodeInitializer = (RED) => {
        const { createNode } = RED.nodes;
        RED.nodes.createNode = (node: Node, definition: NodeDef) => {
          createNode.call(RED.nodes, node, definition);
          const { status } = node;
          node.status = (value) => {
            const text = typeof value === 'string' ? value : String((value as { text?: string }).text ?? '');
            listOf(statuses, node.id).push(text);
            changed();
            status.call(node, value);
          };
        };
        return nodes(RED);
      };
      await helper.load(watch, flow.map(placed) as never, credentials);
      loaded = true;
      for (const { id, type } of flow) {
        if (type !== 'helper') continue;
        helper.getNode(id).on('input', (message) => {
          listOf(received, id).push(message as FlowMessage);
          changed();
        });
      }
    },
    node: (id) => helper.getNode(id) as unknown as Node,
    received: (id) => listOf(received, id),
    messages,
    async errors(id, count) {
      const caught = await messages(id, count);
      return caught.map(({ error }) => error as CaughtError);
    },
    statuses: (id) => listOf(statuses, id),
    async status(id, text) {
      await until(() => (listOf(statuses, id).at(-1)?.startsWith(text) ? true : undefined));
    },
    send: (id, message) => helper.getNode(id).receive(message as never),
    stop,
    async dispose() {
      await stop();
      await rm(userDir, { recursive: true, force: true });
    },
  };
}

/** A flow around one request or upload node, `node`: answers go to `out`, errors to `errors`, done ones to `complete`. */
export function requestFlow(simulator: XdpSimulator, node: Record<string, unknown> & { type: string }): FlowNode[] {
  return [
    { id: 'flow', type: 'tab' },
    xdpAccount(simulator),
    { id: 'node', z: 'flow', account: 'account', wires: [['out']], ...node },
    { id: 'out', type: 'helper', z: 'flow' },
    { id: 'catch', type: 'catch', z: 'flow', wires: [['errors']] },
    { id: 'errors', type: 'helper', z: 'flow' },
    { id: 'done', type: 'complete', z: 'flow', scope: ['node'], wires: [['complete']] },
    { id: 'complete', type: 'helper', z: 'flow' },
  ];
}
