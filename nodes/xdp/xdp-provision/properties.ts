import { requestNode } from '../../core/property/groups';
import { configNode, label, version } from '../../core/property/rows';
import { XDP_ACCOUNT } from '../accounts';
import { operations } from '../operations';

export const PROPERTIES = {
  name: label(),
  account: configNode(XDP_ACCOUNT, true),
  ...requestNode(operations),
  version: version(1),
};
