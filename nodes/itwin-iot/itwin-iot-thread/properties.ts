import { CONNECTION, HTTP } from '../../core/property/groups';
import { choice, configNode, label, url, version } from '../../core/property/rows';
import { ITWIN_THREAD } from '../accounts';

/** docs/design.md, "Config nodes". */
export const PROPERTIES = {
  name: label(),
  url: url(HTTP, 'http://localhost/api'),
  wsUrl: url(['ws', 'wss'], 'ws://localhost/ws'),
  ...CONNECTION,
  version: version(1),
};

/** What the nodes at a port of the THREAD have. */
export const PORT = {
  name: label(),
  thread: configNode(ITWIN_THREAD, true),
  port: choice(['1', '2', '3']),
  /** How messages are read and written: as text, or as the bytes they are. */
  encoding: choice(['utf8', 'buffer']),
  version: version(1),
};
