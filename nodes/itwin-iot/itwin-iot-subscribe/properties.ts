import { inputNode } from '../../core/property/groups';
import { choice, configNode, flag, label, list, params, text, version } from '../../core/property/rows';
import { ITWIN_ACCOUNT } from '../accounts';
import { LOST_FROM, SUBSCRIPTIONS, subscribeOperations } from '../operations/subscribe';

export const PROPERTIES = {
  name: label(),
  account: configNode(ITWIN_ACCOUNT, true),
  subscription: choice(SUBSCRIPTIONS),
  ids: list([], { asked: true }),
  metric: text('', { asked: true, when: { subscription: 'data' } }),
  unit: text('', { asked: true, when: { subscription: 'data' } }),
  params: params(subscribeOperations, 'subscription'),
  projectId: text(),
  backfill: flag(true),
  store: text(),
  /** ISO time from which is fetched when the remembered position is lost, or so long ago; empty: from now. */
  lostFrom: text('', { parameter: LOST_FROM }),
  ...inputNode('value'),
  version: version(1),
};
