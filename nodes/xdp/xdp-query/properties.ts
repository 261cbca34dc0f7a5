import { inQuery } from '../../core/operation/operation';
import { DELIVER, OUTPUT } from '../../core/property/groups';
import { configNode, flag, label, list, text, typed, typeOf, version } from '../../core/property/rows';
import { XDP_ACCOUNT } from '../accounts';
import { offsetsProblem } from '../offsets';

const OFFSETS = inQuery('offsets', { type: 'object', check: offsetsProblem });

export const PROPERTIES = {
  name: label(),
  account: configNode(XDP_ACCOUNT, true),
  /** Empty: the message names it. */
  stream: text('recordings', { empty: '' }),
  /** Empty: all. */
  eventTypes: list(),
  offsets: typed(OFFSETS),
  offsetsType: typeOf('json'),
  secrets: flag(false),
  ...DELIVER,
  ...OUTPUT,
  version: version(1),
};
