import type { FlowMessage } from '../../nodes/core/node-red/node';
import type { FaultControls } from '../../simulators/core/fault-controls';
import type { FlowNode } from '../support/flow-nodes';
import type { SteadyFeed } from '../support/steady-feed';
import type { Credentials } from './credentials';
import type { FaultBench } from './fault-bench';

/** What the simulators of all platforms have in common. */
export interface Simulator {
  /** Address of the platform's API. */
  readonly url: string;
  readonly faults: FaultControls;
  stop(): Promise<void>;
}

/** Which readings a simulator plays. */
export interface Readings {
  /** Whether readings come by themselves; default true. */
  live?: boolean;
  /** Times faster than measured. */
  speed?: number;
  /** Readings of each mote that are there from the start. */
  stored?: number;
  /** The reading to begin with, and after which one to go back by how many: `simulators/core/options.ts`. */
  startReading?: number;
  lastReading?: number;
  repeat?: number;
}

/**
 * A platform as demo, tests and faults see it: all they know of it stands in here. `S` is its simulator; `account` is
 * the id of its account node, and of the credentials, wherever nothing else is said.
 */
export interface Descriptor<S extends Simulator = Simulator> {
  /** The short name that begins its node types. */
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  /** Its folder in `examples/`, which bears the name of its palette category. */
  readonly folder: string;
  start(readings: Readings): Promise<S>;
  account(simulator: S, extra?: Record<string, unknown>): FlowNode;
  credentials(simulator: S): Credentials;
  /** Environment variables that the accounts of the examples name, without a default. */
  variables(simulator: S): Record<string, string>;
  /** True when the streams that these nodes follow are open, and no others. */
  streaming(simulator: S, nodes: readonly FlowNode[]): boolean;
  readonly demo: Demo<S>;
  /** Events that a flow follows. */
  stream(simulator: S): LiveStream;
  /** How many tokens the stream's account was given; left out: it needs none. */
  tokens?(simulator: S): number;
  /** Observations that a flow uploads. */
  upload(simulator: S): Upload;
  readonly badInput: BadInput<S>;
  redeploy(simulator: S): Redeploy;
  faultBench(simulator: S): FaultBench;
}

/** What a visitor of the demo finds. */
export interface Demo<S extends Simulator> {
  /** Readings of each mote that are there from the start. */
  readonly stored: number;
  /** What the simulator plays, in a few words. */
  readonly about: string;
  /** What to look at, a line each. */
  readonly lookAt: readonly string[];
  /** What can be asked for below the editor's address, with what it answers. */
  readonly ask?: readonly { what: string; path: string }[];
  /** Ids of `inject` nodes whose buttons are pressed at the start. */
  readonly press?: readonly string[];
  /** True once a flow is connected. */
  reached(simulator: S): boolean;
}

/** Events that a flow follows, each wired to the witness `out`. */
export interface LiveStream {
  flow(): FlowNode[];
  /** True when the platform sends what happens from now on. */
  isFollowed(): boolean;
  /** Begins to make events, whatever happens to who follows. */
  feed(): SteadyFeed;
  /** All events that a flow is to get, oldest first, by what must keep its order: a topic, a sensor. */
  made(): Record<string, string[]>;
  /** Which of them a message is. */
  eventOf(message: FlowMessage): { of: string; id: string };
  /** How often the stream was opened. */
  opened(): number;
}

/** Observations that a flow uploads. */
export interface Upload {
  /** Properties of the upload node. */
  readonly node: Record<string, unknown> & { type: string };
  /** JavaScript of the payload that says the number `n`, also given as JavaScript. */
  payload(n: string): string;
  /** Numbers of the observations that came, in order. */
  received(): unknown[];
}

/** One bad thing: a node, perhaps a message for it, and what the error that reaches the Catch node must say. */
export interface BadCase<S extends Simulator = Simulator> {
  what: string;
  node: Record<string, unknown> & { type: string };
  message?: Record<string, unknown>;
  /** Spoils what the server answers; it is put right after the case. */
  arm?(simulator: S): void;
  says: RegExp;
  code?: string;
  /** Where the error says it comes from, when that is not the node itself. */
  from?: string;
}

/** What is bad for the nodes of one platform. Nodes that name no account have the first one. */
export interface BadInput<S extends Simulator = Simulator> {
  accounts(simulator: S): FlowNode[];
  credentials(simulator: S): Credentials;
  readonly cases: readonly BadCase<S>[];
}

/** Every node type of a platform, the streams twice over and the outbox in each of its modes. */
export interface Redeploy {
  nodes(): FlowNode[];
  credentials(): Credentials;
  /** Messages, each work for the nodes with these ids. */
  readonly work: readonly { message: Record<string, unknown>; nodes: readonly string[] }[];
  /** Streams that these nodes open, each for itself. */
  streamsOf(nodes: readonly FlowNode[]): number;
  /** Such streams opened so far, and open now. */
  opened(): number;
  open(): number;
  /** Connections that all its nodes share, open now; left out: they share none. */
  shared?(): { wanted: number; open: number }[];
  /** How often each of what stands for its requests was asked. */
  asked(): number[];
  connections(): number;
  /** All that may stop to answer. */
  readonly peers: readonly Simulator['faults'][];
}
