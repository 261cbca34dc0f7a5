import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { toPlatformError } from '../errors';
import { orphanedMessages } from '../kept-messages';
import { storageFolder } from './storage';

/** Says in the log, once each, which messages are kept on disk for nodes that are not there any more. */
export function watchOrphans(RED: NodeAPI, types: readonly string[]): void {
  const told = new Set<string>();
  const look = async (): Promise<void> => {
    const isThere = (id: string): boolean => RED.nodes.getNode(id) !== null && RED.nodes.getNode(id) !== undefined;
    for (const { folder, type, count } of await orphanedMessages(join(storageFolder(RED), 'outbox'), isThere, types)) {
      if (told.has(folder)) continue;
      told.add(folder);
      RED.log.warn(`${count} messages of a node ${type} that does not exist or is disabled wait in ${folder}`);
    }
  };
  // Tools that only ask which node types there are bring no events.
  RED.events?.on('flows:started', () => {
    look().catch((thrown) => RED.log.warn(`cannot look for kept messages: ${toPlatformError(thrown).message}`));
  });
}
