import type { Values } from '../core/operation/operation';
import type { ItwinSettings } from './client/settings';
import { PROJECT } from './operations/common';

/** The project of a node, or else of its account. */
export function projectSetting(
  node: Pick<ItwinSettings, 'projectId'>,
  account: Pick<ItwinSettings, 'projectId'>,
): Values {
  return { [PROJECT]: node.projectId || account.projectId };
}
