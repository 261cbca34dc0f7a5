import { silently } from '../safely';
import { monotonicNow, startInterval } from '../timing';
import type { StatusReporter } from './status';

/** A platform that has not answered for so many milliseconds no longer looks as if all were well. */
const PATIENCE = 5000;

/** Shows `waiting` with the seconds while an answer is long in coming, until it has come. */
export interface Patience {
  /** A request begins. One that runs already goes on. */
  begin(): void;
  /** The answer has come, or none will. */
  end(): void;
}

export function createPatience(status: StatusReporter): Patience {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin() {
      clearInterval(timer);
      const since = monotonicNow();
      timer = startInterval(
        // What a timer throws ends Node-RED.
        silently(() => status.show('waiting', `${Math.round((monotonicNow() - since) / 1000)} s`)),
        PATIENCE,
      );
    },
    end() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
