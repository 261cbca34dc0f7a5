import { PlatformError } from '../errors';
import { answerData, type HttpAnswer, headersForFlow, takenData } from '../http/answer';
import type { HttpClient } from '../http/client';
import { redact } from '../http/errors';
import type { HttpRequest } from '../http/request';
import { isObject } from '../values/json';
import type { ExecuteOptions, OperationAnswer } from './answer';
import type { Operation, Values } from './operation';
import { buildRequest } from './request-builder';

/**
 * One HTTP request of an operation table, and its answer: all that a row says of either is done here. A client that
 * shares a field among all its rows puts it before them: `executeHttp(http, { anyReply: true, ...operation }, values)`.
 *
 * @throws PlatformError those of the HTTP client, and PLATFORM_ERROR for an answer that says no with a 2xx
 */
export async function executeHttp(
  http: Pick<HttpClient, 'request'>,
  operation: Operation,
  values: Values,
  { signal, onRetry }: ExecuteOptions = {},
): Promise<OperationAnswer> {
  const request = buildRequest(operation, values);
  return answerOf(await http.request({ ...request, signal, onRetry }), operation, request);
}

/** What an answer means by the row of its request: also for a further page, whose request no row describes. */
export function answerOf(
  received: HttpAnswer,
  operation: Operation,
  request: Pick<HttpRequest, 'method' | 'secrets'>,
): OperationAnswer {
  const { statusCode } = received;
  const { id, anyReply, envelope, refusal } = operation;
  const data = anyReply ? takenData(received, id) : answerData(received, id);
  const why = refusal?.({ method: request.method, statusCode, data });
  if (why !== undefined) throw refused(redact(why, request.secrets), statusCode, id);
  return { payload: opened(data, envelope), statusCode, headers: headersForFlow(received.headers) };
}

/** What stands beside the data would be lost: then nothing is removed. */
function opened(data: unknown, envelope: Operation['envelope'] = []): unknown {
  if (typeof envelope === 'function') return envelope(data);
  return [envelope].flat().reduce<unknown>((inner, name) => {
    const [[member, value] = [], ...others] = isObject(inner) ? Object.entries(inner) : [];
    // iTwin IoT's text has a blank before such a name: `" sensorTypes"`.
    return member?.trim() === name && others.length === 0 ? value : inner;
  }, data);
}

/** Characters of a platform's own words in an error. */
const LONGEST_QUOTE = 200;

function refused(why: string, statusCode: number, operation: string): PlatformError {
  const words = why.length > LONGEST_QUOTE ? `${why.slice(0, LONGEST_QUOTE)}…` : why;
  const message = `${operation} was refused (HTTP ${statusCode}): ${words}`;
  return new PlatformError('PLATFORM_ERROR', message, { statusCode, operation, verdict: 'refused', said: words });
}
