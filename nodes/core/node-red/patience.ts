import { silently } from '../safely';
import { monotonicNow, startInterval } from '../timing';
import type { StatusReporter } from './status';

/** A platform that has not answered for so many milliseconds no longer looks as if all were well. */
const PATIENCE = 5000;

/** Shows `no answer for` and the seconds while an answer is long in coming, until it has come. */
export interface Patience {
  /** A request begins, or one that has failed begins anew after so many milliseconds. */
  begin(after?: number): void;
  /** The answer has come, or none will. */
  end(): void;
}

export function createPatience(status: StatusReporter): Patience {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin(after = 0) {
      clearInterval(timer);
      const since = monotonicNow() + after;
      const tell = (): void => {
        const seconds = Math.round((monotonicNow() - since) / 1000);
        if (seconds * 1000 >= PATIENCE) status.show('no answer for', `${seconds} s`);
      };
      // What a timer throws ends Node-RED.
      timer = startInterval(silently(tell), PATIENCE);
    },
    end() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
