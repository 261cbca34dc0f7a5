import type { FaultTarget } from '../core/faults';
import { checkObject, field, isObject, optional, type Shape, type ShapeOf } from '../core/fields';
import type { Access } from './access';
import { allows } from './access';
import type { Entity, Kind, Sensor } from './entity';
import { CODES, RpcError } from './json-rpc';
import { belongsTo, type Platform, projectOf } from './platform';
import type { Project } from './projects';
import type { Subscriptions } from './subscriptions';

/** The connection a request came over, as its methods see it. */
export interface Caller {
  readonly subscriptions: Subscriptions;
  /** Who it is; undefined before `authenticate`. */
  access: Access | undefined;
}

/** One request of the socket API on its way to its answers. */
export interface Call {
  readonly platform: Platform;
  readonly session: Caller;
  readonly id: number | string;
  /** `{}` when none were sent. */
  readonly params: unknown;
  readonly target: FaultTarget;
  /** Aborted when the connection is gone. */
  readonly closed: AbortSignal;
  /** Sends one of several answers: the result as JSON text. Wait for the promise, if any, before the next. */
  reply(json: string): Promise<void> | undefined;
  /** Sends an update of a subscription, in the same way. */
  update(json: string): Promise<void> | undefined;
}

/** Ids, or whatever else is an array of strings in the text. */
export const texts = field<string[]>('an array of strings', (value) => isTexts(value));
export const someTexts = field<string[]>(
  'an array of strings, one at least',
  (value) => isTexts(value) && (value as unknown[]).length > 0,
);
export const object = field<Record<string, unknown>>('an object', isObject);

/** What every request may carry: "optional and falls back to organization's Default Project". */
const COMMON = { projectIds: optional(texts) };

/** The params as the shape describes them, and the project they are for. */
export function paramsOf<S extends Shape>(call: Call, shape: S): { params: ShapeOf<S>; project: Project } {
  const all = checkObject(call.params, { ...shape, ...COMMON }) as ShapeOf<S> & { projectIds?: string[] };
  const { projectIds = [], ...params } = all;
  return { params: params as ShapeOf<S>, project: projectOf(call.platform, accessOf(call), projectIds) };
}

/** Who calls; only `authenticate` is called by nobody. */
export function accessOf({ session }: Call): Access {
  if (!session.access) throw new RpcError(CODES.notAuthenticated, 'authenticate must be the first request');
  return session.access;
}

/** Refuses a call that changes something to a token without the scope for it. */
export function requireModify(call: Call): void {
  if (!allows(accessOf(call), 'modify'))
    throw new RpcError(CODES.notAuthenticated, 'the scope sensor-data:modify is missing');
}

/** An entity of the project by its id; refused when there is none. */
export function entityOf({ platform }: Call, kind: Kind, id: string, project: Project): Entity {
  const entity = platform.network.get(kind, id);
  if (!entity || !belongsTo(entity, project)) throw new RpcError(CODES.notFound, `there is no ${kind} ${id}`);
  return entity;
}

export function sensorOf(call: Call, id: string, project: Project): Sensor {
  return entityOf(call, 'sensor', id, project) as Sensor;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '');
}
