/** Codes of our own, one row each in docs/errors.md and a text for the dialogs in every language. */
export const OWN_ERROR_CODES = [
  'ANSWER_TOO_LARGE',
  'CLOSED',
  'CONFLICT',
  'DAMAGED',
  'DISCONNECTED',
  'EVENT_TOO_LARGE',
  'EXPIRED',
  'FORBIDDEN',
  'IDLE',
  'INVALID_CONFIGURATION',
  'INVALID_PARAMETER',
  'INVALID_RESPONSE',
  'MAYBE_LOST',
  'NOT_CONFIGURED',
  'NOT_FOUND',
  'OTHER_DESTINATION',
  'PLATFORM_ERROR',
  'PROXY',
  'QUEUE_FULL',
  'RATE_LIMITED',
  'STORAGE',
  'TIMEOUT',
  'UNAUTHORIZED',
] as const;

/** Codes of Node.js for a network in trouble, those that we name; they too have their row and their texts. */
export const NETWORK_ERROR_CODES = [
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
] as const;

export type OwnErrorCode = (typeof OWN_ERROR_CODES)[number];

/** As Node.js and its libraries spell it. `codeOf` alone makes others than those we name: a slip of the pen is none. */
export type NodeErrorCode = (typeof NETWORK_ERROR_CODES)[number] | (string & { readonly [spelt]: 'by Node.js' });

declare const spelt: unique symbol;

/** What went wrong, in one word a flow can switch on. */
export type PlatformErrorCode = OwnErrorCode | NodeErrorCode;

export interface PlatformErrorDetails {
  statusCode?: number;
  operation?: string;
  /** The same request may well succeed later. */
  retryable?: boolean;
  /** Milliseconds the platform asked to wait (`Retry-After`). */
  retryAfter?: number;
  verdict?: Verdict;
  /** The platform's own words, where it said some: short, on one line, without secrets. */
  said?: string;
  cause?: unknown;
}

/** What `with` changes; undefined takes a detail away. */
export interface PlatformErrorChanges extends PlatformErrorDetails {
  code?: PlatformErrorCode;
  message?: string;
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
  readonly said: string | undefined;

  constructor(code: PlatformErrorCode, message: string, details: PlatformErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.statusCode = details.statusCode;
    this.operation = details.operation;
    this.retryable = details.retryable ?? false;
    this.retryAfter = details.retryAfter;
    this.verdict = details.verdict;
    this.said = details.said;
  }

  /** The same error, told otherwise. What is not named stays as it is, the cause too. */
  with(changes: PlatformErrorChanges): PlatformError {
    const { code, message, statusCode, operation, retryable, retryAfter, verdict, said, cause } = this;
    const told = { code, message, statusCode, operation, retryable, retryAfter, verdict, said, cause, ...changes };
    return new PlatformError(told.code, told.message, told);
  }
}

/** Any thrown value as a PlatformError; what is one already comes back as it is. */
export function toPlatformError(thrown: unknown): PlatformError {
  if (thrown instanceof PlatformError) return thrown;
  if (thrown instanceof Error) {
    return new PlatformError(codeOf(thrown) ?? 'PLATFORM_ERROR', thrown.message, { cause: thrown });
  }
  return new PlatformError('PLATFORM_ERROR', wordsOf(thrown));
}

/** `ECONNREFUSED`, `ERR_TLS_CERT_ALTNAME_INVALID`, `E2BIG`; not `S0201` of JSONata, nor what is no word at all. */
const SPELT = /^[A-Z][A-Z0-9]?[A-Z_][A-Z0-9_]*$/;

/** The code of an error of Node.js or of one of its libraries; undefined for what has none. */
export function codeOf(thrown: unknown): PlatformErrorCode | undefined {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' && SPELT.test(code) ? (code as NodeErrorCode) : undefined;
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
