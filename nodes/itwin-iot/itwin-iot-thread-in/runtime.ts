import type { NodeAPI } from 'node-red';
import { registerNode } from '../../core/node-red/node';
import { streamReporter } from '../../core/node-red/stream-node';
import { usePort } from '../itwin-iot-thread/use-port';

export function registerItwinThreadIn(RED: NodeAPI): void {
  registerNode(RED, 'itwin-iot-thread-in', (scope) => {
    const used = usePort(scope);
    if (!used) return;
    const { number, encoding, port } = used;
    const topic = `port/${number}`;
    const leave = port.use({
      ...streamReporter(scope),
      onData: scope.guard((data) => {
        // A copy: other nodes at this port get the same bytes.
        const payload = encoding === 'utf8' ? data.toString() : Buffer.from(data);
        scope.node.send({ payload, topic, event: 'message' } as never);
      }),
    });
    scope.onClose(leave);
  });
}
