import type { NodeAPI } from 'node-red';
import { registerOperationNode } from '../../core/node-red/operation-node';
import { choiceSetting } from '../../core/node-red/settings';
import { ITWIN_ACCOUNT } from '../accounts';
import type { ItwinClient } from '../client/itwin-client';
import type { ItwinSettings } from '../client/settings';
import type { Output } from '../message';
import { operations } from '../operations';
import { projectSetting } from '../project';
import { query } from './query';

export function registerItwinQuery(RED: NodeAPI): void {
  registerOperationNode<ItwinClient, ItwinSettings>(RED, {
    type: 'itwin-iot-query',
    account: ITWIN_ACCOUNT,
    operations,
    create(client, account, properties) {
      const output = choiceSetting<Output>(properties, 'output', ['native', 'senml']);
      return {
        settings: projectSetting(properties, account),
        execute: (call) => query(client, call, output, account.maxAnswer),
      };
    },
  });
}
