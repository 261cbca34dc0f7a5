import { requestNode } from '../../core/property/groups';
import { configNode, label, version } from '../../core/property/rows';
import { ITWIN_THREAD } from '../accounts';
import { operations } from '../operations';

export const PROPERTIES = {
  name: label(),
  thread: configNode(ITWIN_THREAD, true),
  ...requestNode(operations),
  version: version(1),
};
