import type { FaultRegistry } from '../core/faults';
import { HttpError } from '../core/http-answer';
import type { Access, Credentials } from './access';
import type { Counting } from './counters';
import type { Entity } from './entity';
import type { Network } from './network';
import type { ItwinSettings } from './options';
import type { Project, Projects } from './projects';
import type { Tokens } from './tokens';

/** All the socket API, REST and IMS work on. */
export interface Platform {
  readonly settings: ItwinSettings;
  readonly credentials: Credentials;
  readonly tokens: Tokens;
  readonly projects: Projects;
  readonly network: Network;
  readonly faults: FaultRegistry;
  readonly counters: Counting;
}

/**
 * The project a request is for: the one of `projectIds`, or the default one. 400 for several ("only a single projectId
 * is supported per request"), 404 for an unknown one. An iTwin id is good with a token only.
 */
export function projectOf({ projects }: Platform, access: Access, projectIds: readonly string[]): Project {
  if (projectIds.length > 1) throw new HttpError(400, 'only a single projectId is supported per request');
  const [id] = projectIds;
  const project = id === undefined ? projects.default : projects.find(id, { byITwinId: access.by === 'token' });
  if (!project) throw new HttpError(404, id === undefined ? 'there is no default project' : 'no such project');
  return project;
}

/** Whether the entity is one of the project. */
export function belongsTo(entity: Entity | undefined, project: Project): boolean {
  return entity?.props.PROJECT_ID === project.id;
}
