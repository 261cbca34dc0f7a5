import type { PlatformError } from './errors';

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

/** A 500, 403 or 404: the trouble may be the platform's, or a proxy's, or that of this one message. */
export function isDoubtful({ verdict, retryable, statusCode }: PlatformError): boolean {
  if (verdict !== undefined) return verdict === 'doubtful';
  return (
    !retryable && statusCode !== undefined && statusCode >= 400 && !REFUSED.has(statusCode) && !AWAY.has(statusCode)
  );
}

/** The platform is there and has said no; else it is away, or nobody knows. */
export function isRefusal(error: PlatformError): boolean {
  const { verdict, statusCode } = error;
  if (verdict !== undefined || error.code === 'INVALID_PARAMETER') return true;
  return statusCode !== undefined && statusCode >= 400 && !AWAY.has(statusCode);
}
