import type { NodeAPI } from 'node-red';
import { registerAccount } from '../../core/node-red/account';
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
  open(settings) {
    // Here, not at the top: a flow without a THREAD must not pay for the client.
    const { createThreadClient } = require('../thread/thread-client') as typeof import('../thread/thread-client');
    return createThreadClient(settings);
  },
  test: (client) => client.serialNumber(),
  lists: {},
};

export function registerItwinThread(RED: NodeAPI): void {
  registerAccount(RED, thread);
}
