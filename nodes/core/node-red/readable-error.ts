import type { PlatformError } from '../errors';

/**
 * An error as Node-RED is to tell it: the sidebar and the log show its words at once, where an Error would be an object to
 * unfold, with a stack that says nothing to who has made the flow. A Catch node still gets message, code and cause.
 * What nobody foresaw stays an Error: there the stack is what helps.
 */
export function readableError(error: PlatformError): object {
  const { message, code, cause } = error;
  if (isUnforeseen(error)) return error;
  // Node-RED asks an error for its text, and takes its own properties `code`, `cause` and `stack`.
  return Object.assign(Object(message) as object, { code, message, ...(cause !== undefined && { cause }) });
}

/** What `toPlatformError` makes of a mistake of ours. */
function isUnforeseen({ code, message, cause }: PlatformError): boolean {
  return code === 'PLATFORM_ERROR' && cause instanceof Error && cause.message === message;
}
