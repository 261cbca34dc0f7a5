import { CONNECTION, HTTP } from '../../core/property/groups';
import { label, password, shown, text, url, version } from '../../core/property/rows';

/** docs/design.md, "Config nodes". */
export const PROPERTIES = {
  name: label(),
  url: url(HTTP, 'https://xdp.titanclass.com.au/api'),
  namespace: text('', { required: true, header: true }),
  ...CONNECTION,
  version: version(1),
};

export const CREDENTIALS = { username: shown(), password: password() };
