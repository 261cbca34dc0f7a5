import { PlatformError } from '../errors';
import { isObject, parseJson } from '../values/json';
import { isHtml } from './errors';

export type HttpHeaders = Record<string, string | string[] | undefined>;

export interface HttpAnswer {
  statusCode: number;
  headers: HttpHeaders;
  body: string;
}

/**
 * The data of an answer: JSON where it is JSON, else the text; null for an empty body.
 *
 * @throws PlatformError INVALID_RESPONSE for a web page (a proxy's or a portal's login) or broken JSON
 */
export function answerData(answer: HttpAnswer, operation: string): unknown {
  const { headers, body } = answer;
  if (body === '') return null;
  refusePage(answer, operation);
  return /json/i.test(String(headers['content-type'] ?? '')) ? parseJson(body, `the answer to ${operation}`) : body;
}

/** @throws PlatformError INVALID_RESPONSE: it is a web page, whatever its content type says */
export function refusePage({ headers, body, statusCode }: HttpAnswer, operation: string): void {
  if (isHtml(headers) || isPage(body)) throw htmlInstead(operation, statusCode);
}

/** The first characters of a web page. */
const PAGE = /^\s{0,100}(?:<\?xml[^>]{0,200}>\s{0,100})?<(?:!doctype|html|head|body|meta|script|title)\b/i;

function isPage(body: string): boolean {
  return PAGE.test(body.slice(0, 512).replace(/^\uFEFF/, ''));
}

/** What to say when a web page comes where the platform's data should. */
export function htmlInstead(operation: string, statusCode: number): PlatformError {
  return new PlatformError(
    'INVALID_RESPONSE',
    `${operation} was answered with a web page instead of data: is the URL of the account right, or does a login page or proxy stand in between?`,
    { statusCode, operation },
  );
}

/**
 * The data of an answer to what a platform has taken. That must not count as failed, and be sent again for ever, because
 * the reply is called JSON and is none. A web page is somebody else's reply: then nothing has been taken. JSON that speaks
 * of an error may be a portal's or the platform's, to this one message: which of them, only another message tells.
 *
 * @throws PlatformError INVALID_RESPONSE
 */
export function takenData(answer: HttpAnswer, operation: string): unknown {
  refusePage(answer, operation);
  let data: unknown;
  try {
    data = answerData(answer, operation);
  } catch {
    data = answer.body;
  }
  const said = isObject(data) ? data : tryObject(answer.body);
  if (said && speaksOfError(said)) {
    const message = `${operation} was answered with an error although its status says success (HTTP ${answer.statusCode}): does a portal or proxy stand in between?`;
    const { statusCode } = answer;
    throw new PlatformError('INVALID_RESPONSE', message, { statusCode, operation, verdict: 'doubtful' });
  }
  return data;
}

function speaksOfError({ error, errors }: Record<string, unknown>): boolean {
  return Boolean(error) || (Array.isArray(errors) && errors.length > 0);
}

function tryObject(body: string): Record<string, unknown> | undefined {
  if (!body.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    // Whatever it is, it is no object.
    return undefined;
  }
}

/** What belongs to the connection, or to the one who asked, and would break or betray another answer. */
const NOT_HANDED_ON = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'etag',
  'keep-alive',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers of an answer for `msg.headers`: without those of the connection (RFC 9110 §7.6.1) and without cookies. */
export function headersForFlow(headers: HttpHeaders): HttpHeaders {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(/[\s,]+/);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => {
      return !NOT_HANDED_ON.has(name) && !name.startsWith('proxy-') && !named.includes(name);
    }),
  );
}
