import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { storedName } from '../storage/stored-name';

/** Where our nodes keep cursors and queues: `<userDir>/farfield`. */
export function storageFolder(RED: NodeAPI): string {
  return join(RED.settings.userDir ?? process.cwd(), 'farfield');
}

/** The file of a node's cursor. */
export function cursorPath(RED: NodeAPI, nodeId: string): string {
  return join(storageFolder(RED), 'cursors', `${storedName(nodeId)}.json`);
}

/** The folder in which a node keeps messages: one folder in it for each destination. */
export function outboxFolder(RED: NodeAPI, nodeId: string): string {
  return join(storageFolder(RED), 'outbox', storedName(nodeId));
}
