import type { Answer } from '../core/http-answer';
import type { Exchange } from '../core/http-api';
import type { Access } from './access';
import { type Platform, projectOf } from './platform';
import type { Project } from './projects';
import { fieldError } from './rest-answers';

/** A request of REST by a client that proved who it is. */
export interface RestCall {
  readonly platform: Platform;
  readonly exchange: Exchange;
  readonly access: Access;
}

export type RestHandler = (call: RestCall) => Promise<Answer> | Answer;

/** The project of an optional `projectIds`: "Whenever a projectId is not provided, … the organization's Default Project". */
export function optionalProject({ platform, exchange, access }: RestCall): Project {
  return projectOf(platform, access, projectIdsIn(exchange));
}

/** The project of a `projectIds` that is "Required? Yes". */
export function requiredProject(call: RestCall): Project {
  if (projectIdsIn(call.exchange).length === 0) throw fieldError(400, 'must not be empty', 'projectIds');
  return optionalProject(call);
}

function projectIdsIn({ query }: Exchange): string[] {
  return query
    .getAll('projectIds')
    .flatMap((value) => value.split(','))
    .filter((id) => id !== '');
}
