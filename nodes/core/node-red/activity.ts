import { type PlatformError, toPlatformError } from '../errors';
import { showFailure } from './failure-status';
import { createPatience } from './patience';
import { clockTime, retryDetail, type StatusReporter } from './status';

/** Shows `sending` while requests are under way, then how the last one went: until the next. */
export interface Activity {
  /** @param statusOf HTTP's status, of an answer that has one */
  during<T>(work: Promise<T>, statusOf?: (answer: T) => number | undefined): Promise<T>;
  /** A request has failed and is tried again after so many milliseconds. */
  retrying(error: PlatformError, wait: number): void;
}

export function createActivity(status: StatusReporter): Activity {
  let running = 0;
  const patience = createPatience(status);

  const showAnswer = (statusCode: number | undefined): void => {
    const time = clockTime();
    if (statusCode === undefined) status.show('answered', time);
    else status.say('working', `${statusCode} · ${time}`);
  };

  return {
    async during(work, statusOf) {
      if (running++ === 0) {
        status.show('sending');
        patience.begin();
      }
      try {
        const result = await work;
        if (running === 1) showAnswer(statusOf?.(result));
        return result;
      } catch (thrown) {
        showFailure(status, toPlatformError(thrown));
        throw thrown;
      } finally {
        if (--running === 0) patience.end();
      }
    },
    retrying(error, wait) {
      patience.begin(wait);
      status.show('waiting', retryDetail(wait, error.code));
    },
  };
}
