import type { NodeAPI } from 'node-red';
import { registerAccount } from '../../core/node-red/account';
import { atUrl } from '../../core/node-red/account-destination';
import type { AccountType } from '../../core/node-red/account-type';
import {
  choiceSetting,
  HTTP,
  headerSetting,
  numberSetting,
  type Properties,
  readConnection,
  secretSetting,
  textSetting,
  urlSetting,
} from '../../core/node-red/settings';
import { ITWIN_ACCOUNT } from '../accounts';
import type { ItwinClient } from '../client/itwin-client';
import type { ItwinAuth, ItwinSettings } from '../client/settings';
import { lists } from './lists';

/** "Required scopes" of the platform text; the newer Sensor Data API has one of its own. */
const SCOPE = 'sensor-data:modify sensor-data:read users:read itwins:read itwins:modify';

const account: AccountType<ItwinSettings, ItwinClient> = {
  type: ITWIN_ACCOUNT,
  credentials: {
    apiKey: { type: 'password' },
    clientId: { type: 'text' },
    clientSecret: { type: 'password' },
    jwt: { type: 'password' },
  },
  read: (RED, properties) => {
    const auth = choiceSetting<ItwinAuth>(properties, 'auth', ['apikey', 'ims', 'jwt']);
    return {
      ...readConnection(RED, properties, ['wss:', 'ws:', 'tcp:']),
      restUrl: urlSetting(properties, 'restUrl', HTTP),
      auth,
      ...readCredentials(properties, auth),
      scope: textSetting(properties, 'scope', false) || SCOPE,
      accept: textSetting(properties, 'accept', false) || 'application/json',
      projectParameter: textSetting(properties, 'projectParameter', false) || 'projectIds',
      projectId: textSetting(properties, 'projectId', false),
      keepalive: numberSetting(properties, 'keepalive', { fallback: 5, min: 0 }) * 1000,
    };
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

type Credentials = Pick<ItwinSettings, 'apiKey' | 'jwt' | 'imsUrl' | 'clientId' | 'clientSecret'>;

/** Only what the chosen way needs; the rest may be left as it is. */
function readCredentials(properties: Properties, auth: ItwinAuth): Credentials {
  const isIms = auth === 'ims';
  return {
    apiKey: auth === 'apikey' ? headerSetting(properties, 'apiKey') : '',
    jwt: auth === 'jwt' ? headerSetting(properties, 'jwt') : '',
    imsUrl: isIms ? urlSetting(properties, 'imsUrl', HTTP) : '',
    clientId: isIms ? textSetting(properties, 'clientId') : '',
    clientSecret: isIms ? secretSetting(properties, 'clientSecret') : '',
  };
}

export function registerItwinAccount(RED: NodeAPI): void {
  registerAccount(RED, account);
}
