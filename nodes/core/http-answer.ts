import { PlatformError } from './errors';
import { isHtml } from './http-errors';
import { parseJson } from './json';

export type HttpHeaders = Record<string, string | string[] | undefined>;

export interface HttpAnswer {
  statusCode: number;
  headers: HttpHeaders;
  body: string;
}

/**
 * The data of an answer: JSON where it is JSON, else the text; null for an empty body.
 *
 * @throws PlatformError INVALID_RESPONSE for an HTML page (a proxy's or a portal's login) or broken JSON
 */
export function answerData({ statusCode, headers, body }: HttpAnswer, operation: string): unknown {
  if (body === '') return null;
  if (isHtml(headers)) throw htmlInstead(operation, statusCode);
  return /json/i.test(String(headers['content-type'] ?? '')) ? parseJson(body, `the answer to ${operation}`) : body;
}

/** What to say when a web page comes where the platform's data should. */
export function htmlInstead(operation: string, statusCode: number): PlatformError {
  return new PlatformError(
    'INVALID_RESPONSE',
    `${operation} was answered with a web page instead of data: is the URL of the account right, or does a login page or proxy stand in between?`,
    { statusCode, operation },
  );
}
