import { type Properties, textSetting } from '../core/node-red/settings';
import type { Values } from '../core/operation/operation';
import type { ItwinSettings } from './client/settings';
import { PROJECT } from './operations/common';

/** The project of a node, or else of its account. */
export function projectSetting(properties: Properties, account: Pick<ItwinSettings, 'projectId'>): Values {
  return { [PROJECT]: textSetting(properties, PROJECT, false) || account.projectId };
}
