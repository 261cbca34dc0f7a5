import type { PlatformError } from '../errors';

/** An outage of an account concerns all its nodes, and is told once in each flow. */
export interface OutageDesk {
  /** True for the first node of a flow that tells of it. */
  isNew(flow: string, error: PlatformError): boolean;
  /** Something of the account is connected: what fails from now on is another outage. */
  over(): void;
}

export function createOutageDesk(): OutageDesk {
  const told = new Set<string>();
  return {
    isNew(flow, error) {
      const key = `${flow} ${causeOf(error)}`;
      if (told.has(key)) return false;
      told.add(key);
      return true;
    },
    over: () => told.clear(),
  };
}

/** One server that goes away resets this connection and refuses that one. What it answers is a cause of its own. */
function causeOf({ statusCode, retryable, code }: PlatformError): string {
  return statusCode === undefined && retryable ? 'away' : `${code} ${statusCode ?? ''}`;
}
