import type { NodeAPI, NodeDef } from 'node-red';
import { PlatformError } from '../errors';
import type { OnRetry } from '../http/request';
import type { OperationAnswer, OperationClient } from '../operation/answer';
import type { ParameterSources } from '../operation/given-value';
import { findOperation, type Operation, operationsOf, type Values } from '../operation/operation';
import { resolveParameters } from '../operation/parameters';
import { DELIVER } from '../property/groups';
import { operation as operationOf, params as paramsOf } from '../property/rows';
import { useAccount } from './account';
import { createActivity } from './activity';
import { createDelivery, type Delivery } from './deliver';
import { showingWrongInput } from './failure-status';
import { closingSignal, type FlowMessage, registerNode } from './node';
import { readProperties } from './properties';
import type { Properties } from './settings';
import { asWritten, createTypedReader, type TypedReader, type TypedValue } from './typed-values';

/** One operation for one message. */
export interface OperationCall {
  operation: Operation;
  /** Checked, in the form the platform wants. */
  values: Values;
  /** Fires when the node closes. */
  signal: AbortSignal;
  /**
   * Takes an item of the answer as it arrives, when the user wants items one by one; the answer's `payload` is then
   * undefined. undefined itself when the answer is wanted whole.
   */
  onItem: ((payload: unknown, fields?: Partial<FlowMessage>) => void) | undefined;
  /** Tells how much has come of a long answer. */
  onProgress(count: number): void;
  /** Tells that a try has failed, and in how many milliseconds the next one comes. */
  onRetry: OnRetry;
}

/** What a node makes once of its account and its properties. */
export interface OperationRunner {
  /** Default: that of the client. */
  execute?(call: OperationCall): Promise<OperationAnswer>;
  /** Values by the name that parameters call their `setting`. */
  settings?: Values;
  /** Where a message's values come from; default: the property `params`, `msg.params`, `msg.payload` and the settings. */
  sources?(message: FlowMessage): Promise<ParameterSources>;
}

export interface OperationNodeType<Client extends OperationClient, Settings> {
  type: string;
  /** Type of the config node. */
  account: string;
  /** Property that names it; default: `account`. */
  accountProperty?: string;
  operations: readonly Operation[];
  /** Property that names the operation, and what errors call it; default: `operation`. */
  operationProperty?: string;
  create?(client: Client, settings: Settings, properties: Properties, reader: TypedReader): OperationRunner;
}

/** Registers a request/response node whose operations stand in a table (docs/design.md, "Request/response nodes"). */
export function registerOperationNode<Client extends OperationClient, Settings>(
  RED: NodeAPI,
  nodeType: OperationNodeType<Client, Settings>,
): void {
  registerNode<NodeDef>(RED, nodeType.type, (scope) => {
    const account = useAccount<Settings, Client>(scope, nodeType.account, nodeType.accountProperty);
    if (!account) return;
    const { properties } = scope;
    const { deliver, params } = readProperties({ ...DELIVER, params: paramsOf(nodeType.operations) }, properties);
    const { operationProperty: named = 'operation' } = nodeType;
    const chosen = readProperties({ [named]: operationOf() }, properties)[named] ?? '';
    const reader = createTypedReader(RED, scope.node);
    const { client, settings: ofAccount } = account;
    const {
      execute = ({ operation, values, signal, onRetry }: OperationCall) =>
        client.execute(operation, values, { signal, onRetry }),
      settings = {},
      sources,
    } = nodeType.create?.(client, ofAccount, properties, reader) ?? {};
    const activity = createActivity(scope.status);
    const closing = closingSignal(scope);

    const usualSources = async (operation: Operation, message: FlowMessage): Promise<ParameterSources> => {
      const dialog = await reader.readAll(onlyOf(operation, params), message);
      return { dialog, message: message.params, payload: message.payload, settings };
    };
    const valuesFor = async (operation: Operation, message: FlowMessage): Promise<Values> =>
      resolveParameters(operation, await (sources?.(message) ?? usualSources(operation, message)));

    scope.onInput(
      showingWrongInput(scope.status, async (message, send) => {
        const operation = chooseOperation(nodeType, chosen, message);
        const values = await valuesFor(operation, message).finally(() => {
          // For Catch nodes too, but not before a value of the dialog has read what the message itself says.
          message.operation = operation.id;
        });
        let delivery: Delivery | undefined;
        const add = (item: unknown, fields: Partial<FlowMessage> = {}): void => {
          delivery ??= createDelivery(RED, deliver, message, send);
          delivery.add(item, fields);
        };
        const work = execute({
          operation,
          values,
          signal: closing,
          onItem: deliver === 'sequence' ? add : undefined,
          onProgress: (count) => scope.status.show('replaying', count),
          onRetry: activity.retrying,
        });
        const {
          payload,
          problem,
          fields: own,
          ...usual
        } = await activity
          .during(work, ({ statusCode }) => statusCode)
          .catch((thrown) => {
            // A node that closes sends nothing any more.
            if (!closing.aborted) delivery?.abandon();
            throw thrown;
          });
        const fields = { ...usual, ...own };
        if (problem) scope.report(problem, message);
        if (delivery) return (delivery as Delivery).end(fields);
        // No item came: as with an empty list, there is no message to send.
        if (deliver === 'sequence' && payload === undefined) return;
        Object.assign(message, fields);
        if (deliver === 'whole' || !Array.isArray(payload)) return send(Object.assign(message, { payload }));
        const list = createDelivery(RED, deliver, message, send, payload.length);
        for (const item of payload) list.add(item, {});
        list.end({});
      }),
    );
  });
}

type NamedOperations = Pick<OperationNodeType<never, never>, 'type' | 'operations' | 'operationProperty'>;

function chooseOperation(
  { type, operations, operationProperty = 'operation' }: NamedOperations,
  chosen: string,
  message: FlowMessage,
): Operation {
  const id = chosen || message.operation;
  const known = operationsOf(operations, type).map((operation) => operation.id);
  const operation = typeof id === 'string' ? findOperation(operations, type, id) : undefined;
  if (operation) return operation;
  const problem =
    id === undefined || id === ''
      ? `no ${operationProperty}: choose one in the dialog or set msg.operation`
      : `unknown ${operationProperty} "${id}"`;
  throw new PlatformError('INVALID_PARAMETER', `${problem}; ${type} has: ${known.join(', ')}`);
}

/** A dialog keeps the values of operations chosen before; they are none of this one's business. */
function onlyOf(operation: Operation, params: Record<string, TypedValue>): Record<string, TypedValue> {
  return Object.fromEntries(
    operation.params.flatMap(({ name, type }) => {
      if (!Object.hasOwn(params, name)) return [];
      const typed = params[name] as TypedValue;
      return [[name, type === 'integer' ? asWritten(typed) : typed]];
    }),
  );
}
