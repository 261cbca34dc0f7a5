import { createFlowRuntime, type FlowRuntime } from './flow';

/**
 * One Node-RED runtime for all tests of the `describe` that calls this; it can be used from the first test on. After
 * each test its flow is stopped, then what the flow talked to.
 */
export function flowRuntime(platform: string, stopPlatform: () => Promise<void>): FlowRuntime {
  const runtime = {} as FlowRuntime;
  before(async () => {
    Object.assign(runtime, await createFlowRuntime(platform));
  });
  afterEach(async () => {
    await runtime.stop();
    await stopPlatform();
  });
  after(() => runtime.dispose());
  return runtime;
}
