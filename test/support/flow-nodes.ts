import type { XdpSimulator } from '../../simulators/xdp';

/** A node of a flow file. */
export type FlowNode = { id: string; type: string } & Record<string, unknown>;

/** Node-RED takes a node without a place in the workspace for a config node. */
export function placed(node: FlowNode): FlowNode {
  return node.z === undefined ? node : { x: 0, y: 0, ...node };
}

/** An xDP account node for a running simulator, and its credentials. */
export function xdpAccount(simulator: XdpSimulator, extra: Record<string, unknown> = {}): FlowNode {
  return {
    id: 'account',
    type: 'xdp-account',
    name: 'Farm',
    url: simulator.url,
    namespace: simulator.namespace,
    timeout: 5,
    retryMax: 1,
    ...extra,
  };
}

export function xdpCredentials(simulator: XdpSimulator): Record<string, Record<string, string>> {
  return { account: { username: simulator.username, password: simulator.password } };
}

/** A node that tells the test of each message it gets (node-red-process.ts). */
export function witness(id: string): FlowNode {
  return { id, type: 'function', z: 'flow', name: id, outputs: 0, func: `global.get('witness')('${id}', msg);` };
}

/** The tab `flow`: its errors come to the witness `errors`, what leaves a node wired to `out` to the witness `out`. */
export function witnessedTab(): FlowNode[] {
  return [
    { id: 'flow', type: 'tab', label: 'Test' },
    { id: 'catch', type: 'catch', z: 'flow', wires: [['errors']] },
    witness('errors'),
    witness('out'),
  ];
}

/** A function node on the tab `flow` with one output for each list of wires. */
export function functionNode(id: string, func: string, ...wires: (readonly string[])[]): FlowNode {
  return { id, type: 'function', z: 'flow', outputs: wires.length, func, wires };
}

/** Values of parameters as the dialog of a request node keeps them. */
export function fixedParameters(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { type: 'json', value: JSON.stringify(value) }]),
  );
}
