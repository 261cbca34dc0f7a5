import { DELIVER, OUTPUT, requestNode } from '../../core/property/groups';
import { configNode, label, text, version } from '../../core/property/rows';
import { ITWIN_ACCOUNT } from '../accounts';
import { operations } from '../operations';

export const PROPERTIES = {
  name: label(),
  account: configNode(ITWIN_ACCOUNT, true),
  ...requestNode(operations),
  projectId: text(),
  ...DELIVER,
  ...OUTPUT,
  version: version(1),
};
