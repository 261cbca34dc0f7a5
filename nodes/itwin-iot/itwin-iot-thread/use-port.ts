import { useAccount } from '../../core/node-red/account';
import type { NodeScope } from '../../core/node-red/node';
import type { OutageDesk } from '../../core/node-red/outage-desk';
import { type ReadProperties, readProperties } from '../../core/node-red/properties';
import { ITWIN_THREAD } from '../accounts';
import type { ThreadPort } from '../thread/port';
import type { ThreadSettings } from '../thread/settings';
import type { ThreadClient } from '../thread/thread-client';
import { PORT } from './properties';

/** How the messages of a port are read and written: as text, or as the bytes they are. */
export type Encoding = ReadProperties<typeof PORT>['encoding'];

/** What the nodes at a port have in common. */
export interface UsedPort {
  number: number;
  encoding: Encoding;
  port: ThreadPort;
  outages: OutageDesk;
}

/** The port that a node names, or undefined when there is none to be had: the node has been disabled with the reason. */
export function usePort(scope: NodeScope): UsedPort | undefined {
  const thread = useAccount<ThreadSettings, ThreadClient>(scope, ITWIN_THREAD, 'thread');
  if (!thread) return undefined;
  const { port, encoding } = readProperties(PORT, scope.properties);
  const number = Number(port);
  return { number, encoding, port: thread.client.port(number), outages: thread.outages };
}
