import type { NodeAPI } from 'node-red';
import { registerOperationNode } from '../../core/node-red/operation-node';
import { readProperties } from '../../core/node-red/properties';
import { ITWIN_ACCOUNT } from '../accounts';
import type { ItwinClient } from '../client/itwin-client';
import type { ItwinSettings } from '../client/settings';
import { operations } from '../operations';
import { projectSetting } from '../project';
import { PROPERTIES } from './properties';
import { query } from './query';

export function registerItwinQuery(RED: NodeAPI): void {
  registerOperationNode<ItwinClient, ItwinSettings>(RED, {
    type: 'itwin-iot-query',
    account: ITWIN_ACCOUNT,
    operations,
    create(client, account, properties) {
      const own = readProperties(PROPERTIES, properties);
      return {
        settings: projectSetting(own, account),
        execute: (call) => query(client, call, own.output, account.maxAnswer),
      };
    },
  });
}
