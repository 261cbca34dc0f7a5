import type { NodeAPI } from 'node-red';
import { registerOperationNode } from '../../core/node-red/operation-node';
import { XDP_ACCOUNT } from '../accounts';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { operations } from '../operations';

export function registerXdpProvision(RED: NodeAPI): void {
  registerOperationNode<XdpClient, XdpSettings>(RED, {
    type: 'xdp-provision',
    account: XDP_ACCOUNT,
    operations,
    create: (client) => ({
      async execute({ operation, values, signal, onRetry }) {
        const answer = await client.execute(operation, values, { signal, onRetry });
        // Worked out from the EUI, the address would be known nowhere else.
        return values.nwkAddr === undefined ? answer : { ...answer, fields: { device: String(values.nwkAddr) } };
      },
    }),
  });
}
