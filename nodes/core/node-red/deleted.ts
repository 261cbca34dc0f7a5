import type { NodeScope } from './node';

/**
 * Whether a node that closes is gone from the flows for good. What Node-RED calls `removed` is also a node that has been
 * disabled, alone or with its flow; those still stand among the nodes, which are the new ones when the old ones close.
 */
export function isDeleted({ RED, node }: Pick<NodeScope, 'RED' | 'node'>, removed: boolean): boolean {
  if (!removed) return false;
  let there = false;
  RED.nodes.eachNode(({ id }) => {
    if (id === node.id) there = true;
  });
  return !there;
}
