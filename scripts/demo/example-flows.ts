import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A node of a flow file. Config nodes have neither a place nor wires. */
export type FlowNode = { id: string; type: string } & Record<string, unknown>;

const EXAMPLES = join(dirname(dirname(import.meta.dirname)), 'examples');

/**
 * The example flows of some platforms as one configuration, each on its own tab. Every example brings an account;
 * those that are equal become one, as they would be in a real installation.
 *
 * @param folders folders in `examples/`, in the order of their tabs
 */
export async function exampleFlows(folders: readonly string[]): Promise<FlowNode[]> {
  const flows: FlowNode[] = [];
  for (const folder of folders) {
    const names = await readdir(join(EXAMPLES, folder));
    for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
      flows.push(...(JSON.parse(await readFile(join(EXAMPLES, folder, name), 'utf8')) as FlowNode[]));
    }
  }
  return withOneAccountEach(flows);
}

function withOneAccountEach(flows: readonly FlowNode[]): FlowNode[] {
  const kept = new Map<string, string>();
  const same = new Map<string, string>();
  for (const { id, ...properties } of flows.filter(isAccount)) {
    const content = JSON.stringify(properties);
    same.set(id, kept.get(content) ?? id);
    if (!kept.has(content)) kept.set(content, id);
  }
  return flows.filter((node) => (same.get(node.id) ?? node.id) === node.id).map((node) => pointing(node, same));
}

function isAccount(node: FlowNode): boolean {
  return node.z === undefined && node.type !== 'tab';
}

/** The node with its accounts replaced by those that were kept. */
function pointing(node: FlowNode, same: ReadonlyMap<string, string>): FlowNode {
  const entries = Object.entries(node).map(([name, value]) => [name, same.get(value as string) ?? value]);
  return Object.fromEntries(entries) as FlowNode;
}
