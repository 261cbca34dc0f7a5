import { strict as assert } from 'node:assert';
import { startXdpSimulator, type XdpSimulator, type XdpSimulatorOptions } from '../../../../simulators/xdp';
import { type FlowRuntime, requestFlow, xdpCredentials } from '../../../support/flow';
import { flowRuntime } from '../../../support/flow-suite';

/** An application key, 16 bytes as hexadecimal digits. */
export const KEY = '2b7e151628aed2a6abf7158809cf4f3c';

/** A flow with one node `xdp-provision`, and what of it comes to the simulator. */
export interface ProvisionSetUp {
  runtime: FlowRuntime;
  /** Starts a simulator and a flow whose node has these properties. */
  start(properties: Record<string, unknown>, options?: XdpSimulatorOptions): Promise<XdpSimulator>;
  /** Sends a message to the node and waits for its answer; an error fails the test. */
  put(operation: string, params?: object, payload?: unknown): Promise<void>;
  /** What the platform was asked to change, in order. */
  provisioned(): { method: string; path: string; query: string; body: unknown }[];
}

/** To be called in a `describe`. */
export function setUpProvision(): ProvisionSetUp {
  let simulator: XdpSimulator;
  const runtime = flowRuntime('xdp', () => simulator.stop());

  return {
    runtime,
    async start(properties, options = {}) {
      simulator = await startXdpSimulator({ live: false, ...options });
      await runtime.deploy(requestFlow(simulator, { type: 'xdp-provision', ...properties }), xdpCredentials(simulator));
      return simulator;
    },
    async put(operation, params, payload) {
      const count = runtime.received('out').length;
      runtime.send('node', { operation, params, payload });
      await Promise.race([
        runtime.messages('out', count + 1),
        runtime.errors('errors', 1).then(([error]) => assert.fail(`${operation}: ${error?.message}`)),
      ]);
    },
    provisioned: () =>
      simulator.counters.provisioned.map(({ method, path, query, body }) => ({ method, path, query, body })),
  };
}
