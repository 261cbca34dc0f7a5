import { isDeepStrictEqual } from 'node:util';
import { PlatformError } from '../../../core/errors';
import { isObject } from '../../../core/values/json';
import type { Follower } from './follower';
import { subscribe, type Topic } from './subscription';

/** A connection, device or sensor (platform text, "Working With Entities"). */
export interface Entity {
  id: string;
  [member: string]: unknown;
}

/** Kinds of entity, as the methods and parameters of the platform name them. */
export type EntityKind = 'nodes' | 'devices' | 'sensors';

export interface EntityFollowerOptions {
  kind: EntityKind;
  ids: readonly string[];
  projectIds: readonly string[] | undefined;
  /** After an outage, ask whether something has changed meanwhile. */
  backfill: boolean;
  /** `replayed`: the change happened while there was no connection. */
  onEntity(entity: Entity, replayed: boolean): void;
  /** Told of what has to be left out. */
  onSkipped?(error: PlatformError): void;
}

const TOPICS: Record<EntityKind, Topic> = { nodes: 'Nodes', devices: 'Devices', sensors: 'Sensors' };

/** Changes in the state of entities. */
export function createEntityFollower(options: EntityFollowerOptions): Follower {
  const { kind, ids, projectIds, backfill, onEntity } = options;
  const params = { [kind]: ids, ...(projectIds && { projectIds }) };
  /** The last known state of each, as JSON text: the flow may change the object. */
  const known = new Map<string, string>();
  let begun = false;

  const take = (given: unknown, see: (entity: Entity, isNew: boolean) => void): void => {
    for (const entity of Array.isArray(given) ? given : [given]) {
      if (!isObject(entity) || typeof entity.id !== 'string') {
        options.onSkipped?.(new PlatformError('INVALID_RESPONSE', `one of the ${kind} is left out: it has no "id"`));
        continue;
      }
      const before = known.get(entity.id);
      const text = JSON.stringify(entity);
      known.set(entity.id, text);
      // The order of the members says nothing.
      const isSame = before === text || (before !== undefined && isDeepStrictEqual(JSON.parse(before), entity));
      see(entity as Entity, !isSame);
    }
  };

  return {
    name: kind,
    behind: false,
    subscribe: (session, events) =>
      subscribe(session, TOPICS[kind], params, (data) => take(data, (entity) => onEntity(entity, false)), events),
    async catchUp(session, { signal }) {
      if (!backfill) return;
      const present = await session.request(`get${TOPICS[kind]}`, params, signal);
      const first = !begun;
      begun = true;
      // At the first connection this is what later changes are told by.
      take(present, (entity, isNew) => {
        if (isNew && !first) onEntity(entity, true);
      });
    },
  };
}
