import { inBody } from '../../core/operation/operation';
import { UPLOAD } from '../../core/property/groups';
import { choice, configNode, label, text, typed, typeOf, version } from '../../core/property/rows';
import { ITWIN_ACCOUNT } from '../accounts';

export const PROPERTIES = {
  name: label(),
  account: configNode(ITWIN_ACCOUNT, true),
  via: choice(['socket', 'rest']),
  projectId: text(),
  sensorId: typed(inBody('sensorId', { pick: 'sensors' })),
  sensorIdType: typeOf('str'),
  ...UPLOAD,
  version: version(1),
};
