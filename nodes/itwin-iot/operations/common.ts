import { inQuery, inRpc, type Operation, type Parameter, type ParameterOptions } from '../../core/operation/operation';

/** The setting of nodes and accounts that names the project. */
export const PROJECT = 'projectId';

/** "Our Websocket API endpoints also require projectIds … (optional and falls back to organization's Default Project)". */
export const rpcProject: Parameter = inRpc('projectIds', { type: 'list', setting: PROJECT, check: projectProblem });

/** "Currently only a single projectId is supported per request." */
export const restProject: Parameter = inQuery('projectIds', { setting: PROJECT, check: queryProjectProblem });

function queryProjectProblem(value: unknown): string | undefined {
  return String(value).includes(',') ? 'must be a single project id' : undefined;
}

function projectProblem(value: unknown): string | undefined {
  return Array.isArray(value) && value.length > 1 ? 'must hold a single project id' : undefined;
}

export const SENSOR: ParameterOptions = { pick: 'sensors', required: true };

/** What `getData` and `subscribeData` ask for. Raw observations need neither metric nor unit. */
export function seriesParams(sensor: Parameter, required: boolean): Parameter[] {
  return [
    sensor,
    inRpc('metric', { required, pick: { list: 'metrics', needs: [sensor.name] } }),
    inRpc('unit', { required, pick: { list: 'units', needs: ['metric'] } }),
    inRpc('params', { type: 'object', check: metricParamsProblem }),
  ];
}

/** "Each metric parameter must have a value property and an optional unit property." */
function metricParamsProblem(value: unknown): string | undefined {
  const bad = Object.entries(value as object).find(
    ([, each]) => typeof each !== 'object' || each === null || each.value === undefined,
  );
  return bad && `must hold {"value": …} for each metric parameter, but "${bad[0]}" has none`;
}

/** A JSON-RPC request that only reads: sent once more when its connection breaks. */
export function rpcRead(node: string, id: string, params: readonly Parameter[] = []): Operation {
  return { id, node, transport: 'jsonrpc', method: id, path: '', params, repeatable: true };
}
