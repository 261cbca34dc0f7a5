import type { ThreadSettings } from '../../nodes/itwin-iot/thread/settings';
import type { ItwinEdge } from '../../simulators/itwin-iot';
import type { FlowNode } from './flow';

/** Settings of a client for the simulated THREAD. */
export function threadSettings({ url, wsUrl }: Pick<ItwinEdge, 'url' | 'wsUrl'>): ThreadSettings {
  return { url, wsUrl, timeout: 5000, retryMax: 100, keepalive: 15_000 };
}

/** The config node for the simulated THREAD. */
export function threadNode(
  { url, wsUrl }: Pick<ItwinEdge, 'url' | 'wsUrl'>,
  extra: Record<string, unknown> = {},
): FlowNode {
  return { id: 'thread', type: 'itwin-iot-thread', name: 'North', url, wsUrl, timeout: 5, retryMax: 1, ...extra };
}

/**
 * A flow around nodes of a THREAD, each wired to `out`: errors go to `errors`, done messages to `complete`.
 */
export function threadFlow(thread: FlowNode, ...nodes: FlowNode[]): FlowNode[] {
  return [
    { id: 'flow', type: 'tab' },
    thread,
    ...nodes.map((node) => ({ z: 'flow', thread: 'thread', wires: [['out']], ...node })),
    { id: 'out', type: 'helper', z: 'flow' },
    { id: 'catch', type: 'catch', z: 'flow', wires: [['errors']] },
    { id: 'errors', type: 'helper', z: 'flow' },
    { id: 'done', type: 'complete', z: 'flow', scope: nodes.map(({ id }) => id), wires: [['complete']] },
    { id: 'complete', type: 'helper', z: 'flow' },
  ];
}
