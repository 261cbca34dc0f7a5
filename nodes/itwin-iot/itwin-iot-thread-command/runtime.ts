import type { NodeAPI } from 'node-red';
import { registerOperationNode } from '../../core/node-red/operation-node';
import { ITWIN_THREAD } from '../accounts';
import { threadOperations } from '../operations/thread';
import type { ThreadSettings } from '../thread/settings';
import type { ThreadClient } from '../thread/thread-client';

export function registerItwinThreadCommand(RED: NodeAPI): void {
  registerOperationNode<ThreadClient, ThreadSettings>(RED, {
    type: 'itwin-iot-thread-command',
    account: ITWIN_THREAD,
    accountProperty: 'thread',
    operations: threadOperations,
  });
}
