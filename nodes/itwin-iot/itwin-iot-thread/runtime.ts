import type { NodeAPI } from 'node-red';
import { toPlatformError } from '../../core/errors';
import { registerAccount } from '../../core/node-red/account';
import { atUrl } from '../../core/node-red/account-destination';
import type { AccountType } from '../../core/node-red/account-type';
import { readProperties } from '../../core/node-red/properties';
import { readNetwork } from '../../core/node-red/settings';
import { ITWIN_THREAD } from '../accounts';
import type { ThreadSettings } from '../thread/settings';
import type { ThreadClient } from '../thread/thread-client';
import { PROPERTIES } from './properties';

/** Milliseconds between two pings. */
const KEEPALIVE = 15_000;

const thread: AccountType<ThreadSettings, ThreadClient> = {
  type: ITWIN_THREAD,
  credentials: {},
  read(RED, properties) {
    const settings = readProperties(PROPERTIES, properties);
    return { ...settings, ...readNetwork(RED, settings), keepalive: KEEPALIVE };
  },
  destinations: ({ url, wsUrl }) => [atUrl(url), atUrl(wsUrl)],
  open(settings) {
    // Here, not at the top: a flow without a THREAD must not pay for the client.
    const { createThreadClient } = require('../thread/thread-client') as typeof import('../thread/thread-client');
    return createThreadClient(settings);
  },
  async test(client) {
    const serialNumber = await named('REST API', client.serialNumber());
    // What the nodes at the ports use.
    await named('WebSocket API', client.probePort());
    return serialNumber;
  },
  lists: {},
};

/** Says which of the two addresses failed. */
async function named<Result>(api: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (thrown) {
    const error = toPlatformError(thrown);
    throw error.with({ message: `${api}: ${error.message}` });
  }
}

export function registerItwinThread(RED: NodeAPI): void {
  registerAccount(RED, thread);
}
