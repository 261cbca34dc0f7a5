import { LONGEST_PAUSE } from '../backoff';
import { codeOf, PlatformError, type PlatformErrorCode, toPlatformError } from '../errors';
import { isObject } from '../values/json';

/** Names used in error messages. */
export interface ErrorContext {
  /** The platform as people call it: `xDP`. */
  platform: string;
  baseUrl: string;
  operation?: string | undefined;
  /** Values that must not be seen, should the server quote them. */
  secrets?: readonly string[] | undefined;
  /** The proxy in between, `host:port`. */
  proxy?: string | undefined;
}

/** Errors of dialling: with a proxy in between it is the proxy that was dialled. */
const DIALLING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Network errors on which another try may succeed, with what a person should look at. */
const NETWORK_ERRORS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there; is the server running, and is the URL of the account right?',
  ECONNRESET: 'the server or something in between cut the connection',
  EPIPE: 'the server or something in between cut the connection',
  UND_ERR_SOCKET: 'the server or something in between cut the connection',
  HTTP_PARSER: 'what listens there does not speak HTTP; is the URL of the account right?',
  ENOTFOUND: 'the host name is unknown; check the URL of the account and the DNS',
  EAI_AGAIN: 'the DNS did not answer',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ENETDOWN: 'the network is down',
  ETIMEDOUT: 'the server did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'the server did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'the server took the request but did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'the server stopped in the middle of its answer',
};

/** Codes of undici under the names that people know. */
const SAID_AS: Record<string, PlatformErrorCode> = { UND_ERR_SOCKET: 'ECONNRESET', HTTP_PARSER: 'INVALID_RESPONSE' };

const TIMEOUT_CODES = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const TLS_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^ERR_SSL|^EPROTO$/;

/** An error of undici or of the socket below it as a PlatformError. */
export function networkError(thrown: unknown, { platform, baseUrl, operation, proxy }: ErrorContext): PlatformError {
  const to = `${platform} at ${baseUrl}`;
  if (thrown instanceof PlatformError) {
    // A time limit knows no names.
    if (thrown.code !== 'TIMEOUT' || thrown.operation !== undefined) return thrown;
    return thrown.with({ message: `${to}: ${thrown.message}`, operation, retryable: true });
  }
  const cause = deepestWithCode(thrown);
  const code = codeOf(cause) ?? 'PLATFORM_ERROR';
  const hint = NETWORK_ERRORS[code];
  if (hint !== undefined) {
    const known = TIMEOUT_CODES.has(code) ? 'TIMEOUT' : (SAID_AS[code] ?? code);
    if (proxy !== undefined && DIALLING.has(code)) {
      const message = `cannot reach the proxy ${proxy} on the way to ${to} (${known}); check the proxy configuration, or http_proxy and https_proxy`;
      return new PlatformError(known, message, { operation, retryable: true, cause });
    }
    return new PlatformError(known, `cannot reach ${to}: ${hint} (${known})`, { operation, retryable: true, cause });
  }
  if (TLS_ERROR.test(code)) {
    // OpenSSL's message has a line break and an address of its memory.
    const said = String(cause?.message)
      .replace(/^[0-9A-F]+:(?=error:)/, '')
      .trim();
    const message = `no trusted TLS connection to ${to}: ${said} (${code}); a private CA goes into the account's TLS configuration`;
    return new PlatformError(code, message, { operation, retryable: true, cause });
  }
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR') || code.startsWith('ERR_BROTLI')) {
    const message = `the answer of ${to} does not match its content-encoding, or was cut off (${code})`;
    return new PlatformError('INVALID_RESPONSE', message, { operation, retryable: true, cause });
  }
  const error = toPlatformError(cause ?? thrown);
  return error.with({
    message: `request to ${to} failed: ${error.message}`,
    operation,
    // What cannot be sent today cannot be sent tomorrow.
    retryable: code !== 'UND_ERR_INVALID_ARG',
    cause,
  });
}

/** undici wraps the socket's error, and Happy Eyeballs wraps one for each address. */
function deepestWithCode(thrown: unknown): NodeJS.ErrnoException | undefined {
  const found = searchCode(thrown);
  // undici's parser error carries the bytes it stumbled over, which may hold a secret: only its words go on.
  return found && Object.assign(new Error(found.message), { code: found.code });
}

function searchCode(thrown: unknown): NodeJS.ErrnoException | undefined {
  let found: NodeJS.ErrnoException | undefined;
  let error: unknown = thrown;
  for (let depth = 0; error instanceof Error && depth < 5; depth++) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') found = error as NodeJS.ErrnoException;
    // The one error of undici without a code: an answer that ends too early, or that is none.
    else if (error.name === 'HTTPParserError') {
      found = Object.assign(new Error(error.message), {
        code: /EOF/.test(error.message) ? 'ECONNRESET' : 'HTTP_PARSER',
      });
    }
    error = error instanceof AggregateError ? (error.errors[0] ?? error.cause) : error.cause;
  }
  return found;
}

/** An answer with a status other than 2xx as a PlatformError. */
export function statusError(
  statusCode: number,
  headers: Record<string, string | string[] | undefined>,
  body: string,
  context: ErrorContext,
): PlatformError {
  const { platform, operation } = context;
  const said = whatTheServerSaid(headers, body, context.secrets);
  const retryAfter = retryAfterMs(headers['retry-after'], headers.date);
  const details = { statusCode, operation, retryAfter, ...(said !== '' && { said }) };
  const message = (text: string): string => `${platform} ${text} (HTTP ${statusCode})${said && `: ${said}`}`;
  if (statusCode === 401) {
    return new PlatformError(
      'UNAUTHORIZED',
      message('refused the credentials; check them in the account, and whether the account may do this'),
      details,
    );
  }
  if (statusCode === 403)
    return new PlatformError('FORBIDDEN', message('does not allow the account to do this'), details);
  if (statusCode === 404) return new PlatformError('NOT_FOUND', message('does not know what was asked for'), details);
  if (statusCode === 409) return new PlatformError('CONFLICT', message('reports a conflict'), details);
  if (statusCode === 429) {
    return new PlatformError('RATE_LIMITED', message('asks for fewer requests'), { ...details, retryable: true });
  }
  if (statusCode >= 300 && statusCode < 400) {
    const target = redirectTarget(String(headers.location ?? ''), context.secrets);
    return new PlatformError(
      'INVALID_RESPONSE',
      message(`redirects to ${target}; put that URL into the account`),
      details,
    );
  }
  const retryable = statusCode >= 502 && statusCode <= 504;
  const verb = statusCode >= 500 ? 'failed at' : 'refused';
  return new PlatformError('PLATFORM_ERROR', message(`${verb} ${operation ?? 'the request'}`), {
    ...details,
    retryable,
  });
}

type Header = string | string[] | undefined;

/**
 * `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110 §10.2.3).
 *
 * @param date the answer's own `Date`: the two are by one clock, and ours may not have learnt the time yet
 */
export function retryAfterMs(header: Header, date?: Header): number | undefined {
  const value = firstOf(header);
  if (value === undefined) return undefined;
  const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - momentOf(firstOf(date));
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), LONGEST_PAUSE);
}

function firstOf(header: Header): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function momentOf(date = ''): number {
  const moment = Date.parse(date);
  return Number.isNaN(moment) ? Date.now() : moment;
}

/** Where a redirect leads, without its query: that may hold a token or the whole request. */
function redirectTarget(location: string, secrets: readonly string[] = []): string {
  const [target = ''] = redact(location, secrets).split(/[?#]/, 1);
  return target.length > LONGEST_QUOTE ? `${target.slice(0, LONGEST_QUOTE)}…` : target;
}

const LONGEST_QUOTE = 200;

/** The server's own words, short, on one line, without markup and without secrets. */
function whatTheServerSaid(
  headers: Record<string, string | string[] | undefined>,
  body: string,
  secrets: readonly string[] = [],
): string {
  if (isHtml(headers)) return '';
  let text = body;
  const parsed = body.startsWith('{') ? tryParse(body) : undefined;
  if (isObject(parsed)) {
    const nested = isObject(parsed.error) ? parsed.error.message : parsed.error;
    const said = [parsed.message, nested, listOfErrors(parsed.errors)];
    text = said.find((each): each is string => typeof each === 'string') ?? body;
  }
  text = redact(text, secrets).replace(/\s+/g, ' ').trim();
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

/** `[{message, path}]`: what is wrong, and where in the request (iTwin IoT). */
function listOfErrors(errors: unknown): string | undefined {
  if (!Array.isArray(errors)) return undefined;
  const lines = errors.filter(isObject).map(({ path, message }) => [path, message].filter(Boolean).join(': '));
  return lines.length > 0 ? lines.join('; ') : undefined;
}

/**
 * Servers quote what they got as it came, inside of JSON or as part of a URL. A short secret may also be a part of a
 * word that the server says by itself: it is only replaced where it stands alone.
 *
 * @param letters what else than a short secret makes a word, as in a class of an expression
 */
export function redact(text: string, secrets: readonly string[] = [], letters = '\\p{L}\\p{N}'): string {
  const spellings = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ]);
  // The longest first: one secret may be a part of another.
  const ordered = spellings.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return ordered.reduce((clean, secret) => clean.replaceAll(asQuoted(secret, letters), '•••'), text);
}

/** What has fewer characters may be in a word by chance. */
const LONG_ENOUGH = 8;

/** An escape of a URL or of JSON ends in what looks like a letter or a digit. */
const AFTER_ESCAPE = '(?<=%[0-9A-Fa-f]{2}|\\\\[bfnrt]|\\\\u[0-9A-Fa-f]{4})';

function asQuoted(secret: string, letters: string): string | RegExp {
  if (secret.length >= LONG_ENOUGH) return secret;
  const before = /^[\p{L}\p{N}]/u.test(secret) ? `(?:${AFTER_ESCAPE}|(?<![${letters}]))` : '';
  const after = /[\p{L}\p{N}]$/u.test(secret) ? `(?![${letters}])` : '';
  return new RegExp(`${before}${secret.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&')}${after}`, 'gu');
}

export function isHtml(headers: Record<string, string | string[] | undefined>): boolean {
  return /text\/html/i.test(String(headers['content-type'] ?? ''));
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller quotes the text itself then.
    return undefined;
  }
}
