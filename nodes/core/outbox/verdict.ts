import type { PlatformError } from '../errors';

/** Statuses that speak of the message itself: it would be refused again. 402 is what iTwin IoT's text heads 422 with. */
const REFUSED = new Set([400, 402, 409, 413, 414, 415, 422]);

/** Statuses that speak of the server, or of credentials. */
const AWAY = new Set([401, 408, 425, 429, 502, 503, 504]);

/** The platform is away, overloaded or wants other credentials; the message itself may be fine. */
export function mayBeTakenLater({ verdict, retryable, statusCode, code }: PlatformError): boolean {
  if (verdict !== undefined) return verdict === 'doubtful';
  if (retryable) return true;
  return statusCode === undefined ? code !== 'INVALID_PARAMETER' : !REFUSED.has(statusCode);
}

/** The trouble may be the platform's, or a proxy's, or that of this one message: it is told apart by trying another. */
export function isDoubtful(error: PlatformError): boolean {
  return isDoubtfulAnswer(error) || isUnclear(error);
}

/** A 500, 403 or 404, or what the platform says in place of them. */
export function isDoubtfulAnswer({ verdict, retryable, statusCode }: PlatformError): boolean {
  if (verdict !== undefined) return verdict === 'doubtful';
  return (
    !retryable && statusCode !== undefined && statusCode >= 400 && !REFUSED.has(statusCode) && !AWAY.has(statusCode)
  );
}

/** What a connection which stood may end with, for whatever reason: of the platform, the network or this message. */
const BROKEN = new Set([
  'ANSWER_TOO_LARGE',
  'DISCONNECTED',
  'ECONNRESET',
  'EPIPE',
  'EVENT_TOO_LARGE',
  'INVALID_RESPONSE',
  'TIMEOUT',
  // Something in the request itself cannot be sent.
  'UND_ERR_INVALID_ARG',
]);

/** Causes of a time-out that lie before any connection. */
const NEVER_STOOD = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * There was a connection, and no answer of the platform: a proxy may have cut off a message that is too large for it, or
 * have put its own page in place of the answer. That says too little for a message ever to be given up for it.
 */
function isUnclear({ verdict, statusCode, code, cause }: PlatformError): boolean {
  if (verdict !== undefined) return false;
  // Who waited for the end of the request in vain: something in between may be too slow for this one.
  if (statusCode === 408) return true;
  if (!BROKEN.has(code)) return false;
  if (statusCode !== undefined) return statusCode >= 200 && statusCode <= 299;
  return !NEVER_STOOD.has(String((cause as { code?: unknown } | undefined)?.code));
}

/** The platform is there and has said no; else it is away, or nobody knows. */
export function saidNo(error: PlatformError): boolean {
  const { verdict, statusCode } = error;
  if (verdict !== undefined || error.code === 'INVALID_PARAMETER') return true;
  return statusCode !== undefined && statusCode >= 400 && !AWAY.has(statusCode);
}
