import { CONNECTION, HTTP } from '../../core/property/groups';
import { choice, label, number, password, shown, text, token, url, version } from '../../core/property/rows';

const BY_IMS = { auth: 'ims' };

/** "Required scopes" of the platform text; the newer Sensor Data API has one of its own. */
const SCOPE = 'sensor-data:modify sensor-data:read users:read itwins:read itwins:modify';

/** docs/design.md, "Config nodes". */
export const PROPERTIES = {
  name: label(),
  url: url(['wss', 'ws', 'tcp'], 'wss://iiot.bentley.com:4201/'),
  restUrl: url(HTTP, 'https://iiot.bentley.com/api'),
  auth: choice(['apikey', 'ims', 'jwt']),
  imsUrl: url(HTTP, 'https://ims.bentley.com/connect/token', { when: BY_IMS }),
  scope: text(SCOPE),
  accept: text('application/json'),
  projectParameter: text('projectIds'),
  projectId: text(),
  keepalive: number(5, { min: 0, unit: 'seconds' }),
  ...CONNECTION,
  version: version(1),
};

/** Only what the chosen way needs is asked for; the rest may be left as it is. */
export const CREDENTIALS = {
  apiKey: token({ when: { auth: 'apikey' } }),
  clientId: shown({ when: BY_IMS }),
  clientSecret: password({ when: BY_IMS }),
  jwt: token({ when: { auth: 'jwt' } }),
};
