import type { NodeAPI } from 'node-red';
import { registerNode } from '../../core/node-red/node';
import { streamReporter } from '../../core/node-red/stream-node';
import { usePort } from '../itwin-iot-thread/use-port';
import { outgoing } from './outgoing';

export function registerItwinThreadOut(RED: NodeAPI): void {
  registerNode(RED, 'itwin-iot-thread-out', (scope) => {
    const used = usePort(scope);
    if (!used) return;
    const { encoding, port, outages } = used;
    // Of an outage every message tells that is not sent because of it.
    const { onState } = streamReporter(scope, outages);
    scope.onClose(port.use({ onState }));
    scope.onInput(async ({ payload }) => port.send(outgoing(payload, encoding)));
  });
}
