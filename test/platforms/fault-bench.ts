import type { FaultControls } from '../../simulators/core/fault-controls';
import type { FlowNode } from '../support/flow-nodes';
import type { Witnessed } from '../support/node-red-process';
import type { Credentials } from './credentials';

/**
 * What a node of the fault bench promises: an `input` each event once and in any case, a `port` what comes while it is
 * green, a `kept` upload what it is done with, a `failing` one and a `request` that each message ends, done or with an
 * error.
 */
export type Promised = 'input' | 'port' | 'kept' | 'failing' | 'request';

/** A node of the fault bench. */
export interface Subject {
  /** Its name in the table. */
  readonly title: string;
  readonly promised: Promised;
  /** A wire that has no memory: what goes over it while its peer is away is gone. */
  readonly wire?: boolean;
  /** It keeps its messages on the disk. */
  readonly onDisk?: boolean;
}

/** Losses that nobody can prevent, at most so many, and why, by node. */
export type Unavoidable = Record<string, { lost: number; why: string }>;

/** What should have come of one node and what has, by names of events and numbers of messages. */
export interface Tally {
  /** What the platform had for the node, or the messages that it is answerable for. */
  wanted: string[];
  /** What came out of it, or arrived at the platform, or was answered; twice when it came twice. */
  arrived: string[];
  /** What ended with an error that a Catch node got. */
  told: string[];
  /** What the node was done with, where that is something else than what arrived. */
  done?: string[];
}

/** What the witnesses of the bench's flow saw. */
export interface Counts {
  /** Messages that came to a witness. */
  messages(witness: string): Witnessed['message'][];
  /** A `kept` upload: what it was done with has to arrive. */
  kept(id: string, arrived: string[]): Tally;
  /** A `failing` upload: what was neither done nor told is missing. */
  failing(id: string, arrived: string[]): Tally;
  /** A `request`: each message is answered or told. */
  requested(id: string): Tally;
  /** Numbers of the messages that a node was done with. */
  done(id: string): string[];
}

/** A platform's part of the fault bench (`scripts/faults`): every kind of its nodes, and messages for them. */
export interface FaultBench {
  /** The nodes that are judged, by id. */
  readonly subjects: Readonly<Record<string, Subject>>;
  /** Everything with a port of its own: the platform, a gateway. */
  readonly peers: readonly FaultControls[];
  /** Nodes and their accounts, on the tab `flow`; events are wired to the witness `out`. */
  nodes(): FlowNode[];
  credentials(): Credentials;
  /** Nodes that take `{payload: {n}, n}`, for uploads and for requests. */
  readonly takes: { readonly uploads: readonly string[]; readonly requests: readonly string[] };
  /** True when all input nodes follow. */
  isFollowed(): boolean;
  /** Makes event number `n`, a few hundred times a second. */
  feed(n: number): void;
  /** What has come of the nodes; `requested` holds for those that are left out. */
  tally(counts: Counts): Record<string, Tally>;
  /** Refuses (401) what one request node asks for, and nothing else. */
  refuseOneResource(): void;
  /** Breaks one event after so many more, each; returns what is thereby lost. */
  malform(afterEvents: readonly number[]): Unavoidable;
}
