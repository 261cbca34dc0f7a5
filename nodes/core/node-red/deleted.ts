import type { NodeAPI } from 'node-red';
import { isObject } from '../values/json';
import type { NodeScope } from './node';

/** Ids of all that the deploy under way deletes or disables; Node-RED tells them before it closes nodes. */
let removedNow: readonly unknown[] = [];

/** Has to run once for each palette set, before `isDeleted` is asked. */
export function watchRemoved(RED: NodeAPI): void {
  // Tools that only ask which node types there are bring no events.
  RED.events?.on('flows:stopping', (event: unknown) => {
    const diff = isObject(event) ? event.diff : undefined;
    removedNow = isObject(diff) && Array.isArray(diff.removed) ? diff.removed : [];
  });
}

/**
 * Whether a node that closes is gone from the flows for good. What Node-RED calls `removed` is also a node that has been
 * disabled, alone or with its flow; those still stand among the nodes, which are the new ones when the old ones close.
 * A node within a subflow it never calls so: that one is gone with its subflow, an instance of it or the node in it.
 */
export function isDeleted({ RED, node }: Pick<NodeScope, 'RED' | 'node'>, removed: boolean): boolean {
  const gone = removed ? [node.id] : containersOf(node).filter((id) => removedNow.includes(id));
  if (gone.length === 0) return false;
  const there = new Set<string>();
  RED.nodes.eachNode(({ id }) => there.add(id));
  return gone.some((id) => !there.has(id));
}

/** Flow, instance of a subflow, …, and the node in the subflow, by the ids that the flow file has for them. */
function containersOf(node: object): string[] {
  const { _path: path } = node as { _path?: unknown };
  return typeof path === 'string' ? path.split('/') : [];
}
