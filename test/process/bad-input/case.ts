import type { FlowNode } from '../../support/flow-nodes';

/** One bad thing: a node, perhaps a message for it, and what the error that reaches the Catch node must say. */
export interface Case<Simulator> {
  what: string;
  node: Record<string, unknown> & { type: string };
  message?: Record<string, unknown>;
  /** Spoils what the server answers; it is put right after the case. */
  arm?(simulator: Simulator): void;
  says: RegExp;
  code?: string;
  /** Where the error says it comes from, when that is not the node itself. */
  from?: string;
}

/** What is bad for the nodes of one platform. Nodes that name no account have the first one. */
export interface BadInput<Simulator> {
  start(): Promise<Simulator>;
  accounts(simulator: Simulator): FlowNode[];
  credentials(simulator: Simulator): Record<string, Record<string, string>>;
  cases: readonly Case<Simulator>[];
}
