import type { PlatformError } from '../errors';
import { monotonicNow } from '../timing';

/** An outage of an account concerns all its nodes, and is told once in each flow. */
export interface OutageDesk {
  /** True for the first node of a flow that tells of it. */
  isNew(flow: string, error: PlatformError): boolean;
  /** Something of the account is connected: what fails from now on is another outage. */
  over(): void;
  /** Milliseconds since the outage of now was told; undefined: there is none. */
  readonly lasting: number | undefined;
}

/** @param onOver gets the milliseconds that an outage lasted from when it was told first */
export function createOutageDesk(onOver: (ms: number) => void = () => undefined): OutageDesk {
  const told = new Set<string>();
  let since = 0;
  return {
    isNew(flow, error) {
      const key = `${flow} ${causeOf(error)}`;
      if (told.has(key)) return false;
      if (told.size === 0) since = monotonicNow();
      told.add(key);
      return true;
    },
    over() {
      if (told.size === 0) return;
      told.clear();
      onOver(monotonicNow() - since);
    },
    get lasting() {
      return told.size === 0 ? undefined : monotonicNow() - since;
    },
  };
}

/** One server that goes away resets this connection and refuses that one. What it answers is a cause of its own. */
function causeOf({ statusCode, retryable, code }: PlatformError): string {
  return statusCode === undefined && retryable ? 'away' : `${code} ${statusCode ?? ''}`;
}
