import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { toPlatformError } from '../errors';
import { storedName } from '../storage/stored-name';
import { storageFolder } from './storage';

/** Says in the log, once each, which messages are kept on disk for nodes that are not there any more. */
export function watchOrphans(RED: NodeAPI, types: readonly string[]): void {
  const told = new Set<string>();
  const isPresent = (id: string): boolean => RED.nodes.getNode(id) !== null && RED.nodes.getNode(id) !== undefined;
  const look = async (): Promise<void> => {
    const outboxes = join(storageFolder(RED), 'outbox');
    // Nearly everywhere: nothing is loaded for it.
    if (!existsSync(outboxes)) return;
    const { orphanedMessages } = require('../outbox/orphaned-messages') as typeof import('../outbox/orphaned-messages');
    const names = new Set<string>();
    RED.nodes.eachNode(({ id }) => {
      if (isPresent(id)) names.add(storedName(id));
    });
    const isThere = (idOrName: string): boolean => isPresent(idOrName) || names.has(idOrName);
    for (const { folder, type, count, reason } of await orphanedMessages(outboxes, isThere, types)) {
      if (told.has(folder)) continue;
      told.add(folder);
      const node = `a node ${type === undefined ? 'of unknown type' : `of type ${type}`} that does not exist or is disabled`;
      RED.log.warn(
        count === undefined
          ? `cannot read what is kept in ${folder} for ${node}: ${reason}`
          : `${count} unsent messages of ${node} are kept in ${folder}`,
      );
    }
  };
  // Tools that only ask which node types there are bring no events.
  RED.events?.on('flows:started', () => {
    look().catch((thrown) => RED.log.warn(`cannot look for kept messages: ${toPlatformError(thrown).message}`));
  });
}
