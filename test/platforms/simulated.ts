import type { FlowNode } from '../support/flow-nodes';
import { PLATFORMS } from '.';
import type { Descriptor, Readings, Simulator } from './descriptor';

/** Every platform, simulated. */
export interface SimulatedPlatforms {
  /** Environment variables that the examples name. */
  readonly variables: Record<string, string>;
  /** The simulator of a platform. */
  of<S extends Simulator>(platform: Descriptor<S>): S;
  /** True when the streams that these nodes follow are open, and no others. */
  streaming(nodes: readonly FlowNode[]): boolean;
  stop(): Promise<void>;
}

/** Starts them all. */
export async function startPlatforms(readings: Readings): Promise<SimulatedPlatforms> {
  const started: { platform: Descriptor; simulator: Simulator }[] = [];
  for (const platform of PLATFORMS) started.push({ platform, simulator: await platform.start(readings) });
  const of = (wanted: { readonly id: string }): Simulator | undefined =>
    started.find(({ platform }) => platform.id === wanted.id)?.simulator;
  return {
    variables: Object.assign({}, ...started.map(({ platform, simulator }) => platform.variables(simulator))),
    of<S extends Simulator>(platform: Descriptor<S>): S {
      const simulator = of(platform);
      if (!simulator) throw new Error(`${platform.id} is not in the list of platforms`);
      return simulator as S;
    },
    streaming: (nodes) => started.every(({ platform, simulator }) => platform.streaming(simulator, nodes)),
    async stop() {
      await Promise.all(started.map(({ simulator }) => simulator.stop()));
    },
  };
}
