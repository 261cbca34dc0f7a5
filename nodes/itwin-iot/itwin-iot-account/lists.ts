import type { PickItem, PickQuery } from '../../core/node-red/account-type';
import { findOperation, type Operation } from '../../core/operation/operation';
import { deadline } from '../../core/timing';
import { isObject } from '../../core/values/json';
import { listOf } from '../../core/values/list-text';
import type { ItwinClient } from '../client/itwin-client';
import { operations } from '../operations';
import { type Branch, treeOf } from './tree';

/** Somebody waits in front of a dialog. */
const TIMEOUT = 10_000;

/** Pick lists: entities as a tree, metrics and units of what has been chosen, templates. */
export const lists = {
  projects,
  nodes: tree(1),
  devices: tree(2),
  sensors: tree(3),
  metrics: (client: ItwinClient, query: PickQuery) =>
    within(async (signal) => {
      const [id = ''] = listOf(query.sensor ?? query.sensors ?? '') ?? [];
      const params = { sensors: [id], ...projectOf(client, query) };
      return named(member(await ask(client, 'getMetrics', params, signal), id));
    }),
  units: (client: ItwinClient, query: PickQuery) =>
    within(async (signal) => {
      const { metric = '' } = query;
      const params = { metrics: [metric], ...projectOf(client, query) };
      return named(member(await ask(client, 'getUnits', params, signal), metric));
    }),
  'metric-types': (client: ItwinClient) => types(client, 'listMetricTypes', 'metrics'),
  // What an entity's `type` names; the templates below are what its `INTEGRATION_ID` names.
  'legacy-device-types': (client: ItwinClient) => legacyTypes(client, 'listDeviceTypes', 'deviceTypes'),
  'legacy-sensor-types': (client: ItwinClient) => legacyTypes(client, 'listSensorTypes', 'sensorTypes'),
  'device-types': (client: ItwinClient) => types(client, 'listDeviceTypes', 'deviceTypes'),
  'sensor-types': (client: ItwinClient) => types(client, 'listSensorTypes', 'sensorTypes'),
};

/**
 * The platform documents no list of projects, but that each asset says in PROJECT_ID whose it is: the account's project,
 * that of the dialog, and the organization's default project, each with its name if the account may read it.
 */
function projects(client: ItwinClient, { projectId = '' }: PickQuery): Promise<PickItem[]> {
  return within(async (signal) => {
    const ofConnections = await ask(client, 'getNodes', {}, signal);
    const found = objectsWithId(ofConnections).map(({ props }) => (isObject(props) ? textOf(props.PROJECT_ID) : ''));
    const ids = new Set([client.settings.projectId, projectId, ...found].filter((id) => id !== ''));
    const operation = findOperation(operations, 'itwin-iot-query', 'getProject') as Operation;
    return Promise.all(
      [...ids].map(async (id) => {
        const answer = await client
          .execute({ ...operation, repeatable: false }, { projectId: id }, { signal })
          // The id alone is of use too.
          .catch(() => undefined);
        const { name, displayName } = isObject(answer?.payload) ? answer.payload : {};
        return { value: id, label: textOf(name) || textOf(displayName) };
      }),
    );
  });
}

async function within<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const limit = deadline(TIMEOUT);
  return work(limit.signal).finally(() => limit.clear());
}

function ask(client: ItwinClient, method: string, params: object, signal: AbortSignal): Promise<unknown> {
  return client.socket.request(method, params, { repeatable: true, atOnce: true, signal });
}

/** A level of the hierarchy: how it is asked for, and what an entity of it hangs on. */
interface LevelSource {
  method: string;
  parentOf(entity: Named): unknown;
}

/** From the top. */
const LEVELS: readonly LevelSource[] = [
  { method: 'getNodes', parentOf: () => undefined },
  { method: 'getDevices', parentOf: nodeOf },
  { method: 'getSensors', parentOf: (entity) => entity.device ?? nodeOf(entity) },
];

/** The uppermost levels, of which the last can be picked. */
function tree(depth: number): (client: ItwinClient, query: PickQuery) => Promise<PickItem[]> {
  return (client, query) =>
    within(async (signal) => {
      const branches = LEVELS.slice(0, depth).map(async ({ method, parentOf }) => {
        const entities = objectsWithId(await ask(client, method, projectOf(client, query), signal));
        return entities.map((entity) => branchOf(entity, parentOf(entity)));
      });
      return treeOf(await Promise.all(branches));
    });
}

/** The project of the dialog, or else of the account. */
function projectOf({ settings }: ItwinClient, { projectId }: PickQuery): { projectIds?: string[] } {
  const id = projectId || settings.projectId;
  return id === '' ? {} : { projectIds: [id] };
}

interface Named extends Record<string, unknown> {
  id: string;
}

function objectsWithId(items: unknown): Named[] {
  const found = Array.isArray(items) ? items.filter(isObject) : [];
  return found.filter((item): item is Named => typeof item.id === 'string');
}

function branchOf({ id, props }: Named, parent: unknown): Branch {
  return {
    id,
    name: isObject(props) ? textOf(props.NAME) : '',
    parent: typeof parent === 'string' ? parent : undefined,
  };
}

function nodeOf({ props }: Record<string, unknown>): unknown {
  return isObject(props) ? props.NODE_ID : undefined;
}

/** Metrics, units and templates: `{id, name, displayName}`. */
function named(items: unknown): PickItem[] {
  return objectsWithId(items).map(({ id, displayName, name }) => ({
    value: id,
    label: textOf(displayName) || textOf(name),
  }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** With `excludeLegacy` the platform lists templates; what is left out then are the types from before there were any. */
async function legacyTypes(client: ItwinClient, id: string, envelope: string): Promise<PickItem[]> {
  const [all, templates] = await Promise.all([types(client, id, envelope, false), types(client, id, envelope)]);
  const known = new Set(templates.map(({ value }) => value));
  return all.filter(({ value }) => !known.has(value));
}

async function types(client: ItwinClient, id: string, envelope: string, excludeLegacy = true): Promise<PickItem[]> {
  return within(async (signal) => {
    const operation = findOperation(operations, 'itwin-iot-query', id) as Operation;
    // Asked once: whoever waits learns what is wrong, rather than that it took too long.
    const { payload } = await client.execute({ ...operation, repeatable: false }, { excludeLegacy }, { signal });
    return named(Array.isArray(payload) ? payload : member(payload, envelope));
  });
}

function member(answer: unknown, name: string): unknown {
  return isObject(answer) ? answer[name] : undefined;
}
