import type { NodeAPI } from 'node-red';
import { registerAccount } from '../../core/node-red/account';
import { atUrl } from '../../core/node-red/account-destination';
import type { AccountType } from '../../core/node-red/account-type';
import { readProperties } from '../../core/node-red/properties';
import { readNetwork } from '../../core/node-red/settings';
import { credentialFields } from '../../core/property/defaults';
import { XDP_ACCOUNT } from '../accounts';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { lists } from './lists';
import { CREDENTIALS, PROPERTIES } from './properties';

const account: AccountType<XdpSettings, XdpClient> = {
  type: XDP_ACCOUNT,
  credentials: credentialFields(CREDENTIALS),
  read(RED, properties) {
    const settings = readProperties({ ...PROPERTIES, ...CREDENTIALS }, properties);
    return { ...settings, ...readNetwork(RED, settings) };
  },
  destinations: ({ url }) => [atUrl(url)],
  open(settings) {
    // Here, not at the top: a flow without xDP nodes must not pay for the client.
    const { createXdpClient } = require('../client/xdp-client') as typeof import('../client/xdp-client');
    return createXdpClient(settings);
  },
  async test(client) {
    await client.logIn();
    const types = await lists['observation-types'](client);
    return types.map(({ label }) => label).join(', ');
  },
  lists,
};

export function registerXdpAccount(RED: NodeAPI): void {
  registerAccount(RED, account);
}
