/**
 * What went wrong, in one word a flow can switch on.
 *
 * Besides these, the code of a network error is passed on as Node.js spells it
 * (`ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`, …).
 */
export type PlatformErrorCode =
  | 'ANSWER_TOO_LARGE'
  | 'CLOSED'
  | 'CONFLICT'
  | 'DAMAGED'
  | 'DISCONNECTED'
  | 'EVENT_TOO_LARGE'
  | 'EXPIRED'
  | 'FORBIDDEN'
  | 'IDLE'
  | 'INVALID_CONFIGURATION'
  | 'INVALID_PARAMETER'
  | 'INVALID_RESPONSE'
  | 'MAYBE_LOST'
  | 'NOT_CONFIGURED'
  | 'NOT_FOUND'
  | 'OTHER_DESTINATION'
  | 'PLATFORM_ERROR'
  | 'PROXY'
  | 'QUEUE_FULL'
  | 'RATE_LIMITED'
  | 'STORAGE'
  | 'TIMEOUT'
  | 'UNAUTHORIZED'
  | (string & {});

export interface PlatformErrorDetails {
  statusCode?: number;
  operation?: string;
  /** The same request may well succeed later. */
  retryable?: boolean;
  /** Milliseconds the platform asked to wait (`Retry-After`). */
  retryAfter?: number;
  verdict?: Verdict;
  cause?: unknown;
}

/**
 * What an answer says of the same message sent once more, where neither status code nor `retryable` tell.
 * `final`: it must not be sent again, nor any part of it. `refused`: nothing of it was taken, and it will not be.
 * `doubtful`: the trouble may be the platform's or the message's.
 */
export type Verdict = 'final' | 'refused' | 'doubtful';

/**
 * The one error class of this package. `message` is written for a person and says what to change;
 * it never holds a password, token or key.
 */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly code: PlatformErrorCode;
  readonly statusCode: number | undefined;
  readonly operation: string | undefined;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;
  readonly verdict: Verdict | undefined;

  constructor(code: PlatformErrorCode, message: string, details: PlatformErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.statusCode = details.statusCode;
    this.operation = details.operation;
    this.retryable = details.retryable ?? false;
    this.retryAfter = details.retryAfter;
    this.verdict = details.verdict;
  }
}

/** Any thrown value as a PlatformError; what is one already comes back as it is. */
export function toPlatformError(thrown: unknown): PlatformError {
  if (thrown instanceof PlatformError) return thrown;
  if (thrown instanceof Error) {
    const { code } = thrown as { code?: unknown };
    return new PlatformError(typeof code === 'string' ? code : 'PLATFORM_ERROR', thrown.message, { cause: thrown });
  }
  return new PlatformError('PLATFORM_ERROR', wordsOf(thrown));
}

/** JSONata throws bare objects, and whatever else is thrown must not make an error handler throw in its turn. */
function wordsOf(thrown: unknown): string {
  try {
    const message = (thrown as { message?: unknown } | null | undefined)?.message;
    return typeof message === 'string' ? message : String(thrown);
  } catch {
    return 'unknown error';
  }
}

/** True when credentials, not the network, are the trouble: worth only slow retries. */
export function isCredentialError(error: PlatformError): boolean {
  return error.code === 'UNAUTHORIZED' || error.code === 'FORBIDDEN';
}
