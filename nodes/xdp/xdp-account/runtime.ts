import type { NodeAPI } from 'node-red';
import { registerAccount } from '../../core/node-red/account';
import { atUrl } from '../../core/node-red/account-destination';
import type { AccountType } from '../../core/node-red/account-type';
import { headerSetting, readConnection, secretSetting, textSetting } from '../../core/node-red/settings';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { lists } from './lists';

export const XDP_ACCOUNT = 'xdp-account';

const account: AccountType<XdpSettings, XdpClient> = {
  type: XDP_ACCOUNT,
  credentials: { username: { type: 'text' }, password: { type: 'password' } },
  read: (RED, properties) => ({
    ...readConnection(RED, properties),
    namespace: headerSetting(properties, 'namespace'),
    username: textSetting(properties, 'username'),
    password: secretSetting(properties, 'password'),
  }),
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
