import type { Node, NodeAPI, NodeCredentials, NodeDef, NodeMessageInFlow } from 'node-red';
import { PlatformError, toPlatformError } from '../errors';
import { sleep } from '../timing';
import { readableError } from './readable-error';
import type { Properties } from './settings';
import { createStatus, type StatusReporter } from './status';

/** A message in a flow, with the fields our nodes read and write (docs/design.md, "Messages"). */
export interface FlowMessage extends NodeMessageInFlow {
  payload?: unknown;
  topic?: string | undefined;
  device?: string | undefined;
  event?: string | undefined;
  time?: string | undefined;
  replayed?: boolean;
  offset?: string | undefined;
  contentType?: string;
  operation?: unknown;
  params?: unknown;
  statusCode?: number | undefined;
  headers?: unknown;
  [field: string]: unknown;
}

export type Send = (message: FlowMessage) => void;

/**
 * Handles one message. When it returns, or its promise resolves, the message is done; when it throws,
 * the error goes to Catch nodes.
 */
export type InputHandler = (message: FlowMessage, send: Send) => Promise<void> | void;

/** All that the code of one node in a flow needs. */
export interface NodeScope<Config extends NodeDef = NodeDef> {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly config: Config;
  /** All that the flow holds of the node, unchecked; `readProperties` reads it. */
  readonly properties: Properties;
  readonly status: StatusReporter;
  onInput(handler: InputHandler): void;
  /** Work to do when the node stops; all of it together has 2 s. `removed`: it was deleted or disabled. */
  onClose(work: (removed: boolean) => Promise<void> | void): void;
  /** The same callback, made safe for timers and emitters: what it throws is reported and goes no further. */
  guard<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void;
  /** An error outside of any message, for Catch nodes and the log. */
  report(error: PlatformError, message?: FlowMessage): void;
  /**
   * The node cannot work until its configuration changes: says so in its status, for every message and, unless
   * another node has reported the same problem already, once by itself.
   */
  disable(problem: PlatformError, reportedElsewhere?: boolean): void;
}

/** Node-RED waits up to 15 s for a node to stop, and every deploy waits with it. */
const CLOSE_LIMIT = 2000;

/** Registers a node type. `setup` wires its parts and returns at once. */
export function registerNode<Config extends NodeDef>(
  RED: NodeAPI,
  type: string,
  setup: (scope: NodeScope<Config>) => void,
  credentials?: NodeCredentials<object>,
): void {
  function FarfieldNode(this: Node, config: Config): void {
    RED.nodes.createNode(this, config);
    const scope = createScope(RED, this, config);
    // Node-RED keeps the last status over deploys; an old "not configured" would stay for ever.
    this.status({});
    try {
      setup(scope);
    } catch (thrown) {
      scope.disable(toPlatformError(thrown));
    }
  }
  RED.nodes.registerType(type, FarfieldNode as never, credentials ? { credentials: credentials as never } : undefined);
}

function createScope<Config extends NodeDef>(RED: NodeAPI, node: Node, config: Config): NodeScope<Config> {
  const status = createStatus(node);
  const closers: ((removed: boolean) => Promise<void> | void)[] = [];

  node.on('close', (removed: boolean, done: () => void) => {
    status.close();
    const work = closers.map(async (close) => {
      try {
        await close(removed);
      } catch (thrown) {
        node.warn(`while closing: ${toPlatformError(thrown).message}`);
      }
    });
    const limit = new AbortController();
    void Promise.race([Promise.all(work), sleep(CLOSE_LIMIT, limit.signal)]).then(() => {
      limit.abort();
      spared(node, done);
    });
  });

  const scope: NodeScope<Config> = {
    RED,
    node,
    config,
    properties: config as object as Properties,
    status,
    onInput: (handler) => listen(node, handler),
    onClose: (work) => closers.push(work),
    guard:
      (callback) =>
      (...args) => {
        try {
          callback(...args);
        } catch (thrown) {
          scope.report(toPlatformError(thrown));
        }
      },
    // Without an object as second argument Node-RED logs an error but shows it to no Catch node.
    report: (error, message = {} as FlowMessage) =>
      spared(node, () => node.error(readableError(error) as never, message as never)),
    disable(problem, reportedElsewhere = false) {
      status.show('not configured');
      if (!reportedElsewhere) reportOnceStarted(scope, problem);
      listen(node, () => {
        throw problem;
      });
    },
  };
  return scope;
}

/** Fires when the node closes. */
export function closingSignal(scope: Pick<NodeScope, 'onClose'>): AbortSignal {
  const closing = new AbortController();
  scope.onClose(() => closing.abort(new PlatformError('CLOSED', 'the node was closed')));
  return closing.signal;
}

/** Catch nodes hear nothing before the whole flow has been made; an error of a constructor would miss them. */
export function reportOnceStarted(scope: Pick<NodeScope, 'report' | 'onClose'>, problem: PlatformError): void {
  const timer = setImmediate(() => scope.report(problem));
  scope.onClose(() => clearImmediate(timer));
}

/** Node-RED clones a message for its Catch nodes, and a message can be such that this throws. */
function spared(node: Node, tell: () => void): void {
  try {
    tell();
  } catch (thrown) {
    node.warn(`a message could not be handed to the flow: ${toPlatformError(thrown).message}`);
  }
}

/** Node-RED does not look at the promise of a handler: one that rejects would end the process. */
function listen(node: Node, handler: InputHandler): void {
  node.removeAllListeners('input');
  node.on('input', (message, send, done) => {
    const run = async (): Promise<void> => handler(message as FlowMessage, send as Send);
    run().then(
      () => spared(node, done),
      (thrown) =>
        spared(node, () => {
          const error = toPlatformError(thrown);
          if (error.statusCode !== undefined) (message as FlowMessage).statusCode = error.statusCode;
          done(readableError(error) as Error);
        }),
    );
  });
}
