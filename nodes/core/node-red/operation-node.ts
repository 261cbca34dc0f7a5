import type { NodeAPI, NodeDef } from 'node-red';
import { PlatformError } from '../errors';
import { findOperation, type Operation, operationsOf, type Values } from '../operation';
import { resolveParameters } from '../parameters';
import { useAccount } from './account';
import { createActivity } from './activity';
import { createDelivery, type Deliver } from './deliver';
import { type FlowMessage, registerNode } from './node';
import { choiceSetting, type Properties, textSetting } from './settings';
import { createTypedReader, typedParams } from './typed-values';

/** What a platform answered, its envelope removed. */
export interface OperationAnswer {
  payload: unknown;
  statusCode?: number;
  headers?: unknown;
}

export interface OperationNodeType<Client> {
  type: string;
  /** Type of the config node in the property `account`. */
  account: string;
  operations: readonly Operation[];
  execute(client: Client, operation: Operation, values: Values): Promise<OperationAnswer>;
}

/** Registers a request/response node whose operations stand in a table (design: "Request/response nodes"). */
export function registerOperationNode<Client>(RED: NodeAPI, nodeType: OperationNodeType<Client>): void {
  registerNode<NodeDef>(RED, nodeType.type, (scope) => {
    const connection = useAccount<unknown, Client>(scope, nodeType.account);
    if (!connection) return;
    const properties = scope.config as unknown as Properties;
    const deliver = choiceSetting<Deliver>(properties, 'deliver', ['whole', 'sequence']);
    const chosen = textSetting(properties, 'operation', false);
    const params = typedParams(properties.params);
    const reader = createTypedReader(RED, scope.node);
    const activity = createActivity(scope.status);

    scope.onInput(async (message, send) => {
      const operation = chooseOperation(nodeType, chosen, message);
      const dialog = await reader.readAll(onlyOf(operation, params), message);
      const values = resolveParameters(operation, { dialog, message: message.params, payload: message.payload });
      message.operation = operation.id;
      const answer = await activity.during(nodeType.execute(connection.client, operation, values));
      const { payload, ...fields } = answer;
      Object.assign(message, fields);
      if (deliver === 'sequence' && Array.isArray(payload)) {
        const delivery = createDelivery(RED, deliver, message, send);
        for (const item of payload) delivery.add(item, {});
        delivery.end({});
      } else send(Object.assign(message, { payload }));
    });
  });
}

function chooseOperation(
  { type, operations }: OperationNodeType<never>,
  chosen: string,
  message: FlowMessage,
): Operation {
  const id = chosen || message.operation;
  const known = operationsOf(operations, type).map((operation) => operation.id);
  const operation = typeof id === 'string' ? findOperation(operations, type, id) : undefined;
  if (operation) return operation;
  const problem =
    id === undefined || id === ''
      ? 'no operation: choose one in the dialog or set msg.operation'
      : `unknown operation "${id}"`;
  throw new PlatformError('INVALID_PARAMETER', `${problem}; ${type} has: ${known.join(', ')}`);
}

/** A dialog keeps the values of operations chosen before; they are none of this one's business. */
function onlyOf<Value>(operation: Operation, params: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(
    operation.params.flatMap(({ name }) => (name in params ? [[name, params[name] as Value]] : [])),
  );
}
