import { itwinVariables } from '../../scripts/demo/itwin-iot';
import { xdpVariables } from '../../scripts/demo/xdp';
import { type ItwinSimulator, startItwinSimulator } from '../../simulators/itwin-iot';
import { startXdpSimulator, type XdpSimulator } from '../../simulators/xdp';
import type { FlowNode } from './flow-nodes';

/** Every platform, simulated, with readings that come in fast. */
export interface SimulatedPlatforms {
  readonly xdp: XdpSimulator;
  readonly itwin: ItwinSimulator;
  /** Environment variables that the examples name. */
  readonly variables: Record<string, string>;
  /** True when the streams that these nodes follow are open, and no others. */
  streaming(nodes: readonly FlowNode[]): boolean;
  stop(): Promise<void>;
}

const SPEED = 50;
const PORTS = [1, 2, 3];

export async function startPlatforms(): Promise<SimulatedPlatforms> {
  const xdp = await startXdpSimulator({ speed: SPEED, stored: 20 });
  const itwin = await startItwinSimulator({ speed: SPEED, stored: 60 });
  const openPorts = (): number => PORTS.reduce((sum, port) => sum + itwin.edge.devicePort(port).clients, 0);
  return {
    xdp,
    itwin,
    variables: { ...xdpVariables(xdp), ...itwinVariables(itwin) },
    streaming: (nodes) =>
      xdp.counters.openStreams === ofType(nodes, 'xdp-events').length &&
      itwin.counters.openSubscriptions === subscriptions(nodes) &&
      openPorts() === ports(nodes),
    stop: async () => void (await Promise.all([xdp.stop(), itwin.stop()])),
  };
}

function ofType(nodes: readonly FlowNode[], ...types: string[]): FlowNode[] {
  return nodes.filter(({ type }) => types.includes(type));
}

/** An update of data names no sensor: each has a subscription of its own. */
function subscriptions(nodes: readonly FlowNode[]): number {
  return ofType(nodes, 'itwin-iot-subscribe').reduce(
    (sum, { subscription, ids }) => sum + (subscription === 'data' ? (ids as string[]).length : 1),
    0,
  );
}

/** All nodes at a port share one socket. */
function ports(nodes: readonly FlowNode[]): number {
  return new Set(ofType(nodes, 'itwin-iot-thread-in', 'itwin-iot-thread-out').map(({ port }) => port)).size;
}
