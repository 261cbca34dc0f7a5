import { PlatformError } from '../../core/errors';
import type { HttpClient } from '../../core/http/client';
import type { ExecuteOptions, OperationAnswer } from '../../core/operation/answer';
import { executeHttp } from '../../core/operation/execute-http';
import type { Operation } from '../../core/operation/operation';
import { WrittenItems } from '../../core/operation/written-items';
import type { Deadline } from '../../core/timing';
import { isObject } from '../../core/values/json';
import type { Session } from './session/session';
import type { SharedSocket } from './session/socket';
import { createUnanswered } from './unanswered';

/** Uploads observations, each of them JSON text. */
export type SendObservations = (observations: readonly string[], options?: ExecuteOptions) => Promise<OperationAnswer>;

/** POST /data/upload: all of them or none, and 202 means taken. */
export function uploadByRest(rest: HttpClient, operation: Operation): SendObservations {
  return async (observations, options) => {
    const values = { [listOf(operation)]: new WrittenItems(observations) };
    const answer = await executeHttp(rest, operation, values, options);
    const { payload, statusCode } = answer;
    if (statusCode !== 202 && !(isObject(payload) && payload.status === 'ACCEPTED'))
      throw notAccepted(statusCode, operation);
    return answer;
  };
}

/**
 * `uploadData` on the shared socket. Its answer tells how many were inserted, not which, and whether an observation that
 * is there already counts is not documented: fewer than were sent are refused for good. Where as many had been sent
 * before without an answer, they may be there or be lost: nothing proves either, so it is MAYBE_LOST and never "taken".
 *
 * @param projectId empty: the default project
 */
export function uploadBySocket(socket: SharedSocket, operation: Operation, projectId: string): SendObservations {
  const project = projectId === '' ? {} : { projectIds: [projectId] };
  const unanswered = createUnanswered();
  return async (observations, options) => {
    const params = { [listOf(operation)]: observations.map((each) => JSON.parse(each) as unknown), ...project };
    let sent = false;
    const send = (session: Session, limit: Deadline): Promise<unknown> => {
      sent = true;
      return session.request(operation.method, params, limit.signal);
    };
    const result = await socket.run(operation.method, send, options).catch((thrown) => {
      if (sent && !isAnswer(thrown)) unanswered.add(observations);
      throw thrown;
    });
    const taken = countOf(result, operation);
    const missing = observations.length - taken;
    const mayBeThere = unanswered.count(observations);
    // Nothing was inserted: each of them may be sent alone, to find those at fault.
    if (missing > mayBeThere && taken === 0) throw refused(observations.length, operation);
    unanswered.forget(observations);
    if (missing > mayBeThere) throw partial(taken, observations.length, operation);
    if (missing > 0) throw maybeLost(missing, observations.length, operation);
    return { payload: result };
  };
}

/** "202 Accepted" with `{"status": "ACCEPTED"}` is what the platform says; anything else is somebody else's answer. */
function notAccepted(statusCode: number | undefined, { id }: Operation): PlatformError {
  const message = `${id} was answered with HTTP ${statusCode} instead of "202 Accepted": is there a login page or proxy in between?`;
  return new PlatformError('INVALID_RESPONSE', message, { statusCode, operation: id });
}

/** The parameter of the row that holds them: `data`, `observations`. */
function listOf({ params }: Operation): string {
  return params.flatMap(({ name, required }) => (required ? [name] : [])).join();
}

/** A refusal, as opposed to a connection that broke or a time-out. */
function isAnswer(thrown: unknown): boolean {
  return thrown instanceof PlatformError && thrown.verdict !== undefined;
}

function countOf(result: unknown, { id }: Operation): number {
  const count = isObject(result) ? result.successfullyProcessedObs : undefined;
  if (typeof count === 'number' && count >= 0) return count;
  throw new PlatformError('INVALID_RESPONSE', `the answer to ${id} does not say how many observations were taken`, {
    operation: id,
    verdict: 'final',
  });
}

const CHECK = 'check that every sensor exists and that each observation has a value for every raw metric of its sensor';

function refused(sent: number, { id }: Operation): PlatformError {
  return new PlatformError('PLATFORM_ERROR', `iTwin IoT took 0 of ${sent} observations: ${CHECK}`, {
    operation: id,
    verdict: 'refused',
  });
}

function partial(taken: number, sent: number, { id }: Operation): PlatformError {
  return new PlatformError(
    'PLATFORM_ERROR',
    `iTwin IoT took ${taken} of ${sent} observations that were sent together, and does not say which: ${CHECK}`,
    { operation: id, verdict: 'final' },
  );
}

function maybeLost(missing: number, sent: number, { id }: Operation): PlatformError {
  return new PlatformError(
    'MAYBE_LOST',
    `iTwin IoT took ${sent - missing} of ${sent} observations. The ${missing} missing may be among those sent before without an answer: they may be there already or may be lost, and its answer does not say which; check the sensor's data`,
    { operation: id, verdict: 'final' },
  );
}
