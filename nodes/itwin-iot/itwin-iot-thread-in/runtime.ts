import type { NodeAPI } from 'node-red';
import { registerNode } from '../../core/node-red/node';
import { streamReporter } from '../../core/node-red/stream-node';
import { usePort } from '../itwin-iot-thread/use-port';

export function registerItwinThreadIn(RED: NodeAPI): void {
  registerNode(RED, 'itwin-iot-thread-in', (scope) => {
    const used = usePort(scope);
    if (!used) return;
    const { number, encoding, port, outages } = used;
    const topic = `port/${number}`;
    const { onState, onOutage } = streamReporter(scope, outages);
    let decoder = textDecoder();
    /** What was half a character on the last connection is none on the next. */
    const endText = (): void => {
      const rest = decoder.decode();
      decoder = textDecoder();
      if (rest !== '') scope.node.send({ payload: rest, topic, event: 'message' } as never);
    };
    const leave = port.use({
      onOutage,
      onState(state, detail) {
        if (state === 'connecting') endText();
        onState(state, detail);
      },
      onData: scope.guard((data) => {
        // A copy: other nodes at this port get the same bytes. A character may be split over two messages.
        const payload = encoding === 'utf8' ? decoder.decode(data, { stream: true }) : Buffer.from(data);
        if (payload.length === 0 && data.length > 0) return;
        scope.node.send({ payload, topic, event: 'message' } as never);
      }),
    });
    scope.onClose(leave);
  });
}

function textDecoder(): TextDecoder {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}
