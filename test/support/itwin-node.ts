import { type ItwinSimulator, type ItwinSimulatorOptions, startItwinSimulator } from '../../simulators/itwin-iot';
import type { FlowNode, FlowRuntime } from './flow';
import { flowRuntime } from './flow-suite';
import { itwinCredentials, itwinFlow } from './itwin';
import { requestsTo } from './requests';

/*
 * What tests of one node type share. There is one of each: mocha runs the files of a process one after the other.
 */

/** Properties of a node, as a flow file has them. */
export type Properties = Record<string, unknown>;

/** Node-RED, the same for all tests of a `testItwinNode`. */
export let runtime: FlowRuntime;

/** The platform of the test at hand. */
export let simulator: ItwinSimulator;

let usual: () => Properties & { type: string };
let others: { close(): Promise<void> }[] = [];

/**
 * Makes the tests of the `describe` that calls it tests of a node type.
 *
 * @param properties those a node has where a test says nothing else
 */
export function testItwinNode(type: string, properties: () => Properties = () => ({})): void {
  const own = flowRuntime('itwin-iot', async () => {
    await simulator.stop();
    await Promise.all(others.map((each) => each.close()));
    others = [];
  });
  before(() => {
    usual = () => ({ type, ...properties() });
    runtime = own;
  });
}

/** Starts the platform, with observations only where a test makes them. */
export async function simulate(options: ItwinSimulatorOptions = {}): Promise<void> {
  simulator = await startItwinSimulator({ live: false, ...options });
}

/** The flow around the node, and its account, for the running platform. */
export function flow(properties: Properties = {}, account: Properties = {}): FlowNode[] {
  return itwinFlow(simulator, { ...usual(), ...properties }, account);
}

/** The node alone: for a flow with several. */
export function node(properties: Properties = {}): FlowNode {
  const { type } = { ...usual(), ...properties };
  return flow(properties).find((each) => each.type === type) as FlowNode;
}

export function deploy(properties: Properties = {}, account: Properties = {}): Promise<void> {
  return runtime.deploy(flow(properties, account), itwinCredentials(simulator));
}

export async function start(
  properties: Properties = {},
  options: ItwinSimulatorOptions = {},
  account: Properties = {},
): Promise<void> {
  await simulate(options);
  await deploy(properties, account);
}

/** Another server, closed after the test. */
export function also<Server extends { close(): Promise<void> }>(server: Server): Server {
  others.push(server);
  return server;
}

export const { ask, fails } = requestsTo(() => runtime);

/** The sensor of a mote, from 1. */
export function sensor(mote = 1): string {
  return simulator.sensorIds[mote - 1] as string;
}

/** The temperature of mote 1, as `getData` takes it. */
export function series(): Properties {
  return { sensor: sensor(), metric: 'T', unit: 'C' };
}

/** Calls of one method of the socket API so far. */
export function callsOf(name: string): ItwinSimulator['counters']['recentCalls'] {
  return simulator.counters.recentCalls.filter(({ method }) => method === name);
}

/** Times of the observations that the platform has of a sensor, oldest first. */
export function stored(sensorId = sensor()): string[] {
  return simulator.observations(sensorId).map(({ timestamp }) => timestamp);
}
