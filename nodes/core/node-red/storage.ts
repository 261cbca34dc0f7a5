import { join } from 'node:path';
import type { NodeAPI } from 'node-red';

/** Where our nodes keep cursors and queues: `<userDir>/farfield`. */
export function storageFolder(RED: NodeAPI): string {
  return join(RED.settings.userDir ?? process.cwd(), 'farfield');
}
