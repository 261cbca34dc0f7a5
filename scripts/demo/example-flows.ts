import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A node of a flow file. Config nodes have neither a place nor wires. */
export type FlowNode = { id: string; type: string } & Record<string, unknown>;

const EXAMPLES = join(dirname(dirname(import.meta.dirname)), 'examples');

/**
 * The example flows of some platforms as one configuration, each on its own tab. Every example brings its account,
 * the same for all of a platform: it is deployed once.
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
  return [...new Map(flows.map((node) => [node.id, node])).values()];
}
