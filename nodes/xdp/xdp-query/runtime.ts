import type { NodeAPI } from 'node-red';
import { registerOperationNode } from '../../core/node-red/operation-node';
import { readProperties } from '../../core/node-red/properties';
import { XDP_ACCOUNT } from '../accounts';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { eventTypesSetting } from '../event-types';
import { offsetsOf } from '../offsets';
import { operations } from '../operations';
import { PROPERTIES } from './properties';
import { query } from './query';

export function registerXdpQuery(RED: NodeAPI): void {
  registerOperationNode<XdpClient, XdpSettings>(RED, {
    type: 'xdp-query',
    account: XDP_ACCOUNT,
    operations,
    operationProperty: 'stream',
    create(client, { timeout }, properties, reader) {
      const { output, secrets: includeDeviceSecrets, ...own } = readProperties(PROPERTIES, properties);
      const eventTypes = eventTypesSetting(own.eventTypes);
      return {
        async sources(message) {
          const given = await reader.read('offsets', own.offsets, message);
          const offsets = { ...offsetsOf(message.offsets), ...offsetsOf(given) };
          return { dialog: { offsets, includeDeviceSecrets }, message: undefined, payload: undefined };
        },
        execute: (call) => query(client, call, { eventTypes, output, timeout }),
      };
    },
  });
}
