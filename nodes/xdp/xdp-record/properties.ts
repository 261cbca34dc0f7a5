import { inBody } from '../../core/operation/operation';
import { UPLOAD } from '../../core/property/groups';
import { configNode, label, typed, typeOf, version } from '../../core/property/rows';
import { XDP_ACCOUNT } from '../accounts';
import { ADDRESS } from '../device-address';

export const PROPERTIES = {
  name: label(),
  account: configNode(XDP_ACCOUNT, true),
  source: typed(inBody('source', { pick: 'observation-types' })),
  sourceType: typeOf('str'),
  nwkAddr: typed(inBody('nwkAddr', { ...ADDRESS, pick: 'end-devices' })),
  nwkAddrType: typeOf('num'),
  ...UPLOAD,
  version: version(1),
};
