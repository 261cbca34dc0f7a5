import type { NodeAPI } from 'node-red';
import { registerOperationNode } from '../../core/node-red/operation-node';
import { readProperties } from '../../core/node-red/properties';
import { ITWIN_ACCOUNT } from '../accounts';
import type { ItwinClient } from '../client/itwin-client';
import type { ItwinSettings } from '../client/settings';
import { operations } from '../operations';
import { projectSetting } from '../project';
import { PROPERTIES } from './properties';

export function registerItwinProvision(RED: NodeAPI): void {
  registerOperationNode<ItwinClient, ItwinSettings>(RED, {
    type: 'itwin-iot-provision',
    account: ITWIN_ACCOUNT,
    operations,
    create: (_, account, properties) => ({
      settings: projectSetting(readProperties(PROPERTIES, properties), account),
    }),
  });
}
