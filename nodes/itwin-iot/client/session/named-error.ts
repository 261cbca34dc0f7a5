import { PlatformError } from '../../../core/errors';

/** The same error with the operation it belongs to, and, where one must know, what it is about: one of many sensors. */
export function namedError(error: PlatformError, operation: string | undefined, about?: string): PlatformError {
  const { code, message, retryable, statusCode, retryAfter, verdict, cause } = error;
  return new PlatformError(code, about === undefined ? message : `${about}: ${message}`, {
    retryable,
    cause,
    ...(operation !== undefined && { operation }),
    ...(statusCode !== undefined && { statusCode }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(verdict && { verdict }),
  });
}
