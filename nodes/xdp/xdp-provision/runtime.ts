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
  });
}
