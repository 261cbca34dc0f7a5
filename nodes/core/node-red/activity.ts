import { isCredentialError, type PlatformError, toPlatformError } from '../errors';
import { isRefusal } from '../outbox/verdict';
import { createPatience } from './patience';
import type { StatusReporter } from './status';

/** Shows `sending` while requests are under way, and the last failure until one succeeds. */
export interface Activity {
  during<T>(work: Promise<T>): Promise<T>;
}

export function createActivity(status: StatusReporter): Activity {
  let running = 0;
  const patience = createPatience(status);

  const showFailure = (error: PlatformError): void => {
    if (isCredentialError(error)) status.show('unauthorized');
    else if (isRefusal(error)) status.show('refused', error.code);
    else if (error.retryable) status.show('disconnected', error.code);
    else status.clear();
  };

  return {
    async during(work) {
      if (running++ === 0) {
        status.show('sending');
        patience.begin();
      }
      try {
        const result = await work;
        if (running === 1) status.clear();
        return result;
      } catch (thrown) {
        showFailure(toPlatformError(thrown));
        throw thrown;
      } finally {
        if (--running === 0) patience.end();
      }
    },
  };
}
