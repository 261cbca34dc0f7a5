import type { NodeAPI } from 'node-red';
import { registerOperationNode } from '../../core/node-red/operation-node';
import { booleanSetting, choiceSetting } from '../../core/node-red/settings';
import { typedProperty } from '../../core/node-red/typed-values';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { eventTypesSetting } from '../event-types';
import type { Output } from '../message';
import { offsetsOf } from '../offsets';
import { operations } from '../operations';
import { XDP_ACCOUNT } from '../xdp-account/runtime';
import { query } from './query';

export function registerXdpQuery(RED: NodeAPI): void {
  registerOperationNode<XdpClient, XdpSettings>(RED, {
    type: 'xdp-query',
    account: XDP_ACCOUNT,
    operations,
    operationProperty: 'stream',
    create(client, { timeout }, properties, reader) {
      const eventTypes = eventTypesSetting(properties);
      const output = choiceSetting<Output>(properties, 'output', ['native', 'senml']);
      const includeDeviceSecrets = booleanSetting(properties, 'secrets');
      const inDialog = typedProperty(properties, 'offsets', 'json');
      return {
        async sources(message) {
          const given = await reader.read('offsets', inDialog, message);
          const offsets = { ...offsetsOf(message.offsets), ...offsetsOf(given) };
          return { dialog: { offsets, includeDeviceSecrets }, message: undefined, payload: undefined };
        },
        execute: (call) => query(client, call, { eventTypes, output, timeout }),
      };
    },
  });
}
