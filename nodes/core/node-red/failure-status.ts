import { isCredentialError, type PlatformError } from '../errors';
import { saidNo } from '../outbox/verdict';
import type { InputHandler } from './node';
import type { StatusReporter } from './status';

/** What has gone wrong with a message or a request, until a success takes its place. */
export function showFailure(status: StatusReporter, error: PlatformError): void {
  if (error.code === 'CLOSED') status.clear();
  else if (isCredentialError(error)) status.show('unauthorized');
  else if (isWrongInput(error)) status.say('failed', error.code);
  else if (saidNo(error)) status.show('refused', reasonOf(error));
  else if (error.retryable) status.show('disconnected', error.code);
  // The platform was there; what it gave is of no use.
  else status.say('failed', error.code);
}

/** The same handler; a message that it does not even send shows below the node. */
export function showingWrongInput(status: StatusReporter, handler: InputHandler): InputHandler {
  return async (message, send) => {
    try {
      await handler(message, send);
    } catch (thrown) {
      if (isWrongInput(thrown as Partial<PlatformError> | undefined)) status.say('failed', 'INVALID_PARAMETER');
      throw thrown;
    }
  };
}

/** Found here: no platform has been asked. */
function isWrongInput(error: Partial<PlatformError> | undefined): boolean {
  return error?.code === 'INVALID_PARAMETER' && error.verdict === undefined && error.statusCode === undefined;
}

/** Characters that find room below a node. */
const LONGEST = 40;

/** `: no metric X`, the platform's own words, where it said some; else the status, and the code where that says more. */
export function reasonOf({ message, code, statusCode, said }: PlatformError): string {
  if (statusCode !== undefined) return said === undefined ? `${statusCode} ${code}` : `${statusCode}: ${short(said)}`;
  if (said !== undefined) return `: ${short(said)}`;
  // This code says nothing: the first words of the message do.
  return code === 'PLATFORM_ERROR' ? `: ${short(message.split(': ', 1)[0] as string)}` : code;
}

function short(words: string): string {
  return words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
}
