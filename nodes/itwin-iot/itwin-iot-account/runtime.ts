import type { NodeAPI } from 'node-red';
import { registerAccount } from '../../core/node-red/account';
import { atUrl } from '../../core/node-red/account-destination';
import type { AccountType } from '../../core/node-red/account-type';
import { readProperties } from '../../core/node-red/properties';
import { readNetwork } from '../../core/node-red/settings';
import { credentialFields } from '../../core/property/defaults';
import { ITWIN_ACCOUNT } from '../accounts';
import type { ItwinClient } from '../client/itwin-client';
import type { ItwinSettings } from '../client/settings';
import { lists } from './lists';
import { CREDENTIALS, PROPERTIES } from './properties';

const account: AccountType<ItwinSettings, ItwinClient> = {
  type: ITWIN_ACCOUNT,
  credentials: credentialFields(CREDENTIALS),
  read(RED, properties) {
    const settings = readProperties({ ...PROPERTIES, ...CREDENTIALS }, properties);
    return { ...settings, ...readNetwork(RED, settings) };
  },
  destinations: ({ url, restUrl, auth, imsUrl }) => [url, restUrl, ...(auth === 'ims' ? [imsUrl] : [])].map(atUrl),
  open(settings) {
    // Here, not at the top: a flow without iTwin nodes must not pay for the client.
    const { createItwinClient } = require('../client/itwin-client') as typeof import('../client/itwin-client');
    return createItwinClient(settings);
  },
  async test(client) {
    const nodes = await lists.nodes(client, {});
    await probeRest(client);
    const names = nodes.map(({ label, value }) => label || value);
    return names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')}, … (${names.length})` : names.join(', ');
  },
  lists,
};

/** Names in the account of a test. */
const SHOWN = 10;

/** Proves base URL, credentials and Accept header of REST with what each of both APIs has. */
async function probeRest(client: ItwinClient): Promise<void> {
  const { projectParameter, projectId } = client.settings;
  if (projectParameter === 'projectIds') {
    await lists['device-types'](client);
    return;
  }
  // The newer Sensor Data API (developer.bentley.com/apis/sensor-data) has no catalogue of templates.
  const query: [string, string][] = [[projectParameter, projectId]];
  await client.rest.request({
    method: 'GET',
    path: '/integrations/nodes',
    query,
    repeatable: false,
    operation: 'test',
  });
}

export function registerItwinAccount(RED: NodeAPI): void {
  registerAccount(RED, account);
}
