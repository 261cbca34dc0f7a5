import { strict as assert } from 'node:assert';
import type { ParameterSources } from '../../../nodes/core/operation/given-value';
import { findOperation, type Operation, type Values } from '../../../nodes/core/operation/operation';
import { resolveParameters } from '../../../nodes/core/operation/parameters';
import { operations } from '../../../nodes/itwin-iot/operations';

export const SENSOR = '/fn/6C4F6D/node/dgsimlogger/032432/device/tilt4/sensor';

export const find = (node: string, id: string): Operation => {
  const found = findOperation(operations, node, id);
  assert.ok(found, `${node} ${id}`);
  return found;
};
export const query = (id: string): Operation => find('itwin-iot-query', id);
export const provision = (id: string): Operation => find('itwin-iot-provision', id);
export const command = (id: string): Operation => find('itwin-iot-thread-command', id);

/** The values of a message whose `params` these are. */
export const resolve = (operation: Operation, message: Values, sources: Partial<ParameterSources> = {}): Values =>
  resolveParameters(operation, { dialog: {}, message, payload: undefined, ...sources });
